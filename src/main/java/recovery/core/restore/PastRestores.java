package recovery.core.restore;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import recovery.core.target.Target;

/** Finds the restore of the past whose times say most about the next one. Any thread may use it. */
final class PastRestores {
    private static final int LOOKED_AT = 50;
    private static final long SIMILAR = 2;

    private final Target target;
    private final JournalFolder journals;

    PastRestores(Target target, JournalFolder journals) {
        this.target = target;
        this.journals = journals;
    }

    /** What is to be expected of the restore of {@code plan}. */
    PhaseWeights weights(RestorePlan plan) {
        return like(plan)
                .map(past -> PhaseWeights.of(past, plan.backup().sizeBytes(), isLike(past, plan)))
                .orElseGet(PhaseWeights::usual);
    }

    /** Of those of this target that took the same part of their backup; a similar backup before others, then the newest. */
    private Optional<PastTimes> like(RestorePlan plan) {
        String part = PastTimes.part(plan);
        Stream<PastTimes> past = journals.list().stream()
                .filter(entry -> entry.kind().equals(JobKind.RESTORE) && entry.state() == RestoreState.DONE)
                .filter(entry -> journals.isOf(entry, target))
                .limit(LOOKED_AT)
                .flatMap(entry -> PastTimes.of(journals.lines(entry.id())).stream());
        // the first of equals is the newest: min keeps it
        return past.filter(times -> times.part().equals(part))
                .min(Comparator.comparing((PastTimes times) -> !times.family().equals(PastTimes.family(plan)))
                        .thenComparing(
                                times -> !times.jobs().equals(plan.options().jobs()))
                        .thenComparing(
                                times -> !isSimilar(times.bytes(), plan.backup().sizeBytes())));
    }

    private static boolean isLike(PastTimes past, RestorePlan plan) {
        return past.family().equals(PastTimes.family(plan))
                && past.jobs().equals(plan.options().jobs())
                && isSimilar(past.bytes(), plan.backup().sizeBytes());
    }

    private static boolean isSimilar(long one, long other) {
        return one / SIMILAR <= other && other / SIMILAR <= one;
    }
}
