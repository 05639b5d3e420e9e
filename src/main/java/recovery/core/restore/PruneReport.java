package recovery.core.restore;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What {@code prune} found, and what it deleted.
 *
 * @param applied false if nothing was to be deleted
 * @param success everything that was to be deleted is
 * @param freedBytes of what was deleted, as far as it is known
 */
public record PruneReport(
        boolean success, boolean applied, List<PreviousData> previous, List<OldBackup> backups, long freedBytes) {
    public PruneReport {
        previous = List.copyOf(previous);
        backups = List.copyOf(backups);
    }

    /** What was or would be deleted, and what stays. */
    public enum Fate {
        KEPT,
        OFFERED,
        DELETED,
        FAILED;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * What was live before a restore.
     *
     * @param keptUntil when {@code KEEP_PREVIOUS} ends for it
     * @param error why it could not be deleted
     */
    public record PreviousData(
            String name, Instant since, Instant keptUntil, OptionalLong sizeBytes, Fate fate, Optional<String> error) {}

    /**
     * One backup.
     *
     * @param keptBecause e.g. {@code daily}, {@code monthly}; empty if it is offered
     * @param error why it could not be deleted
     */
    public record OldBackup(
            String name, Instant taken, long sizeBytes, List<String> keptBecause, Fate fate, Optional<String> error) {
        public OldBackup {
            keptBecause = List.copyOf(keptBecause);
        }
    }
}
