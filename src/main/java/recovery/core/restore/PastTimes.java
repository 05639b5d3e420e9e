package recovery.core.restore;

import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import recovery.core.target.Work;

/**
 * How long a restore took and with what, as its journal keeps it for the next one.
 *
 * @param family what kind of backup it was: format, packing
 * @param part what was taken of it
 * @param bytes size of the backup
 * @param jobs as asked for; empty if that was left open
 * @param loading on the clock
 * @param verifying on the clock
 * @param shares of the time on the clock, by kind of work; empty if the target told nothing
 * @param totals how much there was to do, in the unit of each kind
 */
record PastTimes(
        String family,
        String part,
        long bytes,
        OptionalInt jobs,
        Duration loading,
        Duration verifying,
        Map<Work, Duration> shares,
        Map<Work, Long> totals) {
    private static final String FAMILY = "backupFamily";
    private static final String PART = "backupPart";
    private static final String BYTES = "backupBytes";
    private static final String JOBS = "jobs";
    private static final String LOADING = "loadingMs";
    private static final String VERIFYING = "verifyingMs";
    private static final String SHARE = "Ms";
    private static final String TOTAL = "Total";

    PastTimes {
        shares = Map.copyOf(shares);
        totals = Map.copyOf(totals);
    }

    /** The family of the backup of {@code plan}. */
    static String family(RestorePlan plan) {
        return "%s %s%s"
                .formatted(
                        plan.backup().format(),
                        plan.backup().compression(),
                        plan.backup().encrypted() ? " encrypted" : "");
    }

    /** What {@code plan} takes of its backup. */
    static String part(RestorePlan plan) {
        return plan.options().choice().selection().isEverything()
                ? "everything"
                : plan.options().choice().selection().toString();
    }

    /** For the journal. */
    Map<String, String> lines() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put(FAMILY, family);
        lines.put(PART, part);
        lines.put(BYTES, Long.toString(bytes));
        jobs.ifPresent(number -> lines.put(JOBS, Integer.toString(number)));
        lines.put(LOADING, Long.toString(loading.toMillis()));
        lines.put(VERIFYING, Long.toString(verifying.toMillis()));
        for (Work work : Work.values()) {
            if (shares.containsKey(work)) {
                lines.put(work + SHARE, Long.toString(shares.get(work).toMillis()));
            }
            if (totals.containsKey(work)) {
                lines.put(work + TOTAL, Long.toString(totals.get(work)));
            }
        }
        return lines;
    }

    /** Empty if the journal is from before times were kept, or says nothing that can be used. */
    static Optional<PastTimes> of(Map<String, String> lines) {
        if (!lines.containsKey(FAMILY) || number(lines, BYTES) <= 0 || number(lines, LOADING) < 0) {
            return Optional.empty();
        }
        Map<Work, Duration> shares = new EnumMap<>(Work.class);
        Map<Work, Long> totals = new EnumMap<>(Work.class);
        for (Work work : Work.values()) {
            if (number(lines, work + SHARE) >= 0) {
                shares.put(work, Duration.ofMillis(number(lines, work + SHARE)));
            }
            if (number(lines, work + TOTAL) >= 0) {
                totals.put(work, number(lines, work + TOTAL));
            }
        }
        long jobs = number(lines, JOBS);
        return Optional.of(new PastTimes(
                lines.get(FAMILY),
                lines.getOrDefault(PART, ""),
                number(lines, BYTES),
                jobs > 0 && jobs < Integer.MAX_VALUE ? OptionalInt.of((int) jobs) : OptionalInt.empty(),
                Duration.ofMillis(number(lines, LOADING)),
                Duration.ofMillis(Math.max(0, number(lines, VERIFYING))),
                shares,
                totals));
    }

    private static long number(Map<String, String> lines, String key) {
        String text = lines.getOrDefault(key, "");
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }
}
