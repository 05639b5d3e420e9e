package recovery.core.restore;

import java.nio.file.Path;
import java.util.Optional;
import recovery.core.layer.Secrets;
import recovery.core.target.LoadOptions;

/**
 * A restore that was cut off, and what is needed to go on with it.
 *
 * @param id of the restore
 * @param first the one that made the copy, which others may have gone on with before
 * @param backup its name
 * @param folder in which the backup was then
 * @param backupSha256 what was read then
 * @param options of the load, which cannot be changed
 * @param overrideReason why refusals were ignored
 */
public record Resumable(
        String id,
        String first,
        String backup,
        Path folder,
        String copy,
        String backupSha256,
        String strategy,
        LoadOptions options,
        Optional<String> overrideReason) {
    /** Whether the backup is one of the list of that directory. */
    public boolean isOf(Path directory) {
        return Resumables.absolute(directory).equals(folder);
    }

    /** The same restore again; {@code secrets} are asked for anew, since nobody keeps them. */
    RestoreRequest request(Secrets secrets, String door) {
        return new RestoreRequest(backup, false, Optional.of(strategy), true, overrideReason, options, secrets, door);
    }
}
