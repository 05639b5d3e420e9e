package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.ErrorCode.DUMP_TRUNCATED;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import recovery.core.dump.sqlite.SqliteHeader;
import recovery.core.dump.sqlite.SqliteNames;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.layer.BackupStream;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadResult.TableRows;
import recovery.core.target.LoadWatch;
import recovery.core.target.Salvage;

/**
 * Writes a database file that may be damaged, as far as its layers give it; if it is sound it stays as it is, else what
 * can be read of it takes its place. For one load.
 */
final class SalvageLoad {
    private final Path file;
    private final LoadWatch watch;
    private final List<Note> notes = new ArrayList<>();
    private Optional<RecoveryException> cut = Optional.empty();

    SalvageLoad(Path file, LoadWatch watch) {
        this.file = file;
        this.watch = watch;
    }

    /** Empty if the file is sound: then it lies there byte for byte, and {@link #notes} say so. */
    Optional<LoadResult> load(BackupStream backup) throws IOException {
        watch.object("database file");
        write(backup.content());
        if (cut.isEmpty()) {
            applyLogs(backup);
        }
        watch.object("integrity check");
        if (cut.isEmpty() && isSound(Files.size(file))) {
            notes.add(new Note("SALVAGE_NOT_NEEDED", "The backup is not damaged, so it was restored as usual."));
            return Optional.empty();
        }
        Path damaged = DatabaseFolder.sidecar(file, DatabaseFolder.DAMAGED);
        Files.move(file, damaged);
        FileRights.createPrivate(file);
        Salvage salvage = new SqliteSalvage(damaged, file, watch).run();
        Files.delete(damaged);
        note(salvage);
        return Optional.of(result(salvage));
    }

    List<Note> notes() {
        return notes;
    }

    /** What SQLite cannot write into a damaged file stays out of it. */
    private void applyLogs(BackupStream backup) throws IOException {
        try {
            CopyLogs.apply(backup, file, watch.cancellation()).ifPresent(notes::add);
        } catch (RecoveryException damaged) {
            if (damaged.code() != DUMP_DAMAGED && damaged.code() != DUMP_TRUNCATED) {
                throw damaged;
            }
            notes.add(new Note(
                    "LOG_IGNORED",
                    "What lies beside the database was left out, because the database is damaged: %s."
                            .formatted(damaged.getMessage())));
        }
        for (Path log : DatabaseFolder.sidecars(file)) {
            Files.delete(log);
        }
    }

    private void write(InputStream content) throws IOException {
        byte[] slice = new byte[1 << 16];
        long written = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int length = read(content, slice); length >= 0; length = read(content, slice)) {
                watch.cancellation().check();
                ByteBuffer rest = ByteBuffer.wrap(slice, 0, length);
                try {
                    while (rest.hasRemaining()) {
                        channel.write(rest);
                    }
                } catch (IOException failed) {
                    throw DatabaseFileLoad.notWritten(file, failed);
                }
                written += length;
            }
        }
        if (written == 0 && cut.isPresent()) {
            throw cut.get();
        }
    }

    /** Where a layer says that it is damaged ends what is there. */
    private int read(InputStream content, byte[] slice) throws IOException {
        try {
            return content.read(slice);
        } catch (RecoveryException damaged) {
            if (damaged.code() != DUMP_DAMAGED && damaged.code() != DUMP_TRUNCATED) {
                throw damaged;
            }
            cut = Optional.of(damaged);
            notes.add(new Note(
                    "BACKUP_DAMAGED",
                    "Only the bytes up to the damage were taken: %s.".formatted(damaged.getMessage())));
            return -1;
        }
    }

    private boolean isSound(long written) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            SqliteHeader.read(in.readNBytes(SqliteHeader.LENGTH)).checkLength(written);
        } catch (RecoveryException damaged) {
            return false;
        }
        try (Connection connection = SqliteConnections.immutable(file);
                Statement ender = connection.createStatement()) {
            watch.cancellation().whenAsked(() -> {
                try {
                    ender.cancel();
                } catch (SQLException closed) {
                    System.getLogger(SalvageLoad.class.getName())
                            .log(System.Logger.Level.DEBUG, "nothing runs any more", closed);
                }
            });
            return SqliteConnections.column(connection, "PRAGMA integrity_check(1)")
                    .equals(List.of("ok"));
        } catch (SQLException damaged) {
            watch.cancellation().check();
            return false;
        } finally {
            watch.cancellation().whenAsked(() -> {});
        }
    }

    private void note(Salvage salvage) {
        for (Salvage.Table table : salvage.tables()) {
            if (!table.whole()) {
                notes.add(new Note(
                        "ROWS_LOST",
                        "%,d rows of '%s' were saved; %s.".formatted(table.saved(), table.name(), table.loss())));
            }
        }
        salvage.notMade().forEach(sentence -> notes.add(new Note("NOT_SALVAGED", "Not made again: " + sentence + ".")));
        if (salvage.strays() > 0) {
            notes.add(new Note(
                    "LOST_AND_FOUND",
                    ("%,d rows of which nobody can tell the table, or which their table does not take, are in '%s': its"
                                    + " columns are root page, page, number of values, rowid, and the values.")
                            .formatted(salvage.strays(), salvage.straysIn())));
        }
    }

    private LoadResult result(Salvage salvage) {
        Map<String, Long> saved = new HashMap<>();
        salvage.tables().forEach(table -> saved.put(table.name(), table.saved()));
        List<TableRows> tables = new ArrayList<>();
        try (Connection connection = SqliteConnections.immutable(file)) {
            for (String name : CopyMeasure.tablesOfType(connection, "'table', 'virtual'")) {
                String table = SqliteNames.asSql(name);
                Long rows = name.equals(salvage.straysIn()) ? Long.valueOf(salvage.strays()) : saved.get(table);
                tables.add(new TableRows(table, rows == null ? OptionalLong.empty() : OptionalLong.of(rows)));
            }
        } catch (SQLException failed) {
            throw SqliteCopy.unreadable(failed);
        }
        return new LoadResult(tables, List.of(), true, true, List.of(), OptionalLong.empty(), Optional.of(salvage));
    }
}
