package recovery.core.restore;

/** Keeps the report of every ended restore, rollback and dry run. Called once for each, by the thread that ran it. */
public interface RestoreRecorder {
    /** Must not throw for a full disk or the like: the restore has ended already, and its ending does not change. */
    void record(RestoreReport report);
}
