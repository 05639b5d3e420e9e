package recovery.core.target;

import java.io.IOException;
import java.util.Collection;
import recovery.core.backup.Backup;
import recovery.core.layer.BackupStream;

/**
 * The copy beside the live database while it is being filled. Closing ends its connections and keeps the copy; after
 * a failure the caller drops it by {@link Target#drop}. For one thread.
 */
public interface TargetCopy extends AutoCloseable {
    String name();

    /**
     * Loads what {@code options} choose of the backup. Returns only if the backup proved its end (or carries no proof) and the database took
     * every part of it that was not skipped with a note.
     *
     * @throws recovery.core.error.RecoveryException LOAD_FAILED with the statement and what the database said, the
     *     codes of the readers, DISK_FULL, CANCELLED
     */
    LoadResult load(Backup backup, BackupStream stream, LoadOptions options, LoadWatch watch) throws IOException;

    /** Statistics for the planner, and what belongs to the database as a whole (owner, privileges, settings) from live. */
    LoadResult finish(LoadResult loaded, LoadWatch watch);

    /** Measures the copy: counts the rows of {@code tables}, looks at constraints, indexes, sequences, integrity. */
    CopyFacts measure(Collection<String> tables, LoadResult loaded, LoadWatch watch);

    /**
     * Whether so much of the load is finished, and noted in the copy, that {@link Target#openCopy} could go on from there. Any
     * thread may ask, also after a failure.
     */
    default boolean canGoOn() {
        return false;
    }

    /** All was loaded and checked: takes away what only a load needs. Nobody can go on with the load then. */
    default void complete() {}

    /** Ends all connections to the copy and makes it durable. */
    @Override
    void close();
}
