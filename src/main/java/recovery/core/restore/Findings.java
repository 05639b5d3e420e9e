package recovery.core.restore;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;
import recovery.core.target.Target;

/**
 * Looks at the start for what earlier restores left: journals without an end, copies beside the live database. It
 * reports and, for a restore that was cut off, writes the end into its journal; it deletes nothing by itself.
 */
final class Findings {
    private final JournalFolder journals;
    private final Target target;
    private final Path stateDirectory;
    private final Clock clock;

    Findings(JournalFolder journals, Target target, Path stateDirectory, Clock clock) {
        this.journals = journals;
        this.target = target;
        this.stateDirectory = stateDirectory;
        this.clock = clock;
    }

    /** Sentences for the operator; empty if all is well, or while another process restores. Never throws. */
    List<String> look() {
        try {
            Optional<RestoreLock> lock = RestoreLock.tryTake(stateDirectory, RestoreLock.LOOK);
            if (lock.isEmpty()) {
                return List.of();
            }
            try (RestoreLock held = lock.get()) {
                List<String> findings = new ArrayList<>(target.mend());
                for (HistoryEntry entry : journals.list()) {
                    if (!entry.state().isFinal()
                            && journals.isOf(entry, target)
                            && !JournalWriter.isAlive(entry, journals)) {
                        findings.add(close(entry));
                    }
                }
                for (String copy : target.leftovers()) {
                    findings.add("'%s' is left over from a restore that was cut off; --force-cleanup deletes it."
                            .formatted(copy));
                }
                return findings;
            }
        } catch (RecoveryException e) {
            return List.of("What earlier restores left cannot be looked at now: " + e.getMessage() + ".");
        } catch (IOException e) {
            return List.of("A journal of an earlier restore cannot be written: " + Why.of(e) + ".");
        }
    }

    /** Nobody holds the lock, and the process that wrote this journal is dead. */
    private String close(HistoryEntry entry) throws IOException {
        Map<String, String> lines = journals.lines(entry.id());
        String keepAs = lines.getOrDefault("keepAs", "");
        boolean swapped =
                entry.state() == RestoreState.SWAPPING && hasSwapped(entry.on(target), lines.get("copy"), keepAs);
        String live = live(entry, lines, keepAs, swapped);
        try (Journal journal = journals.append(entry.id())) {
            journal.write("liveDatabase", live);
            if (swapped) {
                journal.write("previous", keepAs);
            } else {
                journal.write(
                        "error", "CUT_OFF: the program ended while it was " + JournalWriter.wasDoing(entry.state()));
            }
            journal.write("ended", clock.instant().toString());
            journal.write("state", (swapped ? RestoreState.DONE : RestoreState.FAILED).name());
        }
        return "The %s %s was cut off while it was %s. %s"
                .formatted(entry.kind().replace('-', ' '), entry.id(), JournalWriter.wasDoing(entry.state()), live);
    }

    private String live(HistoryEntry entry, Map<String, String> lines, String keepAs, boolean swapped) {
        if (swapped) {
            return entry.kind().equals(JobKind.ROLLBACK)
                    ? new RestoreOutcome.RolledBack(entry.target(), keepAs).liveDatabase()
                    : new RestoreOutcome.Swapped(entry.target(), keepAs).liveDatabase();
        }
        boolean half = entry.state() == RestoreState.SWAPPING && !keepAs.isEmpty() && !target.exists(entry.target());
        return half
                ? RestoreOutcome.halfSwapped(entry.target(), keepAs, lines.getOrDefault("copy", ""))
                : RestoreOutcome.unchanged(entry.target());
    }

    private static boolean hasSwapped(Target target, String copy, String keepAs) {
        return !keepAs.isEmpty() && target.exists(keepAs) && (copy == null || !target.exists(copy));
    }
}
