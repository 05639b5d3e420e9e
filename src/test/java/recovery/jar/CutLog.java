package recovery.jar;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.Statement;

/** A write-ahead log beside a live SQLite file, as a crash of its application leaves it. */
final class CutLog {
    private CutLog() {}

    /** Of 40 MB, so that a swap has something to do before it renames: to write it back. */
    static void leave(CustomersFile live, Path scratch) throws Exception {
        leave(
                live,
                scratch,
                "CREATE TABLE filler (content BLOB)",
                "INSERT INTO filler WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
                        + " SELECT randomblob(1000000) FROM n");
    }

    /** What {@code statements} wrote is in the log and nowhere else. */
    static void leave(CustomersFile live, Path scratch, String... statements) throws Exception {
        Path log = Path.of(live.file() + "-wal");
        Path keptLog = scratch.resolve("kept-wal");
        Path kept = scratch.resolve("kept");
        try (Connection writer = CustomersFile.connect(live.file());
                Statement statement = writer.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA wal_autocheckpoint = 0");
            for (String sql : statements) {
                statement.execute(sql);
            }
            Files.copy(log, keptLog);
            Files.copy(live.file(), kept);
        }
        // closing wrote it back and removed it
        Files.move(kept, live.file(), StandardCopyOption.REPLACE_EXISTING);
        Files.move(keptLog, log);
    }
}
