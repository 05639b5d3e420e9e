package recovery.core.target;

import java.time.Duration;
import recovery.core.layer.Cancellation;

/** What a load tells while it runs, and how it learns that it should stop. Calls return at once. Any thread may call. */
public interface LoadWatch {
    /** The object being worked on, e.g. {@code sales.orders} or {@code index orders_placed}; empty: the calling thread is at none now. */
    void object(String name);

    /** So many rows more were written. */
    void rows(long more);

    /**
     * How far a kind of work is. Several kinds may be under way at once, and {@code total} may grow.
     *
     * @param done of {@code total}, in a unit of that work's own, e.g. bytes of the tables that indexes are for
     */
    default void progress(Work work, long done, long total) {}

    /** A thread or connection was busy with a kind of work; times of several at once add up. */
    default void spent(Work work, Duration busy) {}

    /** The same, from {@code begunNanos} by {@link System#nanoTime} until now. */
    default void spentSince(Work work, long begunNanos) {
        spent(work, Duration.ofNanos(System.nanoTime() - begunNanos));
    }

    Cancellation cancellation();
}
