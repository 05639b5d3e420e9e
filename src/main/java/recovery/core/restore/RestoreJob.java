package recovery.core.restore;

/** One running restore, rollback or dry run. Any thread may ask. */
public interface RestoreJob {
    String id();

    RestoreStatus status();

    /** Waits for the end, however long it takes. */
    RestoreReport await() throws InterruptedException;

    /** Asks it to stop; it stops before the swap or not at all. */
    void cancel();
}
