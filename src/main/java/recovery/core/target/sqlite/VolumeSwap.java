package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.NAME_TAKEN;
import static recovery.core.error.ErrorCode.SWAP_FAILED;
import static recovery.core.error.ErrorCode.SWAP_HALF_DONE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import recovery.core.error.Why;
import recovery.core.target.Target.SwapResult;

/**
 * Puts another folder in the place of the one in which the live file lies: two renames. Between them there is no live
 * folder; a process that dies there leaves both, and {@link #takeBack} puts the old one back.
 */
final class VolumeSwap {
    private static final System.Logger LOG = System.getLogger(VolumeSwap.class.getName());
    private static final boolean WINDOWS = java.io.File.separatorChar == '\\';
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final VolumePlace place;
    private final DatabaseFolder database;
    private final FileSteps.Renamer renamer;

    VolumeSwap(VolumePlace place, DatabaseFolder database, FileSteps.Renamer renamer) {
        this.place = place;
        this.database = database;
        this.renamer = renamer;
    }

    SwapResult swap(String incoming, String keepLiveAs) {
        Path from = place.beside(incoming);
        Path keep = place.beside(keepLiveAs);
        if (!Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS)) {
            throw problem(SWAP_FAILED, "the folder '%s' is not there", from)
                    .remedy("Nothing was renamed; look for the folder, or restore again.");
        }
        if (DatabaseFolder.present(keep)) {
            throw problem(NAME_TAKEN, "'%s' exists already", keep)
                    .remedy("Nothing was renamed; wait a second and start again, or move that folder away.");
        }
        if (!Files.isDirectory(place.folder())) {
            long begin = System.nanoTime();
            exchange(from, keep);
            return new SwapResult(Optional.empty(), Duration.ofNanos(System.nanoTime() - begin));
        }
        return swapLocked(from, keep);
    }

    private SwapResult swapLocked(Path from, Path keep) {
        refuseIfOpen();
        Optional<Connection> lock = lock();
        try {
            long begin = System.nanoTime();
            refuseIfOpen();
            if (WINDOWS) {
                // a folder with an open file cannot be renamed there
                close(lock);
            }
            exchange(from, keep);
            Duration downtime = Duration.ofNanos(System.nanoTime() - begin);
            // that file locks the name it had, which is another file's now
            deleteLock(keep);
            return new SwapResult(Optional.of(keep.getFileName().toString()), downtime);
        } finally {
            // SQLite sees that its file has moved, and leaves alone what lies at the name that it had
            close(lock);
        }
    }

    private void refuseIfOpen() {
        List<String> users = VolumeFacts.users(place.folder());
        if (!users.isEmpty()) {
            throw VolumeSurvey.inUse(place.folder(), users);
        }
    }

    private void exchange(Path from, Path keep) {
        FileSteps steps = new FileSteps(renamer);
        try {
            if (Files.isDirectory(place.folder())) {
                FileRights.copy(place.folder(), from);
                steps.move(place.folder(), keep);
                place.force();
            }
            steps.move(from, place.folder());
            place.force();
        } catch (IOException failed) {
            undo(steps, from, keep, failed);
            throw problem(
                            SWAP_FAILED,
                            "cannot put the folder '%s' in the place of '%s': %s",
                            from,
                            place.folder(),
                            Why.of(failed))
                    .causedBy(failed)
                    .remedy("Nothing is renamed; remove the obstacle and start again.");
        } catch (RuntimeException | Error failed) {
            undo(steps, from, keep, failed);
            throw failed;
        }
    }

    private void undo(FileSteps steps, Path from, Path keep, Throwable failed) {
        try {
            steps.undo();
            place.force();
        } catch (IOException stuck) {
            failed.addSuppressed(stuck);
            throw problem(
                            SWAP_HALF_DONE,
                            "'%s' was renamed to '%s', and '%s' did not take its place: %s",
                            place.folder(),
                            keep,
                            from,
                            Why.of(stuck))
                    .causedBy(failed)
                    .remedy(
                            "To go back, rename '%s' to '%s'.".formatted(keep, place.folder()),
                            "To go on, rename '%s' to '%s'.".formatted(from, place.folder()));
        }
    }

    /**
     * Puts the old folder back if a swap was cut off between its two renames; returns what was done, in sentences.
     * Deletes nothing.
     */
    List<String> takeBack(String incoming, String keepLiveAs) {
        Path from = place.beside(incoming);
        Path keep = place.beside(keepLiveAs);
        if (!DatabaseFolder.present(from) || !DatabaseFolder.present(keep)) {
            return List.of();
        }
        Path live = place.folder();
        if (DatabaseFolder.present(live)) {
            return List.of("The folder '%s' appeared while a swap was cut off: what was live before it is kept as '%s'."
                    .formatted(live, keepLiveAs));
        }
        try {
            renamer.rename(keep, live);
        } catch (IOException failed) {
            throw problem(
                            SWAP_HALF_DONE,
                            "a swap of the folder '%s' that was cut off cannot be taken back: %s",
                            live,
                            Why.of(failed))
                    .causedBy(failed)
                    .remedy("Rename '%s' to '%s'.".formatted(keep, live));
        }
        place.force();
        return List.of("A swap of the folder '%s' was cut off in the middle; it was put back as it was before it."
                .formatted(live));
    }

    /** Nobody else may be at work in the live file, and its log is written back; a file that cannot be read is held by nobody. */
    private Optional<Connection> lock() {
        if (!Files.isRegularFile(database.live())) {
            return Optional.empty();
        }
        Connection connection = null;
        try {
            connection = SqliteConnections.existing(database.live(), PATIENCE);
            SqliteConnections.run(
                    connection,
                    "PRAGMA locking_mode = EXCLUSIVE",
                    "PRAGMA wal_checkpoint(TRUNCATE)",
                    "BEGIN EXCLUSIVE");
            return Optional.of(connection);
        } catch (SQLException failed) {
            close(Optional.ofNullable(connection));
            if (SqliteConnections.isBusy(failed)) {
                throw SqliteSwap.inUse(database.live(), "another process");
            }
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the live file cannot be locked, so its folder is moved as it is: " + failed.getMessage());
            return Optional.empty();
        }
    }

    private static void close(Optional<Connection> lock) {
        try {
            if (lock.isPresent()) {
                lock.get().close();
            }
        } catch (SQLException failed) {
            LOG.log(System.Logger.Level.DEBUG, "the connection to the previous file did not close", failed);
        }
    }

    private void deleteLock(Path keep) {
        try {
            Files.deleteIfExists(
                    keep.resolve(SqliteLock.fileFor(database.live()).getFileName()));
        } catch (IOException stays) {
            LOG.log(System.Logger.Level.DEBUG, "the lock file stays in the previous folder", stays);
        }
    }
}
