package recovery.core.restore;

import static recovery.core.error.ErrorCode.RESTORE_ALREADY_RUNNING;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;
import recovery.core.target.Target;

/**
 * Looks for what earlier jobs left. What has only one outcome is done at once: what a swap left closed is opened, half a
 * swap of files is taken back, and a journal without an end gets one. Everything else is named; nothing is deleted.
 */
final class Findings {
    private static final System.Logger LOG = System.getLogger(Findings.class.getName());

    private final JournalFolder journals;
    private final Leftovers leftovers;
    private final Resumables resumables;
    private final Surroundings here;

    Findings(JournalFolder journals, Leftovers leftovers, Resumables resumables, Surroundings here) {
        this.resumables = resumables;
        this.journals = journals;
        this.leftovers = leftovers;
        this.here = here;
    }

    /**
     * @param sentences for the operator; empty if all is well
     * @param problem why not everything could be looked at
     * @param complete everything was looked at: neither does another process restore, nor was there a problem
     */
    record Look(List<String> sentences, Optional<String> problem, boolean complete) {}

    /** Never throws. */
    Look look() {
        List<String> found = new ArrayList<>();
        try {
            Optional<RestoreLock> lock = RestoreLock.tryTake(here.stateDirectory(), RestoreLock.LOOK);
            if (lock.isEmpty()) {
                return new Look(found, Optional.empty(), false);
            }
            try (RestoreLock held = lock.get()) {
                DeadHolder.end(here);
                found.addAll(here.target().mend());
                boolean complete = true;
                for (HistoryEntry entry : journals.list()) {
                    if (journals.isOf(entry, here.target())) {
                        complete &= end(entry, found);
                    }
                }
                leftovers.look().forEach(leftover -> found.add(leftover.found()));
                found.addAll(resumables.findings());
                return new Look(found, Optional.empty(), complete);
            }
        } catch (RecoveryException e) {
            return incomplete(found, "What earlier restores left cannot be looked at now: " + e.getMessage() + ".");
        } catch (IOException e) {
            return incomplete(found, "A journal of an earlier restore cannot be written: " + Why.of(e) + ".");
        }
    }

    private static Look incomplete(List<String> found, String problem) {
        return new Look(found, Optional.of(problem), false);
    }

    /** A swap of another process that died while this one went on is settled before the next job begins. */
    void beforeAJob() {
        boolean cut = journals.list().stream()
                .anyMatch(entry -> entry.state() == RestoreState.SWAPPING
                        && journals.isOf(entry, here.target())
                        && !JournalWriter.isAlive(entry, journals));
        if (cut) {
            Look look = look();
            look.sentences().forEach(sentence -> LOG.log(System.Logger.Level.WARNING, sentence));
            look.problem().ifPresent(problem -> LOG.log(System.Logger.Level.WARNING, problem));
        }
    }

    /** False if somebody else works on the target, who has other journals; then nothing is known of it. */
    private boolean end(HistoryEntry entry, List<String> found) throws IOException {
        boolean unfinished = !entry.state().isFinal() && !JournalWriter.isAlive(entry, journals);
        if (!CutOff.isInSwap(entry) || (entry.state() == RestoreState.SWAPPING && !unfinished)) {
            if (unfinished) {
                found.add(close(entry, new CutOff(entry, here.target(), journals)));
            }
            return true;
        }
        try (Target.TargetLock lock = here.target().lock(JobHolder.describe(RestoreLock.LOOK))) {
            CutOff cutOff = new CutOff(entry, here.target(), journals);
            found.addAll(cutOff.settled());
            if (unfinished || CutOff.isUnconfirmed(entry) || !cutOff.settled().isEmpty()) {
                found.add(close(entry, cutOff));
            }
            return true;
        } catch (RecoveryException e) {
            if (e.code() == RESTORE_ALREADY_RUNNING) {
                return false;
            }
            throw e;
        }
    }

    private String close(HistoryEntry entry, CutOff cutOff) throws IOException {
        Map<String, String> end = Replacements.isCut(entry)
                ? new Replacements(journals, here.target(), here.program())
                        .end(entry, here.now().toString())
                : cutOff.end(here.now().toString());
        try (Journal journal = journals.append(entry.id())) {
            journal.write(end);
        }
        if (CutOff.isUnconfirmed(entry)) {
            return "What the swap of %s %s came to is known now. %s"
                    .formatted(entry.kind().replace('-', ' '), entry.id(), end.get("liveDatabase"));
        }
        return "The %s %s was cut off while it was %s. %s"
                .formatted(
                        entry.kind().replace('-', ' '),
                        entry.id(),
                        CutOff.isInSwap(entry) ? "swapping" : JournalWriter.wasDoing(entry.state()),
                        end.get("liveDatabase"));
    }
}
