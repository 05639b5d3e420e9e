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

/** The core itself behind this door. */
record ServiceRestores(RestoreService service) implements Restores {
    @Override
    public List<Backup> backups() {
        return service.backups();
    }

    @Override
    public Path directory() {
        return service.catalogue().directory();
    }

    @Override
    public Backup find(String backup) {
        return service.catalogue().find(backup);
    }

    @Override
    public Inspection inspect(String backup, Secrets secrets, DumpChoice choice) {
        return service.inspect(backup, secrets, choice);
    }

    @Override
    public String targetName() {
        return service.targetName();
    }

    @Override
    public String targetAddress() {
        return service.targetAddress();
    }

    @Override
    public LiveDatabase liveStatus(Duration limit) {
        return service.liveStatus(limit);
    }

    @Override
    public RestorePlan plan(RestoreRequest request) {
        return service.plan(request);
    }

    @Override
    public RestoreJob start(RestoreRequest request) {
        return service.start(request);
    }

    @Override
    public Resumable resumable(String id) {
        return service.resumable(Optional.of(id));
    }

    @Override
    public RestoreJob resume(Resumable before, Secrets secrets, String door) {
        return service.resume(before, secrets, door);
    }

    @Override
    public RestoreJob rollback(Optional<String> id, String door) {
        return service.rollback(id, door);
    }

    @Override
    public void cancel(String id) {
        service.cancel(id);
    }

    @Override
    public Optional<RestoreStatus> running() {
        return service.running();
    }

    @Override
    public RestoreStatus status(String id) {
        return service.status(id);
    }

    @Override
    public List<HistoryEntry> history() {
        return service.history();
    }

    @Override
    public List<String> cleanUp() {
        return service.cleanUp();
    }

    @Override
    public List<String> findings() {
        return service.findings();
    }
}
