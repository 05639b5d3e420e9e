package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.BACKUP_OTHER_ENGINE;
import static recovery.core.error.ErrorCode.DISK_FULL;
import static recovery.core.error.ErrorCode.ENCRYPTION_DIFFERS;
import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.ErrorCode.RIGHTS_MISSING;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.sqlite.SQLiteJDBCLoader;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Engine;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.core.target.FileOptions;
import recovery.core.target.Survey;

/** Looks at the folder of the live file before a restore. Writes nothing. */
final class SqliteSurvey {
    private final DatabaseFolder folder;
    private final List<String> leftovers;
    private final boolean online;
    private final List<Note> notes = new ArrayList<>();
    private final List<RecoveryException> refusals = new ArrayList<>();

    /** {@code online}: the live file is written into, so that others may have it open, and its content is kept beside. */
    SqliteSurvey(DatabaseFolder folder, List<String> leftovers, boolean online) {
        this.online = online;
        this.folder = folder;
        this.leftovers = leftovers;
    }

    Survey of(Inspection backup, FileOptions options) {
        Path live = folder.live();
        boolean exists = DatabaseFolder.present(live);
        long size = exists ? size(live) : 0;
        // the copy, what was live, and the new pages once more in the log of the transaction
        long copy = needed(backup, size);
        OptionalLong needed = OptionalLong.of(online && exists ? 2 * copy + size : copy);
        OptionalLong free = free();
        checkEngine(backup);
        checkFolder();
        checkEncryption(backup, options);
        if (exists && !Files.isRegularFile(live)) {
            refusals.add(problem(FILE_NOT_ACCESSIBLE, "'%s' is not a file", live)
                    .remedy("Name the database file in the settings."));
        }
        if (free.isPresent() && free.getAsLong() < needed.getAsLong()) {
            refusals.add(problem(
                            DISK_FULL,
                            "the copy needs about %d MB beside the live file, and %d MB are free in '%s'",
                            megabytes(needed.getAsLong()),
                            megabytes(free.getAsLong()),
                            folder.folder())
                    .remedy("Free some space on that disk."));
        }
        if (online && Files.isRegularFile(live)) {
            checkWritable(live);
        }
        List<String> sessions = Files.isRegularFile(live) ? sessions(live) : List.of();
        if (!exists && !DatabaseFolder.sidecars(live).isEmpty()) {
            notes.add(new Note(
                    "STRAY_LOG",
                    "Beside the missing live file lie files that belonged to it; they are moved aside, not deleted."));
        }
        return new Survey(
                SQLiteJDBCLoader.getVersion(), exists, size, needed, free, sessions, leftovers, notes, refusals);
    }

    private void checkEngine(Inspection backup) {
        if (backup.engine().filter(engine -> engine == Engine.POSTGRESQL).isPresent()) {
            refusals.add(problem(
                            BACKUP_OTHER_ENGINE,
                            "the backup '%s' holds a PostgreSQL database, and the live database is an SQLite file",
                            backup.backup())
                    .remedy("Choose a backup of the SQLite database."));
        }
    }

    private void checkWritable(Path live) {
        try {
            OnlineSource.header(live);
        } catch (IOException | RecoveryException unreadable) {
            refusals.add(problem(
                            REQUEST_UNUSABLE,
                            "'%s' is encrypted or no SQLite database any more, so nothing can be written into it",
                            live.getFileName())
                    .remedy("Stop the programs that use it and leave --online out: then the whole file is replaced."));
        }
        if (!Files.isWritable(live)) {
            refusals.add(problem(RIGHTS_MISSING, "this program may not write into '%s'", live)
                    .remedy("Start it as the user of the application, or leave --online out."));
        }
    }

    /** An application that opens its file with a key cannot read one without, nor the other way round. */
    private void checkEncryption(Inspection backup, FileOptions options) {
        Path live = folder.live();
        if (options.changeEncryption() || !LiveCipher.holdsAnything(live)) {
            return;
        }
        boolean liveEncrypted = LiveCipher.isEncrypted(live);
        boolean encrypted = backup.format() == BackupFormat.SQLITE_ENCRYPTED;
        if (encrypted != liveEncrypted) {
            refusals.add(
                    problem(
                                    ENCRYPTION_DIFFERS,
                                    liveEncrypted
                                            ? "the live file '%s' seems to be encrypted (SQLCipher), and the backup is not"
                                            : "the live file '%s' is not encrypted, and the backup seems to be (SQLCipher)",
                                    folder.liveName())
                            .remedy(
                                    "Choose a backup that is like the live file: its application could not read the other kind.",
                                    "If the application is to read the other kind from now on, restore with --change-encryption (field 'changeEncryption')."));
        }
    }

    private void checkFolder() {
        Path place = folder.folder();
        if (!Files.isDirectory(place)) {
            refusals.add(problem(FILE_NOT_ACCESSIBLE, "the folder '%s' does not exist", place)
                    .remedy("Create the folder, or mount the disk that holds it."));
        } else if (!Files.isWritable(place)) {
            refusals.add(
                    problem(RIGHTS_MISSING, "this program may not write into the folder '%s'", place)
                            .remedy(
                                    "Give this program's user the right to write there: the copy is made beside the live file."));
        }
    }

    private List<String> sessions(Path live) {
        List<String> processes = folder.users(live);
        if (online) {
            return processes;
        }
        if (!processes.isEmpty()) {
            refusals.add(SqliteSwap.inUse(live, String.join(", ", processes)));
        } else if (OpenFiles.isLocked(live)) {
            refusals.add(SqliteSwap.inUse(live, "another process"));
            return List.of("another process");
        }
        return processes;
    }

    /** A script becomes about as large as it is; the rest of an estimate is what the live file needs. */
    private static long needed(Inspection backup, long liveSize) {
        if (backup.contentBytes().isPresent()) {
            return backup.contentBytes().getAsLong();
        }
        return backup.format() == BackupFormat.SQLITE_DATABASE || backup.format() == BackupFormat.SQLITE_ENCRYPTED
                ? Math.max(backup.sizeBytes(), liveSize)
                : Math.max(backup.sizeBytes(), liveSize / 2);
    }

    private OptionalLong free() {
        try {
            return Files.isDirectory(folder.folder())
                    ? OptionalLong.of(Files.getFileStore(folder.folder()).getUsableSpace())
                    : OptionalLong.empty();
        } catch (IOException unknown) {
            return OptionalLong.empty();
        }
    }

    private static long size(Path live) {
        try {
            return Files.size(live);
        } catch (IOException unreadable) {
            return 0;
        }
    }

    private static long megabytes(long bytes) {
        return (bytes + 999_999) / 1_000_000;
    }
}
