package recovery.core.target.sqlite;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Where SQLite puts what it sorts and has no room for in memory: by itself into {@code /var/tmp}, which is no place for
 * rows that came out of an encrypted backup. It goes beside the database, into a file without a name and with mode 0600.
 */
final class TemporaryFiles {
    private TemporaryFiles() {}

    /** Sets it for the whole process, which is how SQLite keeps it; in memory where the folder cannot be written. */
    static void beside(Path file, Connection connection) throws SQLException {
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isWritable(folder)) {
            SqliteConnections.run(connection, "PRAGMA temp_store = MEMORY");
            return;
        }
        String wanted = folder.toString();
        synchronized (TemporaryFiles.class) {
            if (!SqliteConnections.column(connection, "PRAGMA temp_store_directory")
                    .contains(wanted)) {
                SqliteConnections.run(connection, "PRAGMA temp_store_directory = '" + wanted.replace("'", "''") + "'");
            }
        }
    }
}
