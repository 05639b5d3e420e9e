package recovery.core.restore;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import recovery.core.error.ErrorCode;
import recovery.core.target.CutSwap;
import recovery.core.target.Strategy;
import recovery.core.target.Target;

/**
 * What became of a job whose process died: by its journal, and by what is there. A swap of files that was cut off between
 * its first and its last step is taken back. To be made and asked with both locks held.
 */
final class CutOff {
    /** The line of a journal that says what a salvage holds. */
    static final String SALVAGED = "salvaged";

    private final HistoryEntry entry;
    private final Target target;
    private final Optional<String> copy;
    private final String keepAs;
    private final Optional<String> salvaged;
    private final List<String> settled;

    /** {@code journals} tells what the job noted. */
    CutOff(HistoryEntry entry, Target target, JournalFolder journals) {
        Map<String, String> lines = journals.lines(entry.id());
        this.entry = entry;
        this.target = entry.on(target);
        this.copy = Optional.ofNullable(lines.get("copy")).filter(name -> !name.isEmpty());
        this.keepAs = lines.getOrDefault("keepAs", "");
        this.salvaged = Optional.ofNullable(lines.get(SALVAGED));
        this.settled = inSwap() && copy.isPresent()
                ? this.target.settle(new CutSwap(copy.get(), keepAs, journals.lastWrite(entry.id())))
                : List.of();
    }

    /** It died in the swap, or left it undecided: a swap of files in the middle, a server that went silent. */
    static boolean isInSwap(HistoryEntry entry) {
        return entry.state() == RestoreState.SWAPPING
                || isUnconfirmed(entry)
                || failedWith(entry, ErrorCode.SWAP_HALF_DONE);
    }

    /** It lived on, and did not learn what the swap came to. */
    static boolean isUnconfirmed(HistoryEntry entry) {
        return failedWith(entry, ErrorCode.SWAP_UNCONFIRMED);
    }

    private static boolean failedWith(HistoryEntry entry, ErrorCode code) {
        return entry.state() == RestoreState.FAILED
                && entry.error().filter(error -> error.startsWith(code + ": ")).isPresent();
    }

    private boolean inSwap() {
        return isInSwap(entry);
    }

    /** What was done about it, in sentences. */
    List<String> settled() {
        return new ArrayList<>(settled);
    }

    /** What to write into the journal, the state last. */
    Map<String, String> end(String ended) {
        Optional<RestoreOutcome> swapped = inSwap() ? swapped() : Optional.empty();
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("liveDatabase", swapped.map(RestoreOutcome::liveDatabase).orElseGet(this::notSwapped));
        if ((swapped.isPresent() || isUndecided()) && isKept()) {
            lines.put("previous", keepAs);
        }
        if (swapped.isEmpty()) {
            lines.put(
                    "error",
                    isUnconfirmed(entry) && !isUndecided()
                            ? ErrorCode.SWAP_FAILED
                                    + ": the server went silent during the swap, and nothing was renamed"
                            : "CUT_OFF: the program ended while it was " + JournalWriter.wasDoing(entry.state()));
        } else if (salvaged.isPresent()) {
            lines.put("error", ErrorCode.SALVAGED_INCOMPLETE + ": " + salvaged.get());
        } else if (isUnconfirmed(entry)) {
            lines.put("error", "");
        }
        lines.put("ended", ended);
        RestoreState done = salvaged.isPresent() ? RestoreState.SALVAGED : RestoreState.DONE;
        lines.put("state", (swapped.isPresent() ? done : RestoreState.FAILED).name());
        return lines;
    }

    /** The swap had come to its end: what came in has left its name, and the live name is taken. */
    private Optional<RestoreOutcome> swapped() {
        boolean gone = copy.filter(target::exists).isEmpty();
        boolean rollback = entry.kind().equals(JobKind.ROLLBACK);
        if (!gone) {
            return Optional.empty();
        }
        if (salvaged.isPresent() && (isKept() || (keepAs.isEmpty() && target.exists(entry.target())))) {
            return Optional.of(new RestoreOutcome.Salvaged(
                    entry.target(),
                    entry.backup(),
                    Optional.of(keepAs).filter(name -> !name.isEmpty()),
                    salvaged.get()));
        }
        if (isKept()) {
            return Optional.of(
                    rollback
                            ? new RestoreOutcome.RolledBack(entry.target(), keepAs)
                            : RestoreOutcome.swapped(target.strategy(), entry.target(), keepAs));
        }
        // a copy is deleted when its swap is refused, what was live once never is
        boolean hadNoLive = rollback || keepAs.isEmpty();
        return copy.filter(name -> hadNoLive && target.exists(entry.target()))
                .map(name -> rollback
                        ? new RestoreOutcome.BroughtBack(entry.target())
                        : new RestoreOutcome.Created(entry.target()));
    }

    private boolean isKept() {
        return !keepAs.isEmpty() && target.exists(keepAs);
    }

    /** It was writing into the live file, and what is there tells neither that this was committed nor that it was not. */
    private boolean isUndecided() {
        return inSwap()
                && target.strategy() == Strategy.ONLINE
                && isKept()
                && copy.filter(target::exists).isPresent()
                && target.exists(entry.target());
    }

    private String notSwapped() {
        if (isUndecided()) {
            return new RestoreOutcome.MaybeWritten(entry.target(), keepAs).liveDatabase();
        }
        boolean half = inSwap() && !keepAs.isEmpty() && !target.exists(entry.target());
        if (half) {
            return RestoreOutcome.halfSwapped(entry.target(), keepAs, copy.orElse(""));
        }
        return settled.isEmpty() ? RestoreOutcome.unchanged(entry.target()) : RestoreOutcome.takenBack(entry.target());
    }
}
