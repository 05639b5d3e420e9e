package recovery.core.restore;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import recovery.core.target.Target;

/**
 * Backups that restores of this target still need: where its data came from, where data came from that an undo would bring
 * back or take away, and safety copies. Any thread may use it.
 */
final class NeededBackups {
    private final Target target;
    private final JournalFolder journals;

    NeededBackups(Target target, JournalFolder journals) {
        this.target = target;
        this.journals = journals;
    }

    /** By name, with the reason. */
    Map<String, String> names() {
        Map<String, String> needed = new HashMap<>();
        boolean newest = true;
        Set<String> copies = Set.copyOf(target.leftovers());
        for (HistoryEntry entry : journals.list()) {
            boolean changed = entry.state().hasChangedTarget() && journals.isOf(entry, target);
            if (entry.kind().equals(JobKind.BACKUP)) {
                continue;
            }
            if (Replacements.isOne(entry)) {
                // also of one that failed: it may be all that is left of the database
                Optional.ofNullable(journals.lines(entry.id()).get(Replacements.SAFETY_COPY))
                        .ifPresent(file -> needed.putIfAbsent(
                                file, "%s %s is undone with it".formatted(entry.kind(), entry.id())));
            }
            if (changed && !entry.kind().equals(JobKind.DRY_RUN)) {
                if (newest || isKept(entry)) {
                    needed.putIfAbsent(entry.backup(), "%s %s came from it".formatted(entry.kind(), entry.id()));
                }
                newest = false;
            } else if (!entry.state().isFinal()
                    || copies.contains(journals.lines(entry.id()).getOrDefault("copy", ""))) {
                needed.putIfAbsent(entry.backup(), "%s %s may go on with it".formatted(entry.kind(), entry.id()));
            }
        }
        return needed;
    }

    private boolean isKept(HistoryEntry entry) {
        // of the safety copies of strategy replace only that of the last change counts: each is a backup by itself
        return !Replacements.isOne(entry)
                && entry.previous().filter(entry.on(target)::exists).isPresent();
    }
}
