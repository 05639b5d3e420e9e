package recovery.core.restore;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import recovery.core.target.Work;

/**
 * How the time of a restore is expected to divide among its kinds of work.
 *
 * @param seconds on the clock, by kind; those of loading and checking together are what the restore takes
 * @param totals how much of each kind there was the last time, scaled to this backup
 * @param learned from an earlier restore of this database; otherwise the seconds are shares only
 * @param alike that restore was so similar that its times are believed before anything is measured
 */
record PhaseWeights(Map<Work, Double> seconds, Map<Work, Double> totals, boolean learned, boolean alike) {
    PhaseWeights {
        seconds = Map.copyOf(seconds);
        totals = Map.copyOf(totals);
    }

    /** For the first restore of a database: good enough for a bar, not for a time. */
    static PhaseWeights usual() {
        return new PhaseWeights(
                Map.of(Work.READ, 25.0, Work.COPY, 35.0, Work.INDEX, 20.0, Work.CONSTRAINT, 5.0, Work.VERIFY, 15.0),
                Map.of(),
                false,
                false);
    }

    /** As {@code past} took, for a backup of {@code bytes}. */
    static PhaseWeights of(PastTimes past, long bytes, boolean alike) {
        double scale = (double) bytes / past.bytes();
        Map<Work, Double> seconds = new EnumMap<>(Work.class);
        Map<Work, Duration> loading = new EnumMap<>(Work.class);
        loading.putAll(past.shares());
        loading.remove(Work.VERIFY);
        double told =
                loading.values().stream().mapToDouble(PhaseWeights::seconds).sum();
        if (told > 0) {
            double each = seconds(past.loading()) * scale / told;
            loading.forEach((work, share) -> seconds.put(work, seconds(share) * each));
        } else {
            seconds.put(Work.READ, seconds(past.loading()) * scale);
        }
        seconds.put(Work.VERIFY, seconds(past.verifying()) * scale);
        Map<Work, Double> totals = new EnumMap<>(Work.class);
        past.totals().forEach((work, total) -> totals.put(work, total * scale));
        boolean any = seconds.values().stream().anyMatch(time -> time > 0);
        return any ? new PhaseWeights(seconds, totals, true, alike) : usual();
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    double all() {
        return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
    }
}
