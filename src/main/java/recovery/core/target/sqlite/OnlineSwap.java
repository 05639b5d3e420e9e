package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.DISK_FULL;
import static recovery.core.error.ErrorCode.SWAP_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;
import recovery.core.target.Target.SwapResult;

/**
 * Writes a file beside into the live one, which programs may have open: the state before is kept as a file, the new one is
 * committed in one transaction, then the file beside is deleted. On failure the live file is as it was.
 */
final class OnlineSwap {
    private static final System.Logger LOG = System.getLogger(OnlineSwap.class.getName());

    private final DatabaseFolder folder;
    private final Duration patience;

    /** {@code patience}: how long to wait for others who read or write the live file. */
    OnlineSwap(DatabaseFolder folder, Duration patience) {
        this.folder = folder;
        this.patience = patience;
    }

    /** All of {@code incoming} becomes the content of the live file. */
    SwapResult whole(String incoming, String keepLiveAs) {
        Path from = folder.file(incoming);
        Path keep = folder.file(keepLiveAs);
        SqliteSwap.check(folder.live(), from, keep);
        PreviousCopy previous = new PreviousCopy(folder, keep);
        boolean written = false;
        try {
            OnlineSource.prepare(from, folder.live());
            Duration downtime = new OnlineWrite(folder, from, previous, patience).run();
            written = true;
            deleteQuietly(from);
            return new SwapResult(Optional.of(keepLiveAs), downtime);
        } catch (IOException failed) {
            throw failure(Why.of(failed), failed);
        } catch (SQLException failed) {
            throw failure(SqliteConnections.words(failed), failed);
        } finally {
            if (!written) {
                dropQuietly(previous);
            }
        }
    }

    private RecoveryException failure(String words, Exception cause) {
        boolean full = words.contains("full") || words.contains("No space left");
        return problem(full ? DISK_FULL : SWAP_FAILED, "nothing was written into '%s': %s", folder.live(), words)
                .causedBy(cause)
                .remedy(
                        full
                                ? "Free space on that disk: as much as the live file and the restored one together need."
                                : "Remove the obstacle and start again, or stop the programs that use the file and leave --online out.");
    }

    /** All is written; the next look names what stays. */
    private void deleteQuietly(Path from) {
        try {
            DatabaseFolder.delete(from);
            folder.force();
        } catch (IOException stays) {
            LOG.log(System.Logger.Level.WARNING, "the file beside stays: " + Why.of(stays));
        }
    }

    private static void dropQuietly(PreviousCopy previous) {
        try {
            previous.drop();
        } catch (IOException stays) {
            LOG.log(System.Logger.Level.WARNING, "a copy of the live file stays: " + Why.of(stays));
        }
    }
}
