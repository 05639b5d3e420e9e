package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.SWAP_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import recovery.core.dump.sqlite.SqliteHeader;

/**
 * Makes the file beside fit to be written into a live one that programs have open: its content stays, its form becomes
 * that of the live file as far as such a program could not change over. Stateless.
 */
final class OnlineSource {
    private static final List<String> ENCODINGS = List.of("", "UTF-8", "UTF-16le", "UTF-16be");

    private OnlineSource() {}

    static void prepare(Path from, Path live) throws IOException, SQLException {
        SqliteHeader wanted = header(live);
        SqliteHeader present = header(from);
        if (wanted.encoding() != present.encoding() && wanted.encoding() != 0 && present.encoding() != 0) {
            throw problem(
                            SWAP_FAILED,
                            "the backup keeps its text in %s and '%s' in %s, which programs that have it open do not notice",
                            ENCODINGS.get(present.encoding() & 3),
                            live.getFileName(),
                            ENCODINGS.get(wanted.encoding() & 3))
                    .remedy("Stop the programs that use the file and leave --online out.");
        }
        try (Connection connection = SqliteConnections.existing(from, Duration.ZERO)) {
            // the live file keeps its own mode, and a log of the file beside would not be looked at
            SqliteConnections.run(connection, "PRAGMA journal_mode = DELETE");
            if (SqliteConnections.number(connection, "PRAGMA page_count") < 2) {
                // the first step of a write must not be the last
                SqliteConnections.run(connection, "CREATE TABLE second_page (x)", "DROP TABLE second_page");
            }
        }
        if (wanted.writeAheadLog() && wanted.pageSize() != present.pageSize()) {
            changePageSize(from, wanted.pageSize());
        }
    }

    /** SQLite does not write pages of another size into a live file in WAL mode. */
    private static void changePageSize(Path from, int pageSize) throws IOException, SQLException {
        Path other = from.resolveSibling(from.getFileName() + "_pages");
        Files.deleteIfExists(other);
        FileRights.createPrivate(other);
        try {
            try (Connection connection = SqliteConnections.copying(from)) {
                SqliteConnections.run(
                        connection,
                        "PRAGMA page_size = " + pageSize,
                        "VACUUM INTO '" + other.toString().replace("'", "''") + "'");
            }
            DatabaseFileLoad.force(other);
            Files.move(other, from, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(other);
        }
    }

    static SqliteHeader header(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return SqliteHeader.read(in.readNBytes(SqliteHeader.LENGTH));
        }
    }
}
