package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.BACKUP_OTHER_ENGINE;
import static recovery.core.error.ErrorCode.DATABASE_NOT_CHOSEN;
import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.ErrorCode.LOAD_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupFormat;
import recovery.core.dump.sqlite.SqliteHeader;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Volume;
import recovery.core.target.CopyFacts;
import recovery.core.target.CopyFacts.Measurement;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadResult.TableRows;
import recovery.core.target.LoadWatch;
import recovery.core.target.TargetCopy;

/**
 * The file beside the live one. A database file comes over byte by byte and is never written to afterwards; a script
 * is run into an empty file.
 */
final class SqliteCopy implements TargetCopy {
    private final DatabaseFolder folder;
    private final Path file;
    private final MemoryLimit limit;
    private boolean fromDatabaseFile;
    private Optional<Measurement> checkedInMemory = Optional.empty();
    private Optional<EncryptedFile> encrypted = Optional.empty();
    private CompletableFuture<Void> forced = CompletableFuture.completedFuture(null);

    SqliteCopy(DatabaseFolder folder, String name, MemoryLimit limit) {
        this.folder = folder;
        this.limit = limit;
        this.file = folder.file(name);
    }

    @Override
    public String name() {
        return file.getFileName().toString();
    }

    @Override
    public LoadResult load(Backup backup, BackupStream stream, LoadOptions options, LoadWatch watch)
            throws IOException {
        LoadResult loaded = loadAll(backup, stream, options, watch);
        return options.choice().selection().isEverything() ? loaded : chosen(loaded, options);
    }

    /** The copy holds everything; told of are the tables that are to go into the live file. */
    private LoadResult chosen(LoadResult loaded, LoadOptions options) {
        try {
            List<String> chosen = TableChoice.of(file, options.choice().selection());
            return new LoadResult(
                    loaded.tables().stream()
                            .filter(table -> chosen.stream().anyMatch(table.table()::equalsIgnoreCase))
                            .toList(),
                    loaded.notes(),
                    loaded.foreignKeysProven(),
                    loaded.sequencesFromBackup(),
                    loaded.leftOut(),
                    loaded.largeObjects());
        } catch (SQLException failed) {
            throw unreadable(failed);
        }
    }

    private LoadResult loadAll(Backup backup, BackupStream stream, LoadOptions options, LoadWatch watch)
            throws IOException {
        stream.volume().ifPresent(volume -> refuseUndecided(backup, volume));
        if (backup.format() == BackupFormat.SQLITE_ENCRYPTED) {
            encrypted = Optional.of(EncryptedFile.write(backup.name(), stream, file, watch));
            return encrypted.get().loaded().withNotes(stream.notes());
        }
        if (backup.format() == BackupFormat.SQLITE_DATABASE) {
            LoadResult loaded = options.files().salvage()
                    ? salvage(stream, watch)
                    : isAlone(stream) && backup.encrypted()
                            ? loadChecked(stream.content(), watch)
                            : loadFile(stream, watch);
            return loaded.withNotes(stream.notes());
        }
        if (options.schemaFile().isEmpty() || backup.format() != BackupFormat.SQL) {
            return load(backup.format(), stream.content(), watch).withNotes(stream.notes());
        }
        try (BackupStream schema = BackupStream.open(options.schemaFile().get(), watch.cancellation())) {
            return new ScriptLoad(file, watch)
                    .load(List.of(schema.content(), stream.content()))
                    .withNotes(stream.notes());
        }
    }

    /** With what lay beside the database when it was backed up. */
    private LoadResult loadFile(BackupStream stream, LoadWatch watch) throws IOException {
        fromDatabaseFile = true;
        watch.object("database file");
        boolean unfinished = stream.hasCompanion("-journal");
        List<Note> notes =
                new ArrayList<>(DatabaseFileLoad.write(stream.content(), file, watch.cancellation(), unfinished));
        CopyLogs.apply(stream, file, watch.cancellation()).ifPresent(log -> {
            notes.removeIf(note -> note.code().equals("WAL_MODE"));
            notes.add(log);
        });
        return new LoadResult(tablesOfFile(), notes, true, true);
    }

    /** The same for a file that is there already, with its logs. */
    LoadResult settled(LoadWatch watch) throws IOException {
        fromDatabaseFile = true;
        watch.object("database file");
        List<Note> notes = CopyLogs.settle(file).stream().toList();
        try (InputStream in = Files.newInputStream(file)) {
            SqliteHeader.read(in.readNBytes(SqliteHeader.LENGTH)).checkLength(Files.size(file));
        }
        return new LoadResult(tablesOfFile(), notes, true, true);
    }

    private static void refuseUndecided(Backup backup, Volume volume) {
        if (volume.undecided()) {
            throw problem(DATABASE_NOT_CHOSEN, "'%s' holds several databases, and none was chosen", backup.name())
                    .remedy("Say which one, for example with: --database \"%s\"".formatted(volume.database()));
        }
    }

    /** What was decrypted is looked at in memory before a byte of it is written, as far as it fits there. */
    private LoadResult loadChecked(InputStream content, LoadWatch watch) throws IOException {
        try (MemoryImage image = MemoryImage.read(content, limit, watch)) {
            checkedInMemory = image.checked();
            return load(BackupFormat.SQLITE_DATABASE, image.all(), watch);
        }
    }

    private static boolean isAlone(BackupStream stream) throws IOException {
        return stream.companion("-journal").isEmpty()
                && stream.companion("-wal").isEmpty();
    }

    private LoadResult salvage(BackupStream stream, LoadWatch watch) throws IOException {
        SalvageLoad load = new SalvageLoad(file, watch);
        Optional<LoadResult> salvaged = load.load(stream);
        fromDatabaseFile = salvaged.isEmpty();
        LoadResult result =
                salvaged.isPresent() ? salvaged.get() : new LoadResult(tablesOfFile(), List.of(), true, true);
        return result.withNotes(load.notes());
    }

    LoadResult load(BackupFormat format, InputStream content, LoadWatch watch) throws IOException {
        switch (format) {
            case SQLITE_DATABASE -> {
                fromDatabaseFile = true;
                watch.object("database file");
                List<Note> notes = DatabaseFileLoad.write(content, file, watch.cancellation(), false);
                return new LoadResult(tablesOfFile(), notes, true, true);
            }
            case PG_CUSTOM, PG_DIRECTORY, PG_TAR ->
                throw problem(BACKUP_OTHER_ENGINE, "the backup is a %s", format.title())
                        .remedy("Choose a backup of the SQLite database.");
            case SQL -> {
                return new ScriptLoad(file, watch).load(List.of(content));
            }
            case SQLITE_ENCRYPTED, TAR, UNKNOWN ->
                throw problem(LOAD_FAILED, "a %s cannot be loaded into SQLite", format.title())
                        .remedy("Choose another backup.");
        }
        throw new IllegalStateException(format.toString());
    }

    @Override
    public LoadResult finish(LoadResult loaded, LoadWatch watch) {
        return loaded;
    }

    @Override
    public CopyFacts measure(Collection<String> tables, LoadResult loaded, LoadWatch watch) {
        forced = begunToForce();
        try {
            return encrypted.isPresent()
                    ? encrypted.get().measure(tables, limit, watch)
                    : new ParallelMeasure(watch, checkedInMemory).of(file, fromDatabaseFile, tables);
        } catch (SQLException failed) {
            throw unreadable(failed);
        }
    }

    @Override
    public void close() {
        encrypted.ifPresent(EncryptedFile::close);
        try {
            // a failure to write is told once, to whoever forces first
            forced.get();
            DatabaseFileLoad.force(file);
            folder.force();
        } catch (InterruptedException woken) {
            Thread.currentThread().interrupt();
            throw notForced(woken);
        } catch (ExecutionException failed) {
            throw notForced(failed.getCause() instanceof Exception cause ? cause : failed);
        } catch (IOException failed) {
            throw notForced(failed);
        }
    }

    /** The disk takes what was loaded while it is being checked. */
    private CompletableFuture<Void> begunToForce() {
        CompletableFuture<Void> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        DatabaseFileLoad.force(file);
                        result.complete(null);
                    } catch (IOException | RuntimeException failed) {
                        result.completeExceptionally(failed);
                    }
                },
                "copy-force");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private RecoveryException notForced(Exception failed) {
        return problem(FILE_NOT_ACCESSIBLE, "cannot force '%s' to the disk: %s", file, Why.of(failed))
                .causedBy(failed)
                .remedy("Look at the disk that holds '%s'.".formatted(folder.folder()));
    }

    private List<TableRows> tablesOfFile() {
        try (Connection connection = SqliteConnections.immutable(file)) {
            List<TableRows> tables = new ArrayList<>();
            for (String table : CopyMeasure.tables(connection)) {
                tables.add(new TableRows(table, OptionalLong.empty()));
            }
            return tables;
        } catch (SQLException failed) {
            throw unreadable(failed);
        }
    }

    static RecoveryException unreadable(SQLException failed) {
        return problem(DUMP_DAMAGED, "SQLite cannot read the restored file: %s", SqliteConnections.words(failed))
                .causedBy(failed)
                .remedy("Restore an older backup instead.");
    }
}
