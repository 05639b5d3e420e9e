package recovery.core.target;

import recovery.core.layer.Cancellation;

/** What a load tells while it runs, and how it learns that it should stop. Calls return at once. */
public interface LoadWatch {
    /** The object being worked on, e.g. {@code sales.orders} or {@code index orders_placed}. */
    void object(String name);

    /** So many rows more were written. */
    void rows(long more);

    Cancellation cancellation();
}
