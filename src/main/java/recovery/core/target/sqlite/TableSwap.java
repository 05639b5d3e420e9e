package recovery.core.target.sqlite;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;
import recovery.core.target.LoadOptions;
import recovery.core.target.OnConflict;
import recovery.core.target.Target.SwapResult;

/**
 * Writes single tables of a file beside into the live one, which programs may have open: the state before is kept as a
 * file, the tables are committed in one transaction, then the file beside is deleted. On failure the live file is as it was.
 */
final class TableSwap {
    private final DatabaseFolder folder;
    private final Duration patience;

    /** {@code patience}: how long to wait for others who read or write the live file. */
    TableSwap(DatabaseFolder folder, Duration patience) {
        this.folder = folder;
        this.patience = patience;
    }

    SwapResult tables(String incoming, String keepLiveAs, LoadOptions options) {
        Path from = folder.file(incoming);
        Path keep = folder.file(keepLiveAs);
        SqliteSwap.check(folder.live(), from, keep);
        PreviousCopy previous = new PreviousCopy(folder, keep);
        boolean mayBeWritten = false;
        try {
            TableWrite.Result result = new TableWrite(folder.live(), from, patience)
                    .run(
                            options.choice().selection(),
                            options.files().onConflict().orElse(OnConflict.REPLACE),
                            previous::read);
            mayBeWritten = true;
            return new SwapResult(Optional.of(keepLiveAs), result.downtime(), result.notes());
        } catch (RecoveryException failed) {
            mayBeWritten = failed.code().kind() == ErrorCode.Kind.SWAP_BEGUN;
            throw failed;
        } finally {
            tidy(mayBeWritten, from, previous);
        }
    }

    /** What stays is a leftover that the next start tells of. */
    private void tidy(boolean mayBeWritten, Path from, PreviousCopy previous) {
        try {
            if (mayBeWritten) {
                DatabaseFolder.delete(from);
                folder.force();
            } else {
                previous.drop();
            }
        } catch (IOException stays) {
            System.getLogger(TableSwap.class.getName()).log(WARNING, "a file beside stays: " + Why.of(stays));
        }
    }
}
