package recovery.core.backup;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One file of the backup directory, as the list shows it. The components are named as in {@code GET /list-backups}.
 *
 * @param name file name without folder; the only name by which the outside may call it
 * @param path where it lies; never shown outside
 * @param modified when the file was last written
 * @param taken when the backup was made: the time in its name or sidecar when there is one, else {@code modified}
 * @param engine what it can be restored into; empty when the content does not say
 * @param restorable false if this server cannot restore it; then {@code reason} says why
 * @param sha256 from the sidecar, not computed; lower case hexadecimal
 * @param metadata of the sidecar, flattened; empty without one
 */
public record Backup(
        String name,
        Path path,
        long sizeBytes,
        Instant modified,
        Instant taken,
        BackupFormat format,
        Compression compression,
        boolean encrypted,
        Optional<Engine> engine,
        Contents contents,
        boolean restorable,
        Optional<String> reason,
        Optional<String> sha256,
        Map<String, String> metadata) {
    public Backup {
        if (restorable == reason.isPresent()) {
            throw new IllegalArgumentException("a reason belongs to a backup that cannot be restored: " + name);
        }
        metadata = Map.copyOf(metadata);
    }

    /** How the names of those begin that this program makes of the live database. */
    public static final String SAFETY = "safety_";

    /** It holds what was live, which is what a restore is to replace: taken for a restore only if somebody names it. */
    public boolean savesWhatWasLive() {
        return name.startsWith(SAFETY);
    }
}
