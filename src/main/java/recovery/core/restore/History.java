package recovery.core.restore;

import static recovery.core.error.ErrorCode.NOTHING_TO_ROLL_BACK;
import static recovery.core.error.RecoveryException.problem;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import recovery.core.error.RecoveryException;
import recovery.core.target.Target;

/** The restores of the past, and which of them can be undone. Any thread may use it. */
final class History {
    private static final int ROLLBACKS_LOOKED_UP = 10;

    private final Target target;
    private final JournalFolder journals;
    private final Path stateDirectory;
    private final Duration keepPrevious;
    private final Path backups;
    private final Resumables resumables;

    /** {@code backups}: where safety copies lie; {@code keepPrevious}: how long previous data is kept. */
    History(
            Target target,
            JournalFolder journals,
            Resumables resumables,
            Path stateDirectory,
            Path backups,
            Duration keepPrevious) {
        this.backups = backups;
        this.resumables = resumables;
        this.keepPrevious = keepPrevious;
        this.stateDirectory = stateDirectory;
        this.target = target;
        this.journals = journals;
    }

    /** RESTORE_NOT_FOUND unless there was one of that id. */
    HistoryEntry find(String id) {
        return JournalWriter.judged(journals.find(id), journals, stateDirectory);
    }

    /** Newest first; whether a rollback is possible is looked up for the newest ones only. */
    List<HistoryEntry> all() {
        return judged(journals.list());
    }

    /** As above, of this target only. */
    List<HistoryEntry> ofTarget() {
        return judged(journals.list().stream()
                .filter(entry -> journals.isOf(entry, target))
                .toList());
    }

    private HistoryEntry judged(HistoryEntry entry) {
        HistoryEntry judged = JournalWriter.judged(entry, journals, stateDirectory);
        return resumables.isResumable(judged) ? judged.withResumption() : judged;
    }

    private List<HistoryEntry> judged(List<HistoryEntry> entries) {
        Set<String> kept = kept(entries.stream()
                .filter(this::hasChangedTarget)
                .limit(ROLLBACKS_LOOKED_UP)
                .toList());
        return entries.stream()
                .map(entry -> kept.contains(entry.id())
                        ? entry.withRollback(
                                entry.endedAt().orElse(entry.startedAt()).plus(keepPrevious))
                        : judged(entry))
                .toList();
    }

    private boolean hasChangedTarget(HistoryEntry entry) {
        // one by strategy replace may have failed and left nothing but its safety copy
        boolean changed = entry.state().hasChangedTarget() || Replacements.isOne(entry);
        return changed && entry.previous().isPresent() && journals.isOf(entry, target);
    }

    /** What {@code entry} has kept of the time before it is still there. */
    boolean isKept(HistoryEntry entry) {
        String previous = entry.previous().orElse("");
        return !previous.isEmpty()
                && (Replacements.isOne(entry)
                        ? Files.isRegularFile(backups.resolve(previous))
                        : entry.on(target).exists(previous));
    }

    /** The ids of those whose previous data is there; none if the target does not answer: then nothing can be rolled back at this moment. */
    private Set<String> kept(List<HistoryEntry> changes) {
        try {
            return changes.stream().filter(this::isKept).map(HistoryEntry::id).collect(Collectors.toSet());
        } catch (RecoveryException unreachable) {
            return Set.of();
        }
    }

    /** The last one that changed the target; NOTHING_TO_ROLL_BACK if there is none. */
    HistoryEntry lastChange() {
        return journals.list().stream()
                .filter(this::hasChangedTarget)
                .findFirst()
                .orElseThrow(
                        () -> problem(NOTHING_TO_ROLL_BACK, "'%s' has not been restored from here yet", target.name())
                                .remedy("Look at the history, or check that STATE_DIR is the folder of that restore."));
    }

    /** What is still known of a restore when only its journal is left. */
    static RestoreStatus status(HistoryEntry entry) {
        Progress progress = new Progress(entry.state().sentence(), 0, 0, 0, "", 0, java.util.OptionalLong.empty());
        String sentence = entry.liveDatabase().isEmpty() ? entry.state().sentence() : entry.liveDatabase();
        return new RestoreStatus(
                entry.id(),
                entry.kind(),
                entry.state(),
                sentence,
                entry.backup(),
                entry.target(),
                entry.startedAt(),
                progress,
                Optional.empty());
    }
}
