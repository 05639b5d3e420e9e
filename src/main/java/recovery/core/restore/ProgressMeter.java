package recovery.core.restore;

import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import recovery.core.layer.Cancellation;
import recovery.core.target.LoadWatch;
import recovery.core.target.Work;

/**
 * Counts what a restore has done so far, and where its time goes. The threads that work tell, any thread may ask.
 *
 * <p>The rate is that since the first byte, until the last one was read.
 */
final class ProgressMeter implements LoadWatch {
    private static final int OBJECTS_AT_ONCE = 3;

    private final LongSupplier nanoClock;
    private final long begin;
    private final Cancellation cancellation = new Cancellation();
    private final LongAdder rows = new LongAdder();
    private final Map<Work, Progress.Amount> told = new ConcurrentHashMap<>();
    private final Map<Thread, Named> objects = new ConcurrentHashMap<>();
    private final AtomicLong names = new AtomicLong();
    private final BusyTimes busy = new BusyTimes();
    private final StepTimes steps;
    private volatile RemainingTime remaining = new RemainingTime(PhaseWeights.usual());
    private volatile LongSupplier position = () -> 0;
    private volatile long bytesTotal;
    private volatile long readingSince;

    /** What a thread is at, and the how manieth name that was. */
    private record Named(String object, long number) {}

    ProgressMeter() {
        this(System::nanoTime);
    }

    /** {@code nanoClock}: as {@code System.nanoTime}. */
    ProgressMeter(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.begin = nanoClock.getAsLong();
        this.steps = new StepTimes(begin);
    }

    /** What this restore is measured against. */
    void expect(PhaseWeights weights) {
        remaining = new RemainingTime(weights);
    }

    /** A step begins. */
    void enter(RestoreState state) {
        objects.clear();
        steps.enter(state.like(), nanoClock.getAsLong());
    }

    /** The backup is being read now; {@code filePosition} may be asked by any thread. */
    void reading(LongSupplier filePosition, long fileSize) {
        bytesTotal = fileSize;
        readingSince = nanoClock.getAsLong();
        position = filePosition;
    }

    @Override
    public void object(String name) {
        if (name.isEmpty()) {
            objects.remove(Thread.currentThread());
        } else {
            objects.put(Thread.currentThread(), new Named(name, names.incrementAndGet()));
        }
    }

    @Override
    public void rows(long more) {
        rows.add(more);
    }

    @Override
    public void progress(Work work, long done, long total) {
        told.merge(work, new Progress.Amount(done, total), Progress.Amount::with);
    }

    @Override
    public void spent(Work work, Duration time) {
        busy.add(work, time.toNanos(), nanoClock.getAsLong() - begin);
    }

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }

    Progress snapshot(RestoreState state) {
        long now = nanoClock.getAsLong();
        long done = position.getAsLong();
        double seconds = (now - readingSince) / 1e9;
        boolean reading = state.like() == RestoreState.RESTORING && done > 0 && done < bytesTotal;
        long rate = reading ? (long) (done / Math.max(1e-3, seconds)) : 0;
        Map<Work, Progress.Amount> work = work(done);
        RemainingTime.Estimate estimate = remaining.at(new RemainingTime.Moment(
                state.like(),
                steps.since(RestoreState.RESTORING, now),
                steps.since(RestoreState.VERIFYING, now),
                fraction(work.get(Work.READ)),
                work));
        return new Progress(
                state.sentence(),
                done,
                bytesTotal,
                rows.sum(),
                objects(),
                rate,
                estimate.seconds(),
                named(work),
                Math.round(estimate.overall() * 1000) / 1000.0,
                estimate.seconds().isPresent()
                        ? Optional.of(estimate.ofReading() ? Progress.OF_READING : Progress.OF_RESTORE)
                        : Optional.empty());
    }

    /** What was told, and how much of the file was read. */
    private Map<Work, Progress.Amount> work(long position) {
        Map<Work, Progress.Amount> work = new EnumMap<>(Work.class);
        work.putAll(told);
        if (bytesTotal > 0) {
            work.merge(
                    Work.READ,
                    new Progress.Amount(Math.min(position, bytesTotal), bytesTotal),
                    (one, other) -> fraction(one) > fraction(other) ? one : other);
        }
        return work;
    }

    private static double fraction(Progress.Amount amount) {
        return amount == null || amount.total() <= 0 ? 0 : Math.min(1, (double) amount.done() / amount.total());
    }

    private static Map<String, Progress.Amount> named(Map<Work, Progress.Amount> work) {
        Map<String, Progress.Amount> named = new LinkedHashMap<>();
        work.forEach((kind, amount) -> named.put(kind.toString(), amount));
        return named;
    }

    /** Those that were named last, by threads that still live. */
    private String objects() {
        return objects.entrySet().stream()
                .filter(entry -> entry.getKey().isAlive())
                .map(Map.Entry::getValue)
                .sorted(Comparator.comparingLong(Named::number).reversed())
                .map(Named::object)
                .distinct()
                .limit(OBJECTS_AT_ONCE)
                .collect(Collectors.joining(", "));
    }

    /** Where the time went until now. */
    Timings timings() {
        Map<Work, Duration> times = new EnumMap<>(Work.class);
        times.putAll(busy.busy());
        Map<RestoreState, Duration> wall = steps.until(nanoClock.getAsLong());
        // who tells nothing about its checks makes them one after the other
        if (wall.containsKey(RestoreState.VERIFYING)) {
            times.putIfAbsent(Work.VERIFY, wall.get(RestoreState.VERIFYING));
        }
        Map<String, Double> busySeconds = new LinkedHashMap<>();
        times.forEach((work, time) -> busySeconds.put(work.toString(), seconds(time)));
        if (wall.containsKey(RestoreState.SWAPPING)) {
            busySeconds.put("swap", seconds(wall.get(RestoreState.SWAPPING)));
        }
        Map<String, Double> wallSeconds = new LinkedHashMap<>();
        wall.forEach((state, time) -> wallSeconds.put(StepTimes.word(state), seconds(time)));
        return new Timings(busySeconds, wallSeconds);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    /** What the next restore may learn from this one, of the backup of {@code plan}. */
    PastTimes times(RestorePlan plan) {
        Map<RestoreState, Duration> wall = steps.until(nanoClock.getAsLong());
        Map<Work, Long> totals = new EnumMap<>(Work.class);
        told.forEach((work, amount) -> totals.put(work, amount.total()));
        return new PastTimes(
                PastTimes.family(plan),
                PastTimes.part(plan),
                plan.backup().sizeBytes(),
                plan.options().jobs(),
                wall.getOrDefault(RestoreState.RESTORING, Duration.ZERO),
                wall.getOrDefault(RestoreState.VERIFYING, Duration.ZERO),
                busy.shares(),
                totals);
    }
}
