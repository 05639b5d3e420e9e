package recovery.core.restore;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import recovery.core.target.Work;

/**
 * How long threads and connections were busy with each kind of work, and how the time on the clock divides among the
 * kinds: a second in which three connections copied and one built an index is three quarters copying.
 *
 * <p>The clock is cut into slots of equal length, which doubles when there are too many; so the memory is fixed, however
 * long a restore takes. Any thread may call.
 */
final class BusyTimes {
    private static final int SLOTS = 256;

    /** By kind and slot. */
    private final Map<Work, long[]> busyNanos = new EnumMap<>(Work.class);

    private final Map<Work, Long> allNanos = new EnumMap<>(Work.class);
    private long slotNanos = 50_000_000;
    private long lastNanos;

    /** Somebody was busy for {@code nanos} until {@code endNanos}, counted from the begin of it all. */
    synchronized void add(Work work, long nanos, long endNanos) {
        if (nanos < 0 || endNanos < 0) {
            return; // a clock that was set back tells nothing
        }
        allNanos.merge(work, nanos, Long::sum);
        while (endNanos / slotNanos >= SLOTS) {
            halve();
        }
        lastNanos = Math.max(lastNanos, endNanos);
        long[] slots = busyNanos.computeIfAbsent(work, first -> new long[SLOTS]);
        for (long from = Math.max(0, endNanos - nanos); from < endNanos; ) {
            int slot = (int) (from / slotNanos);
            long until = Math.min(endNanos, (slot + 1) * slotNanos);
            slots[slot] += until - from;
            from = until;
        }
    }

    private void halve() {
        for (long[] slots : busyNanos.values()) {
            for (int slot = 0; slot < SLOTS; slot++) {
                int first = slot * 2;
                slots[slot] = first < SLOTS ? slots[first] + slots[first + 1] : 0;
            }
        }
        slotNanos *= 2;
    }

    /** The kinds that were told of, with the times of all threads added up. */
    synchronized Map<Work, Duration> busy() {
        return durations(allNanos);
    }

    /** The same kinds with their shares of the time on the clock; while nobody was busy, it belongs to none. */
    synchronized Map<Work, Duration> shares() {
        Map<Work, Long> shares = new EnumMap<>(Work.class);
        allNanos.keySet().forEach(work -> shares.put(work, 0L));
        for (int slot = 0; slot < SLOTS; slot++) {
            int number = slot;
            double length = Math.min(slotNanos, lastNanos - slot * slotNanos);
            long all = busyNanos.values().stream()
                    .mapToLong(slots -> slots[number])
                    .sum();
            if (all > 0) {
                busyNanos.forEach(
                        (work, slots) -> shares.merge(work, (long) (length * slots[number] / all), Long::sum));
            }
        }
        return durations(shares);
    }

    private static Map<Work, Duration> durations(Map<Work, Long> nanos) {
        Map<Work, Duration> durations = new EnumMap<>(Work.class);
        nanos.forEach((work, time) -> durations.put(work, Duration.ofNanos(time)));
        return durations;
    }
}
