package recovery.web;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import recovery.core.backup.Backup;
import recovery.core.dump.DumpChoice;
import recovery.core.inspect.Inspection;
import recovery.core.layer.Secrets;
import recovery.core.restore.HistoryEntry;
import recovery.core.restore.LiveDatabase;
import recovery.core.restore.RestoreJob;
import recovery.core.restore.RestorePlan;
import recovery.core.restore.RestoreRequest;
import recovery.core.restore.RestoreService;
import recovery.core.restore.RestoreStatus;
import recovery.core.restore.Resumable;

/** What this door asks of the core; tests put a hanging database or a slow restore behind it. */
interface Restores {
    List<Backup> backups();

    Path directory();

    Backup find(String backup);

    /** The caller wipes the secrets. */
    Inspection inspect(String backup, Secrets secrets, DumpChoice choice);

    String targetName();

    String targetAddress();

    LiveDatabase liveStatus(Duration limit);

    RestorePlan plan(RestoreRequest request);

    RestoreJob start(RestoreRequest request);

    /** NOTHING_TO_RESUME, RESTORE_NOT_FOUND. */
    Resumable resumable(String id);

    /** The job wipes the secrets, or this does if there is none. */
    RestoreJob resume(Resumable before, Secrets secrets, String door);

    RestoreJob rollback(Optional<String> id, String door);

    void cancel(String id);

    Optional<RestoreStatus> running();

    RestoreStatus status(String id);

    List<HistoryEntry> history();

    List<String> findings();

    List<String> cleanUp();

    /** The entry of {@code id} in the history, if it has one. */
    default Optional<HistoryEntry> past(String id) {
        return history().stream().filter(entry -> entry.id().equals(id)).findFirst();
    }

    /** Whether {@code status} will still change: it is the one that runs, and has not ended. */
    default boolean goesOn(RestoreStatus status) {
        return status.report().isEmpty()
                && !status.state().isFinal()
                && running().filter(now -> now.id().equals(status.id())).isPresent();
    }

    static Restores of(RestoreService service) {
        return new ServiceRestores(service);
    }
}
