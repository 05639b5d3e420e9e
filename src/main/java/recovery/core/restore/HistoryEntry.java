package recovery.core.restore;

import java.time.Instant;
import java.util.Optional;

/**
 * A restore of the past, from its journal.
 *
 * @param kind {@code restore}, {@code rollback} or {@code dry-run}
 * @param state the last one that was written; not final if the process died
 * @param rollbackAvailable the data from before this one is still kept
 */
public record HistoryEntry(
        String id,
        String kind,
        RestoreState state,
        String backup,
        String target,
        Instant startedAt,
        Optional<Instant> endedAt,
        Optional<String> previous,
        boolean rollbackAvailable,
        String liveDatabase,
        Optional<String> error) {
    /** The same entry, known to be undoable. */
    HistoryEntry withRollback() {
        return new HistoryEntry(
                id, kind, state, backup, target, startedAt, endedAt, previous, true, liveDatabase, error);
    }
}
