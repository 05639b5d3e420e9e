package recovery.core.target.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether a live file answers. Asks SQLite first and reads the file itself only if that is no database to it: on POSIX
 * systems to close a file takes away all locks that this process has on it, and a restore may just be writing into it.
 */
final class LiveProbe {
    private final Path live;
    private final LiveCipher cipher;

    LiveProbe(Path live, LiveCipher cipher) {
        this.live = live;
        this.cipher = cipher;
    }

    /** Why it does not; empty if all is well. */
    Optional<String> whyOffline(Duration limit) {
        try {
            if (!Files.isRegularFile(live)) {
                return Optional.of(Files.exists(live) ? "it is not a file" : "the file does not exist");
            }
            if (Files.size(live) == 0) {
                return Optional.of("the file is empty");
            }
            return asked(limit);
        } catch (IOException failed) {
            return Optional.of(String.valueOf(failed.getMessage()));
        }
    }

    private Optional<String> asked(Duration limit) throws IOException {
        try (Connection connection = looking(limit)) {
            SqliteConnections.number(connection, "SELECT count(*) FROM sqlite_master");
            return Optional.empty();
        } catch (SQLException failed) {
            return SqliteConnections.isBroken(failed) && LiveCipher.isEncrypted(live)
                    ? cipher.whyClosed(live)
                    : Optional.of(SqliteConnections.words(failed));
        }
    }

    /**
     * A database in WAL mode cannot be read without creating {@code -wal} and {@code -shm} beside it. If they are not
     * there nobody uses the file, so it can be read without them and the folder stays as it is.
     */
    private Connection looking(Duration limit) throws SQLException {
        return DatabaseFolder.sidecars(live).isEmpty()
                ? SqliteConnections.immutable(live)
                : SqliteConnections.readOnly(live, limit);
    }
}
