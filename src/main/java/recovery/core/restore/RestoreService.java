package recovery.core.restore;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupCatalogue;
import recovery.core.inspect.Inspection;

/**
 * The facade: everything the three doors (page, HTTP, terminal) can ask for. They decide nothing, it does.
 *
 * <p>Any thread may call. One restore or rollback runs at a time. Closing cancels a running one and waits for it.
 */
public final class RestoreService implements AutoCloseable {

    /** Newest first. */
    public List<Backup> backups() {
        throw new UnsupportedOperationException();
    }

    /** Where backups lie, and where uploads go. */
    public BackupCatalogue catalogue() {
        throw new UnsupportedOperationException();
    }

    /** Reads all of one backup. Throws BACKUP_NOT_FOUND and the codes of the readers. */
    public Inspection inspect(String backup) {
        throw new UnsupportedOperationException();
    }

    /** The name an operator types to confirm. */
    public String targetName() {
        throw new UnsupportedOperationException();
    }

    /** Where the target is, for people and without secrets. */
    public String targetAddress() {
        throw new UnsupportedOperationException();
    }

    /** Never blocks longer than {@code limit}, also if the database hangs. */
    public LiveDatabase liveStatus(Duration limit) {
        throw new UnsupportedOperationException();
    }

    /** What would be done; changes nothing. */
    public RestorePlan plan(RestoreRequest request) {
        throw new UnsupportedOperationException();
    }

    /**
     * Starts a restore (or dry run) and returns at once.
     *
     * @throws recovery.core.error.RecoveryException RESTORE_ALREADY_RUNNING, BACKUP_NOT_FOUND, BACKUP_UNSUPPORTED; all that is
     *     found later ends the job instead
     */
    public RestoreJob start(RestoreRequest request) {
        throw new UnsupportedOperationException();
    }

    /**
     * Starts to put back what the live database was before restore {@code id}, or before the last one, and returns at once.
     *
     * @throws recovery.core.error.RecoveryException NOTHING_TO_ROLL_BACK, RESTORE_NOT_FOUND, RESTORE_ALREADY_RUNNING
     */
    public RestoreJob rollback(Optional<String> id, String door) {
        throw new UnsupportedOperationException();
    }

    /** Asks a running restore to stop; RESTORE_NOT_FOUND if {@code id} is not running. */
    public void cancel(String id) {
        throw new UnsupportedOperationException();
    }

    /** The one that runs, if any. */
    public Optional<RestoreStatus> running() {
        throw new UnsupportedOperationException();
    }

    /** One of this process (with progress and report) or of the past (from its journal); RESTORE_NOT_FOUND otherwise. */
    public RestoreStatus status(String id) {
        throw new UnsupportedOperationException();
    }

    /** Newest first. */
    public List<HistoryEntry> history() {
        throw new UnsupportedOperationException();
    }

    /** What was found at the start: sentences on restores that were cut off and what they left. Empty if all is well. */
    public List<String> findings() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
