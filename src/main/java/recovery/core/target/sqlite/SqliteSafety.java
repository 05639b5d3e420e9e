package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.BACKUP_FAILED;
import static recovery.core.error.ErrorCode.DISK_FULL;
import static recovery.core.error.ErrorCode.LIVE_DAMAGED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.GZIPOutputStream;
import org.sqlite.SQLiteConnection;
import recovery.core.dump.sqlite.SqliteNames;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;
import recovery.core.target.BringsBack;
import recovery.core.target.LoadResult.TableRows;
import recovery.core.target.LoadWatch;
import recovery.core.target.SafetySource;

/**
 * A live file of SQLite, copied by SQLite's own online backup: first whole into a private file, so that the application
 * waits no longer than that takes, then packed from there. Closing deletes the private file.
 */
final class SqliteSafety implements SafetySource {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int BUFFER_BYTES = 1 << 17;

    private final Path live;
    private final Path copy;
    private final Object liveFile;

    /**
     * @param copy is made and deleted here; nothing may be there yet
     * @param liveFile taken by everything in this process that opens the live file
     */
    SqliteSafety(Path live, Path copy, Object liveFile) {
        this.live = live;
        this.copy = copy;
        this.liveFile = liveFile;
    }

    @Override
    public String ending() {
        return ".db.gz";
    }

    @Override
    public String method() {
        return "SQLite's online backup";
    }

    @Override
    public BringsBack bringsBack() {
        return new BringsBack(
                BringsBack.Extent.EVERYTHING, List.of("It brings back the whole database, page by page."));
    }

    @Override
    public List<TableRows> write(OutputStream file, LoadWatch watch) throws IOException {
        watch.object("database file");
        try {
            FileRights.createPrivate(copy);
            backUp();
            watch.cancellation().check();
            List<TableRows> rows = checked(watch);
            pack(file, watch);
            return rows;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** In one go: between two steps a writer could begin it anew, for ever. */
    private void backUp() throws SQLException {
        synchronized (liveFile) {
            backUpAlone();
        }
    }

    private void backUpAlone() throws SQLException {
        try (Connection connection = opened()) {
            int code = connection
                    .unwrap(SQLiteConnection.class)
                    .getDatabase()
                    .backup("main", copy.toString(), null, 100, 300, -1);
            if (code != 0) {
                throw new SQLException("SQLite ended its backup with code " + code, "", code);
            }
        }
    }

    /**
     * Without anything beside it, who only reads a file in WAL mode would leave {@code -wal} and {@code -shm} there; who may
     * write takes them away again.
     */
    private Connection opened() throws SQLException {
        return DatabaseFolder.sidecars(live).isEmpty() && Files.isWritable(live)
                ? SqliteConnections.existing(live, PATIENCE)
                : SqliteConnections.readOnly(live, PATIENCE);
    }

    private List<TableRows> checked(LoadWatch watch) throws SQLException {
        List<TableRows> rows = new ArrayList<>();
        try (Connection connection = SqliteConnections.immutable(copy)) {
            List<String> wrong = SqliteConnections.column(connection, "PRAGMA integrity_check(10)");
            if (!wrong.equals(List.of("ok"))) {
                throw problem(
                                LIVE_DAMAGED,
                                "the live file '%s' is damaged, so a copy of it is worth little: %s",
                                live.getFileName(),
                                String.join("; ", wrong))
                        .remedy("Restore a backup from before the damage.");
            }
            // without the tables behind virtual ones
            for (String table : CopyMeasure.tablesOfType(connection, "'table'")) {
                watch.cancellation().check();
                String sql = '"' + table.replace("\"", "\"\"") + '"';
                long count = SqliteConnections.number(connection, "SELECT count(*) FROM " + sql);
                watch.rows(count);
                rows.add(new TableRows(SqliteNames.asSql(table), OptionalLong.of(count)));
            }
        }
        return rows;
    }

    private void pack(OutputStream file, LoadWatch watch) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        GZIPOutputStream packed = new GZIPOutputStream(file, BUFFER_BYTES);
        try (InputStream in = Files.newInputStream(copy)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                watch.cancellation().check();
                packed.write(buffer, 0, count);
            }
        }
        packed.finish();
    }

    private RecoveryException failed(SQLException e) {
        if (SqliteConnections.isFull(e) || (e.getErrorCode() & 0xFF) == 13) {
            return problem(DISK_FULL, "the disk of '%s' is full: its copy needs as much room as it", live.getFileName())
                    .causedBy(e)
                    .remedy("Free space on the disk of the database and start again.");
        }
        if (SqliteConnections.isBroken(e)) {
            return problem(LIVE_DAMAGED, "'%s' cannot be read: %s", live.getFileName(), SqliteConnections.words(e))
                    .causedBy(e)
                    .remedy("Restore a backup from before the damage.");
        }
        return problem(BACKUP_FAILED, "'%s' cannot be copied: %s", live.getFileName(), SqliteConnections.words(e))
                .causedBy(e)
                .remedy(
                        "If it is locked, stop the program that writes to it for so long, then start again.",
                        "If it is damaged, restore a backup.");
    }

    @Override
    public void close() {
        try {
            DatabaseFolder.delete(copy);
        } catch (IOException e) {
            System.getLogger(SqliteSafety.class.getName())
                    .log(System.Logger.Level.WARNING, "the file ''{0}'' cannot be deleted: {1}", copy, Why.of(e));
        }
    }
}
