package recovery.core.target.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Compression;
import recovery.core.backup.Contents;
import recovery.core.backup.Engine;
import recovery.core.dump.sqlite.SqliteNames;
import recovery.core.inspect.Inspection;
import recovery.core.target.LoadWatch;
import recovery.harness.QuietWatch;

/** What the tests of this package share: small databases, the sample backups, and SQLite's own shell as referee. */
final class Shop {
    private Shop() {}

    /** Makes a database of its own connection; closed when this returns. */
    static Path database(Path file, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
        return file;
    }

    static List<String> query(Path file, String sql) throws SQLException {
        try (Connection connection = SqliteConnections.immutable(file)) {
            return SqliteConnections.column(connection, sql);
        }
    }

    static byte[] bytes(String resource) throws IOException {
        try (InputStream in = Shop.class.getResourceAsStream("/backups/" + resource)) {
            return resource.endsWith(".gz") ? new GZIPInputStream(in, 65_536).readAllBytes() : in.readAllBytes();
        }
    }

    static Backup backup(Path file, BackupFormat format) throws IOException {
        return new Backup(
                file.getFileName().toString(),
                file,
                Files.size(file),
                Instant.EPOCH,
                Instant.EPOCH,
                format,
                Compression.NONE,
                false,
                Optional.of(Engine.SQLITE),
                Contents.COMPLETE,
                true,
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }

    static Inspection inspection(Engine engine, BackupFormat format, long contentBytes) {
        return new Inspection(
                "shop.db.gz",
                format,
                Optional.of(engine),
                Optional.empty(),
                Optional.empty(),
                Contents.COMPLETE,
                true,
                true,
                contentBytes,
                OptionalLong.of(contentBytes),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    static LoadWatch quiet() {
        return new QuietWatch();
    }

    /** What {@code sqlite3 FILE .dump} writes. */
    static List<String> dump(Path file) throws IOException, InterruptedException {
        return shell(file, ".dump");
    }

    static List<String> shell(Path file, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sqlite3", file.toString(), command)
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("sqlite3 " + command + ": " + text);
        }
        return text.lines().toList();
    }

    /** Every row of every table as text, for comparing two databases without SQLite's shell. */
    static List<String> rows(Path file) throws SQLException {
        List<String> all = new ArrayList<>();
        try (Connection connection = SqliteConnections.immutable(file)) {
            for (String table : CopyMeasure.tables(connection)) {
                List<String> columns = SqliteConnections.column(
                        connection,
                        "SELECT 'quote(\"' || replace(name, '\"', '\"\"') || '\")' FROM pragma_table_xinfo('"
                                + SqliteNames.plain(table).replace("'", "''") + "') WHERE hidden <> 1");
                String row = columns.isEmpty() ? "*" : String.join(" || ',' || ", columns);
                SqliteConnections.column(
                                connection,
                                "SELECT " + row + " FROM " + SqliteNames.quoted(SqliteNames.plain(table))
                                        + " ORDER BY 1")
                        .forEach(values -> all.add(table + ": " + values));
            }
            all.addAll(SqliteConnections.column(
                    connection, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY 1"));
        }
        return all;
    }

    /** Names in a folder, sorted. */
    static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
