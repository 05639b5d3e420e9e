package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.DATABASE_IN_USE;
import static recovery.core.error.ErrorCode.NAME_TAKEN;
import static recovery.core.error.ErrorCode.SWAP_FAILED;
import static recovery.core.error.ErrorCode.SWAP_HALF_DONE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.target.Target.SwapResult;

/**
 * Puts another file in the place of the live one: lock it, empty its write-ahead log, keep it under a second name,
 * let the new file take the live name in one rename, make the folder durable.
 *
 * <p>A stale {@code -wal} beside a new database file would be applied to it and corrupt it, so whatever lies beside
 * the live file goes aside with it, also if SQLite can no longer read it. Where the file system has hard links there
 * is no moment without a live file.
 */
final class SqliteSwap {
    private static final boolean WINDOWS = java.io.File.separatorChar == '\\';

    private final DatabaseFolder folder;
    private final FileSteps.Renamer renamer;
    private final Duration patience;

    /** {@code patience}: how long to wait for the last writers of the live file. */
    SqliteSwap(DatabaseFolder folder, FileSteps.Renamer renamer, Duration patience) {
        this.folder = folder;
        this.renamer = renamer;
        this.patience = patience;
    }

    SwapResult swap(String incoming, String keepLiveAs) {
        Path live = folder.live();
        Path from = folder.file(incoming);
        Path keep = folder.file(keepLiveAs);
        check(live, from, keep);
        try {
            makeLike(live, from);
            if (!DatabaseFolder.present(live)) {
                long begin = System.nanoTime();
                exchange(live, from, keep);
                return new SwapResult(Optional.empty(), since(begin));
            }
            return swapLocked(live, from, keep);
        } catch (IOException failed) {
            throw problem(SWAP_FAILED, "cannot put '%s' in the place of '%s': %s", from, live, failed.getMessage())
                    .causedBy(failed)
                    .remedy("Nothing was renamed; remove the obstacle and start again.");
        }
    }

    private SwapResult swapLocked(Path live, Path from, Path keep) throws IOException {
        refuseIfOpen();
        try (LockedDatabase lock = LockedDatabase.take(folder, patience)) {
            long begin = System.nanoTime();
            refuseIfOpen();
            if (WINDOWS) {
                // an open file cannot be renamed there, which keeps others out as well
                lock.release();
            }
            exchange(live, from, keep);
            Duration downtime = since(begin);
            List<Note> late = lock.isHeld() ? new LateOpeners(folder, keep).lockOut() : List.of();
            lock.keepMode(keep);
            return new SwapResult(Optional.of(keep.getFileName().toString()), downtime, late);
        }
    }

    private void refuseIfOpen() {
        Path live = folder.live();
        List<String> others = folder.users(live);
        if (!others.isEmpty()) {
            throw inUse(live, String.join(", ", others));
        }
    }

    /** Nothing but renames, sidecars first, the live name last. */
    private void exchange(Path live, Path from, Path keep) throws IOException {
        FileSteps steps = new FileSteps(renamer);
        try {
            for (String suffix : DatabaseFolder.SIDECARS) {
                moveIfPresent(steps, live, keep, suffix);
            }
            if (DatabaseFolder.present(live) && !steps.link(live, keep)) {
                steps.move(live, keep);
            }
            // a file system may write names in any order, and the old data must have a name before it loses the live
            // one
            folder.force();
            for (String suffix : DatabaseFolder.SIDECARS) {
                moveIfPresent(steps, from, live, suffix);
            }
            steps.replace(from, live);
        } catch (IOException failed) {
            takeBack(steps, live, from, keep, failed);
            throw failed;
        } catch (RuntimeException | Error failed) {
            // without memory, for one; what cannot be taken back now is at the next start
            takeBackQuietly(steps, failed);
            throw failed;
        }
        folder.force();
    }

    private static void moveIfPresent(FileSteps steps, Path from, Path to, String suffix) throws IOException {
        Path sidecar = DatabaseFolder.sidecar(from, suffix);
        if (DatabaseFolder.present(sidecar)) {
            steps.move(sidecar, DatabaseFolder.sidecar(to, suffix));
        }
    }

    private static void takeBackQuietly(FileSteps steps, Throwable failed) {
        try {
            steps.undo();
        } catch (IOException | RuntimeException | Error stuck) {
            failed.addSuppressed(stuck);
        }
    }

    private static void takeBack(FileSteps steps, Path live, Path from, Path keep, IOException failed) {
        try {
            steps.undo();
        } catch (IOException stuck) {
            failed.addSuppressed(stuck);
            String state = DatabaseFolder.present(live) ? "files beside '%s' were" : "'%s' was";
            throw problem(
                            SWAP_HALF_DONE,
                            state + " moved aside to '%s' and '%s' did not take its place: %s",
                            live,
                            keep,
                            from,
                            failed.getMessage())
                    .causedBy(failed)
                    .remedy(
                            "To go back, rename '%s' to '%s', and the files beside it in the same way."
                                    .formatted(keep, live),
                            "To go on, rename '%s' to '%s'.".formatted(from, live));
        }
    }

    static void check(Path live, Path from, Path keep) {
        if (!Files.isRegularFile(from)) {
            throw problem(SWAP_FAILED, "'%s' is not there", from)
                    .remedy("Nothing was renamed; look in the folder for the file, or restore again.");
        }
        if (Files.isDirectory(live)) {
            throw problem(SWAP_FAILED, "'%s' is a folder and no database file", live)
                    .remedy("Nothing was renamed; name the database file in the settings.");
        }
        if (DatabaseFolder.present(keep) || !DatabaseFolder.sidecars(keep).isEmpty()) {
            throw problem(NAME_TAKEN, "'%s' exists already", keep)
                    .remedy("Nothing was renamed; wait a second and start again, or move that file away.");
        }
    }

    /** Mode and owner as the live file has them, then everything on the disk, before anything is renamed. */
    private static void makeLike(Path live, Path from) throws IOException {
        if (Files.exists(live)) {
            FileRights.copy(live, from);
        }
        for (Path file : DatabaseFolder.sidecars(from)) {
            force(file);
        }
        force(from);
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    static RecoveryException inUse(Path live, String who) {
        return problem(DATABASE_IN_USE, "'%s' is open in %s", live.getFileName(), who)
                .remedy(
                        "Stop that program, then start the restore again.",
                        "Or leave it running and write into the file while it is open: --online (on the page: 'Write into the open file').");
    }
}
