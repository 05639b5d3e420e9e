package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.LOAD_FAILED;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import recovery.core.dump.DumpReader;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadWatch;

/**
 * Loads a dump into the empty copy, part by part and in the order of the dump, on one connection.
 * What is to run last in any case ({@link HeldBack}) runs last.
 *
 * <p>Does not create the copy, does not close the connection or the reader, and does not clean up: after a failure the
 * copy is to be dropped. For one thread and one dump.
 */
public final class PostgresLoader {
    private final Connection connection;
    private final Optional<String> live;
    private final LoadOptions options;

    /** As a backup is loaded without any wishes. */
    public PostgresLoader(Connection connection, String liveName, boolean liveExists) {
        this(connection, liveName, liveExists, LoadOptions.USUAL);
    }

    /**
     * @param connection to the copy, by pgjdbc, with preferQueryMode=simple and autocommit
     * @param liveName name that the copy will take
     * @param liveExists whether a database of that name exists; then its own settings win over those in the dump
     */
    public PostgresLoader(Connection connection, String liveName, boolean liveExists, LoadOptions options) {
        this.connection = connection;
        this.options = options;
        this.live = liveExists ? Optional.of(liveName) : Optional.empty();
    }

    /**
     * Loads everything the reader hands out.
     *
     * @throws recovery.core.error.RecoveryException LOAD_FAILED with the part and what the database said,
     *     DUMP_DANGEROUS, DISK_FULL, DATABASE_UNREACHABLE, CANCELLED, and the codes of the reader
     */
    public LoadResult load(DumpReader reader, LoadWatch watch) throws IOException {
        try (LoadConnection target = new LoadConnection(connection)) {
            watch.cancellation().whenAsked(target::cancel);
            try {
                return new LoadRun(connection, target, live, options, watch).all(reader);
            } catch (SQLException e) {
                watch.cancellation().check();
                throw PostgresErrors.failed(LOAD_FAILED, "preparing the load", e, target.server());
            } finally {
                watch.cancellation().whenAsked(() -> {});
            }
        } catch (SQLException e) {
            throw PostgresErrors.failed(LOAD_FAILED, "opening a statement", e, "of the copy");
        }
    }
}
