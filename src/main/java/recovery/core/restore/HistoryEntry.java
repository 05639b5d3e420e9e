package recovery.core.restore;

import java.time.Instant;
import java.util.Optional;
import recovery.core.target.Strategy;
import recovery.core.target.Target;

/**
 * A restore of the past, from its journal.
 *
 * @param kind {@code restore}, {@code rollback} or {@code dry-run}
 * @param state the last one that was written; or cut off, if it has no end and its process died
 * @param strategy empty if it had not been chosen yet
 * @param rollbackAvailable the data from before this one is still kept
 * @param resumable it was cut off and another one can go on with it
 * @param resumedAs the restore that went on with it
 * @param keptUntil from when on {@code prune} offers that data for deletion; empty if nothing can be undone
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
        Optional<Strategy> strategy,
        boolean rollbackAvailable,
        Optional<Instant> keptUntil,
        boolean resumable,
        Optional<String> resumedAs,
        String liveDatabase,
        Optional<String> error) {
    /** The same entry, whose process died. What a swap came to is only known when the target was looked at. */
    HistoryEntry cutOff() {
        String live = state.isBeforeSwap() ? RestoreOutcome.unchanged(target) : liveDatabase;
        return new HistoryEntry(
                id,
                kind,
                RestoreState.CUT_OFF,
                backup,
                target,
                startedAt,
                endedAt,
                previous,
                strategy,
                rollbackAvailable,
                keptUntil,
                resumable,
                resumedAs,
                live,
                Optional.of("CUT_OFF: the program ended while it was " + JournalWriter.wasDoing(state)));
    }

    /** The live database as the strategy of this restore handles it: its names are names there. */
    Target on(Target target) {
        return strategy.filter(target.strategies()::contains).map(target::by).orElse(target);
    }

    /** The same entry, known to be undoable until somebody prunes, which {@code until} forbids. */
    HistoryEntry withRollback(Instant until) {
        return new HistoryEntry(
                id,
                kind,
                state,
                backup,
                target,
                startedAt,
                endedAt,
                previous,
                strategy,
                true,
                Optional.of(until),
                resumable,
                resumedAs,
                liveDatabase,
                error);
    }

    /** The same entry, known to be one that can be gone on with. */
    HistoryEntry withResumption() {
        return new HistoryEntry(
                id,
                kind,
                state,
                backup,
                target,
                startedAt,
                endedAt,
                previous,
                strategy,
                rollbackAvailable,
                keptUntil,
                true,
                resumedAs,
                liveDatabase,
                error);
    }
}
