package recovery.core.restore;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import recovery.core.layer.Cancellation;
import recovery.core.target.LoadWatch;

/**
 * Counts what a restore has done so far. The working thread tells, any thread may ask.
 *
 * <p>The rate is that since the first byte; a remaining time is only given while the backup is being read, because
 * nobody can say beforehand how long indexes take.
 */
final class ProgressMeter implements LoadWatch {
    private static final long NANOS_BEFORE_AN_ESTIMATE = 3_000_000_000L;

    private final Cancellation cancellation = new Cancellation();
    private final AtomicLong rows = new AtomicLong();
    private volatile String object = "";
    private volatile LongSupplier position = () -> 0;
    private volatile long bytesTotal;
    private volatile long readingSince;

    /** The backup is being read now; {@code filePosition} may be asked by any thread. */
    void reading(LongSupplier filePosition, long fileSize) {
        bytesTotal = fileSize;
        readingSince = System.nanoTime();
        position = filePosition;
    }

    @Override
    public void object(String name) {
        object = name;
    }

    @Override
    public void rows(long more) {
        rows.addAndGet(more);
    }

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }

    Progress snapshot(RestoreState state) {
        long done = position.getAsLong();
        long nanos = System.nanoTime() - readingSince;
        long rate = done == 0 ? 0 : (long) (done / Math.max(1e-3, nanos / 1e9));
        boolean estimable =
                state == RestoreState.RESTORING && nanos > NANOS_BEFORE_AN_ESTIMATE && done < bytesTotal && rate > 0;
        return new Progress(
                state.sentence(),
                done,
                bytesTotal,
                rows.get(),
                object,
                state == RestoreState.RESTORING ? rate : 0,
                estimable ? OptionalLong.of((bytesTotal - done) / rate) : OptionalLong.empty());
    }
}
