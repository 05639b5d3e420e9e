package recovery.core.target.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import recovery.core.error.Why;

/**
 * The demonstration: a small help desk whose live file has lost most of its tickets, and two backups of it, so that the
 * first restore needs no server. What is there already is left alone.
 *
 * <p>Everything is made under a name of its own and then takes its place in one rename, so that two starts at the same
 * time do no harm.
 */
public final class DemoDatabase {
    /** The live file of the demonstration, in the state directory. */
    public static final String FILE_NAME = "demo.db";

    private static final DateTimeFormatter IN_NAMES = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
    private static final DateTimeFormatter IN_ROWS = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private final Path stateDir;
    private final Path backupDir;
    private final LocalDateTime newest;

    private DemoDatabase(Path stateDir, Path backupDir, LocalDateTime newest) {
        this.stateDir = stateDir;
        this.backupDir = backupDir;
        this.newest = newest;
    }

    /**
     * Makes what is missing: {@code demo.db} in {@code stateDir}, {@code demo-TIME.db.gz} of last night and {@code
     * demo-TIME.sql} of a week ago in {@code backupDir}. Creates both folders.
     *
     * @throws recovery.core.error.RecoveryException FILE_NOT_ACCESSIBLE
     */
    public static void create(Path stateDir, Path backupDir) {
        LocalDateTime lastNight = LocalDateTime.now(ZoneId.systemDefault())
                .minusDays(1)
                .withHour(2)
                .withMinute(0)
                .withSecond(0)
                .withNano(0);
        try {
            Files.createDirectories(stateDir);
            Files.createDirectories(backupDir);
            new DemoDatabase(stateDir.toAbsolutePath(), backupDir.toAbsolutePath(), lastNight).createMissing();
        } catch (IOException | SQLException failed) {
            throw problem(FILE_NOT_ACCESSIBLE, "cannot make the demonstration in '%s': %s", stateDir, Why.of(failed))
                    .causedBy(failed)
                    .remedy(
                            "Give this program's user the right to write into '%s' and '%s'."
                                    .formatted(stateDir, backupDir),
                            "Or name your own database in '.env.recovery'; then there is no demonstration.");
        }
    }

    private void createMissing() throws IOException, SQLException {
        Path live = stateDir.resolve(FILE_NAME);
        boolean noFile = absent(".db.gz");
        boolean noScript = absent(".sql");
        if (Files.exists(live) && !noFile && !noScript) {
            return;
        }
        Path work = stateDir.resolve(".demo-" + UUID.randomUUID() + ".part");
        try {
            fill(work);
            if (noFile) {
                place(backup(newest, ".db.gz"), newest, out -> compress(work, out));
            }
            if (noScript) {
                LocalDateTime weekAgo = newest.minusDays(6);
                place(backup(weekAgo, ".sql"), weekAgo, out -> writeScript(work, weekAgo, out));
            }
            if (!Files.exists(live)) {
                damage(work);
                placeLive(work, live);
            }
        } finally {
            DatabaseFolder.delete(work);
        }
    }

    private void fill(Path work) throws IOException, SQLException {
        Files.createFile(work);
        try (InputStream in = DemoDatabase.class.getResourceAsStream("demo.sql");
                Connection connection = SqliteConnections.existing(work, Duration.ZERO)) {
            SqliteConnections.run(
                    connection,
                    "PRAGMA synchronous = OFF",
                    "BEGIN",
                    "CREATE TEMP TABLE moment AS SELECT '" + IN_ROWS.format(newest) + "' AS at");
            String script = new String(in.readAllBytes(), UTF_8);
            for (String statement : script.split(";\n")) {
                SqliteConnections.run(connection, statement);
            }
            SqliteConnections.run(connection, "COMMIT");
        }
    }

    /** As a careless clean-up leaves it. */
    private static void damage(Path work) throws SQLException {
        try (Connection connection = SqliteConnections.existing(work, Duration.ZERO)) {
            SqliteConnections.run(connection, "PRAGMA synchronous = OFF", "DELETE FROM tickets WHERE id > 90");
        }
    }

    private static void compress(Path database, OutputStream out) throws IOException {
        try (GZIPOutputStream gzip = new GZIPOutputStream(out, 1 << 16)) {
            Files.copy(database, gzip);
        }
    }

    /** As {@code .dump} of SQLite's shell writes it, with the rows that were there at {@code time}. */
    private static void writeScript(Path database, LocalDateTime time, OutputStream out)
            throws IOException, SQLException {
        String until = " WHERE created_at <= '" + IN_ROWS.format(time) + "'";
        StringBuilder script = new StringBuilder("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n");
        try (Connection connection = SqliteConnections.immutable(database)) {
            for (String table : List.of("clients", "agents", "tickets", "messages")) {
                line(script, connection, "SELECT sql FROM sqlite_schema WHERE name = '" + table + "'");
                String values = String.join(
                        " || ',' || ",
                        SqliteConnections.column(
                                connection, "SELECT 'quote(' || name || ')' FROM pragma_table_info('" + table + "')"));
                String rows = "SELECT 'INSERT INTO " + table + " VALUES(' || " + values + " || ')' FROM " + table
                        + (table.equals("agents") ? "" : until) + " ORDER BY id";
                line(script, connection, rows);
            }
            script.append("DELETE FROM sqlite_sequence;\n");
            line(
                    script,
                    connection,
                    "SELECT 'INSERT INTO sqlite_sequence VALUES(''tickets'',' || max(id) || ')' FROM tickets" + until);
            line(
                    script,
                    connection,
                    "SELECT sql FROM sqlite_schema WHERE type IN ('index', 'view') AND sql IS NOT NULL");
        }
        out.write(
                script.append("PRAGMA user_version = 7;\nCOMMIT;\n").toString().getBytes(UTF_8));
    }

    private static void line(StringBuilder script, Connection connection, String query) throws SQLException {
        SqliteConnections.column(connection, query)
                .forEach(statement -> script.append(statement).append(";\n"));
    }

    private boolean absent(String ending) throws IOException {
        try (Stream<Path> files = Files.list(backupDir)) {
            return files.map(file -> file.getFileName().toString())
                    .noneMatch(name -> name.startsWith("demo-") && name.endsWith(ending));
        }
    }

    private Path backup(LocalDateTime time, String ending) {
        return backupDir.resolve("demo-" + IN_NAMES.format(time) + ending);
    }

    private static void place(Path file, LocalDateTime time, Writer writer) throws IOException, SQLException {
        Path part = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            try (OutputStream out = Files.newOutputStream(part)) {
                writer.writeTo(out);
            }
            Files.setLastModifiedTime(
                    part, FileTime.from(time.atZone(ZoneId.systemDefault()).toInstant()));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Never over a live file that another start has just made, which may be in use already. */
    private static void placeLive(Path work, Path live) throws IOException {
        try {
            Files.createLink(live, work);
        } catch (FileAlreadyExistsException madeByAnother) {
            return;
        } catch (IOException | UnsupportedOperationException noHardLinks) {
            if (!Files.exists(live)) {
                Files.move(work, live, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private interface Writer {
        void writeTo(OutputStream out) throws IOException, SQLException;
    }
}
