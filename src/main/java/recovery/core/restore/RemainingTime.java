package recovery.core.restore;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import recovery.core.target.Work;

/**
 * How much of a restore is done, and how long the rest takes. Looks at no clock itself.
 *
 * <p>What each kind of work took the last time, times how much of it is left, is what remains; and that is corrected by how
 * fast this restore is against that one, the more the longer it runs. What is shown counts down and follows a new insight
 * in some seconds only. Without a last time nobody knows how long indexes and checks take: then there is an estimate for
 * reading the backup and for nothing else. Any thread may call.
 */
final class RemainingTime {
    private static final double SECONDS_BEFORE_AN_ESTIMATE = 3;
    private static final double SECONDS_OF_SMOOTHING = 10;
    private static final double SHARE_BEFORE_AN_ESTIMATE = 0.05;
    /** As long as less than this share of the whole is done, the last time counts more than what is measured. */
    private static final double TRUST_IN_ALIKE = 0.10;

    private static final double TRUST_IN_OTHERS = 0.002;
    /** Of what tells nothing about itself it is never believed that it is done before it is over. */
    private static final double MOST_BY_TIME = 0.95;

    private static final Set<Work> AFTER_ROWS = Set.of(Work.INDEX, Work.CONSTRAINT, Work.ANALYZE);

    private final PhaseWeights weights;
    private double overall;
    private double shown = Double.NaN;
    private double shownAt;
    private double readAt = Double.NaN;

    RemainingTime(PhaseWeights weights) {
        this.weights = weights;
    }

    /**
     * A restore at one moment.
     *
     * @param sinceLoading since loading began
     * @param sinceVerifying since verifying began; zero before
     * @param read how much of the backup was read, 0 to 1
     * @param told what the target said about its work; may say nothing about some kinds
     */
    record Moment(
            RestoreState state,
            Duration sinceLoading,
            Duration sinceVerifying,
            double read,
            Map<Work, Progress.Amount> told) {}

    /**
     * @param overall 0 to 1; never less than before
     * @param seconds empty while they cannot be said honestly
     * @param ofReading they are those until the backup is read, and not those until the end
     */
    record Estimate(double overall, OptionalLong seconds, boolean ofReading) {}

    synchronized Estimate at(Moment now) {
        boolean runs = now.state() == RestoreState.RESTORING || now.state() == RestoreState.VERIFYING;
        if (Double.isNaN(readAt) && now.read() >= 1) {
            readAt = seconds(now.sinceLoading());
        }
        double all = weights.all();
        double done = 0;
        for (Map.Entry<Work, Double> kind : weights.seconds().entrySet()) {
            done += kind.getValue() * fraction(kind.getKey(), now);
        }
        if (!now.state().isFinal() || now.state().hasChangedTarget()) {
            overall = Math.max(overall, Math.min(1, done / all));
        }
        double elapsed = seconds(now.sinceLoading());
        boolean ofReading = !weights.learned();
        if (!runs || elapsed < SECONDS_BEFORE_AN_ESTIMATE) {
            return new Estimate(overall, OptionalLong.empty(), ofReading);
        }
        double left = ofReading ? untilRead(now, elapsed) : untilEnd(all, done, elapsed);
        if (Double.isNaN(left)) {
            shown = Double.NaN;
            return new Estimate(overall, OptionalLong.empty(), ofReading);
        }
        return new Estimate(overall, OptionalLong.of(Math.round(smooth(left, elapsed))), ofReading);
    }

    private static double untilRead(Moment now, double elapsed) {
        boolean reading = now.state() == RestoreState.RESTORING && now.read() > 0 && now.read() < 1;
        return reading ? elapsed * (1 - now.read()) / now.read() : Double.NaN;
    }

    private double untilEnd(double all, double done, double elapsed) {
        if (!weights.alike() && done < all * SHARE_BEFORE_AN_ESTIMATE) {
            return Double.NaN;
        }
        double trusted = all * (weights.alike() ? TRUST_IN_ALIKE : TRUST_IN_OTHERS);
        double pace = (elapsed + trusted) / (done + trusted);
        return Math.max(0, all - done) * pace;
    }

    private double smooth(double left, double elapsed) {
        double passed = elapsed - shownAt;
        shownAt = elapsed;
        if (Double.isNaN(shown)) {
            shown = left;
        } else if (passed > 0) {
            double expected = Math.max(0, shown - passed);
            shown = expected + (left - expected) * (1 - Math.exp(-passed / SECONDS_OF_SMOOTHING));
        }
        return shown;
    }

    private double fraction(Work work, Moment now) {
        switch (now.state()) {
            case PLANNED, SAVING, READING_BACK:
                return 0;
            case SWAPPING, DROPPING, NAMING, DONE, SALVAGED:
                return 1;
            case VERIFYING, CHECKING:
                return work == Work.VERIFY ? told(work, now, checksByTime(now)) : 1;
            case RESTORING, REPLACING, PUTTING_BACK, FAILED, CANCELLED, CUT_OFF:
                break;
        }
        return switch (work) {
            case READ -> now.read();
            case DEFINE, COPY -> told(work, now, now.read());
            case INDEX, CONSTRAINT, ANALYZE -> told(work, now, silent(now));
            case VERIFY -> 0;
        };
    }

    /** More of it may come to light as long as the backup is being read; and nothing is further than that. */
    private double told(Work work, Moment now, double otherwise) {
        Progress.Amount amount = now.told().get(work);
        if (amount == null || amount.total() <= 0) {
            return otherwise;
        }
        boolean reading = now.state() == RestoreState.RESTORING && now.read() < 1;
        double expected = reading ? weights.totals().getOrDefault(work, 0.0) : 0;
        double fraction = Math.min(1, amount.done() / Math.max(expected, (double) amount.total()));
        return reading ? Math.min(now.read(), fraction) : fraction;
    }

    /** What follows the rows and tells nothing about itself is judged by the time since the rows were read. */
    private double silent(Moment now) {
        if (now.read() < 1) {
            return 0;
        }
        double expected = AFTER_ROWS.stream()
                .filter(work -> !now.told().containsKey(work))
                .mapToDouble(work -> weights.seconds().getOrDefault(work, 0.0))
                .sum();
        return byTime(seconds(now.sinceLoading()) - readAt, expected);
    }

    private double checksByTime(Moment now) {
        return byTime(seconds(now.sinceVerifying()), weights.seconds().getOrDefault(Work.VERIFY, 0.0));
    }

    private double byTime(double passed, double expected) {
        return expected <= 0 || !weights.learned() ? 0 : Math.max(0, Math.min(MOST_BY_TIME, passed / expected));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
