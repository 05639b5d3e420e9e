package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.SWAP_HALF_DONE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import recovery.core.error.Why;

/**
 * Puts the files back where they were before a swap that was cut off in the middle; see {@link SqliteSwap} for its order.
 *
 * <p>The swap is done when the new file has left its name; then nothing is touched. Each step can be cut off as well: the
 * next run goes on. Nothing that holds data is deleted, and no file replaces another.
 */
final class SwapTakenBack {
    private final DatabaseFolder folder;
    private final FileSteps.Renamer renamer;
    private boolean changed;

    SwapTakenBack(DatabaseFolder folder, FileSteps.Renamer renamer) {
        this.folder = folder;
        this.renamer = renamer;
    }

    /** {@code since}: when the swap was about to begin. Returns what was done, in sentences. */
    List<String> run(String incoming, String keepLiveAs, Instant since) {
        Path live = folder.live();
        Path from = folder.file(incoming);
        Path keep = folder.file(keepLiveAs);
        if (!DatabaseFolder.present(from)) {
            return List.of();
        }
        try {
            if (DatabaseFolder.present(keep)) {
                if (isAnotherFile(live, keep)) {
                    return List.of("'%s' appeared while a swap was cut off: what was live before it is kept as '%s'."
                            .formatted(folder.liveName(), keepLiveAs));
                }
                sidecarsOfTheNewFile(live, from, since);
                liveName(live, keep);
            }
            sidecarsOfTheOldFile(live, keep);
        } catch (IOException failed) {
            throw problem(
                            SWAP_HALF_DONE,
                            "a swap of '%s' that was cut off cannot be taken back: %s",
                            live,
                            Why.of(failed))
                    .causedBy(failed)
                    .remedy("Rename '%s' to '%s', and the files beside it in the same way.".formatted(keep, live));
        }
        if (!changed) {
            return List.of();
        }
        folder.force();
        return List.of("A swap of '%s' was cut off in the middle; its files were put back as they were before it."
                .formatted(folder.liveName()));
    }

    private static boolean isAnotherFile(Path live, Path keep) throws IOException {
        return DatabaseFolder.present(live) && !Files.isSameFile(live, keep);
    }

    /** What a program has put beside the old file since then belongs to that one. */
    private void sidecarsOfTheNewFile(Path live, Path from, Instant since) throws IOException {
        for (String suffix : DatabaseFolder.SIDECARS) {
            Path beside = DatabaseFolder.sidecar(live, suffix);
            Path home = DatabaseFolder.sidecar(from, suffix);
            if (DatabaseFolder.present(beside)
                    && !DatabaseFolder.present(home)
                    && !Files.getLastModifiedTime(beside).toInstant().isAfter(since)) {
                rename(beside, home);
            }
        }
    }

    private void liveName(Path live, Path keep) throws IOException {
        if (DatabaseFolder.present(live)) {
            renamer.unlink(keep);
            changed = true;
        } else {
            rename(keep, live);
        }
    }

    private void sidecarsOfTheOldFile(Path live, Path keep) throws IOException {
        for (String suffix : DatabaseFolder.SIDECARS) {
            Path aside = DatabaseFolder.sidecar(keep, suffix);
            Path home = DatabaseFolder.sidecar(live, suffix);
            if (DatabaseFolder.present(aside) && !DatabaseFolder.present(home)) {
                rename(aside, home);
            }
        }
    }

    private void rename(Path from, Path to) throws IOException {
        renamer.rename(from, to);
        changed = true;
    }
}
