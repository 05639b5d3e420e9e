package recovery.core.target;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A program on this host that dumps databases of PostgreSQL: {@code pg_dump}. Any thread may call. */
public interface DumpTool {
    /** A host without any. */
    DumpTool NONE = new DumpTool() {
        @Override
        public Optional<Found> suiting(int serverMajor) {
            return Optional.empty();
        }

        @Override
        public Run start(Found tool, List<String> arguments, Map<String, String> environment) {
            throw new IllegalStateException("there is no such program");
        }
    };

    /** The program that suits a server of that major version best; empty if all are older than it. */
    Optional<Found> suiting(int serverMajor);

    /**
     * Starts it. No secret may be among the arguments.
     *
     * @param environment what is added to that of this process; its own settings for PostgreSQL do not count
     */
    Run start(Found tool, List<String> arguments, Map<String, String> environment) throws IOException;

    /** @param version as the program says it, e.g. {@code 15.18 (Debian 15.18-0+deb12u1)} */
    record Found(Path program, String version, int major) {}

    /** A program that runs. Closing kills it if it has not ended. */
    interface Run extends AutoCloseable {
        /** What it writes; read it to its end before {@link #await}. */
        InputStream output();

        /** Waits for its end; its exit code, of which only 0 is good. */
        int await() throws InterruptedException;

        /** The last of what it said on standard error, on one line; complete behind {@link #await}. */
        String said();

        /** Kills it. Any thread may call. */
        @Override
        void close();
    }
}
