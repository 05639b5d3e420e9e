package recovery.core.restore;

import static recovery.core.error.ErrorCode.NOTHING_TO_ROLL_BACK;
import static recovery.core.error.ErrorCode.RESTORE_ALREADY_RUNNING;
import static recovery.core.error.ErrorCode.RESTORE_NOT_FOUND;
import static recovery.core.error.RecoveryException.problem;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupCatalogue;
import recovery.core.dump.DumpChoice;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.core.layer.Cancellation;
import recovery.core.layer.Limits;
import recovery.core.layer.Opening;
import recovery.core.layer.Secrets;
import recovery.core.target.Target;
import recovery.core.verify.Verifier;

/**
 * The facade: everything the three doors (page, HTTP, terminal) can ask for. They decide nothing, it does.
 *
 * <p>Any thread may call. One restore or rollback runs at a time. Closing cancels a running one and waits for it.
 */
public final class RestoreService implements AutoCloseable {
    /** With progress and report; older ones are known from their journals. */
    private static final int JOBS_REMEMBERED = 100;

    private final BackupCatalogue catalogue;
    private final Target target;
    private final Verifier verifier;
    private final RestoreRecorder recorder;
    private final JournalFolder journals;
    private final Surroundings here;
    private final Planner planner;
    private final History history;
    private final LiveWatch live;
    private final Findings look;
    private Optional<CompletableFuture<List<String>>> findings = Optional.empty();
    private final ConcurrentSkipListMap<String, JobTrack> jobs = new ConcurrentSkipListMap<>();
    private Optional<JobTrack> current = Optional.empty();

    /**
     * Opens nothing and asks nothing yet.
     *
     * @param recorder called once for every ended job, before those who wait for it are told
     * @param stateDirectory for journals and the lock; made if it is missing
     * @param program how an operator calls this program, e.g. {@code java -jar emergency.jar}
     */
    public RestoreService(
            BackupCatalogue catalogue,
            Target target,
            Verifier verifier,
            RestoreRecorder recorder,
            Path stateDirectory,
            Clock clock,
            String program) {
        this(catalogue, target, verifier, recorder, stateDirectory, clock, program, Limits.GENEROUS);
    }

    /** As above; {@code limits}: how much a backup may unpack to. */
    public RestoreService(
            BackupCatalogue catalogue,
            Target target,
            Verifier verifier,
            RestoreRecorder recorder,
            Path stateDirectory,
            Clock clock,
            String program,
            Limits limits) {
        this.catalogue = catalogue;
        this.target = target;
        this.verifier = verifier;
        this.recorder = recorder;
        this.journals = new JournalFolder(stateDirectory);
        PreviousNames previousNames = new PreviousNames(target, journals);
        this.here = new Surroundings(
                target, previousNames, new PastRestores(target, journals), stateDirectory, clock, program, limits);
        this.planner = new Planner(catalogue, target, previousNames, limits);
        this.history = new History(target, journals, stateDirectory);
        this.live = new LiveWatch(target);
        this.look = new Findings(journals, target, stateDirectory, clock);
    }

    /** Newest first. */
    public List<Backup> backups() {
        return catalogue.list();
    }

    /** Where backups lie, and where uploads go. */
    public BackupCatalogue catalogue() {
        return catalogue;
    }

    /** Reads all of one backup. Throws BACKUP_NOT_FOUND and the codes of the readers. */
    public Inspection inspect(String backup) {
        return inspect(backup, Secrets.none(), DumpChoice.EVERYTHING);
    }

    /** As above, of what {@code choice} takes of it; the caller wipes the secrets. */
    public Inspection inspect(String backup, Secrets secrets, DumpChoice choice) {
        return planner.inspect(backup, new Opening(new Cancellation(), secrets, here.limits()), choice);
    }

    /** The name an operator types to confirm. */
    public String targetName() {
        return target.name();
    }

    /** Where the target is, for people and without secrets. */
    public String targetAddress() {
        return target.address();
    }

    /** Never blocks longer than {@code limit}, also if the database hangs. */
    public LiveDatabase liveStatus(Duration limit) {
        return live.ask(limit);
    }

    /** What would be done; changes nothing. The caller wipes the secrets of the request, or hands it to {@link #start}. */
    public RestorePlan plan(RestoreRequest request) {
        LocalDateTime now = here.localTime();
        return planner.plan(request, JournalFolder.idOf(now), now, new Cancellation());
    }

    /**
     * Starts a restore (or dry run) and returns at once. The secrets of the request are wiped when it has ended, or at
     * once if it cannot be started.
     *
     * @throws RecoveryException RESTORE_ALREADY_RUNNING, BACKUP_NOT_FOUND; whatever else is wrong ends the job, so that there is
     *     a record of it
     */
    public RestoreJob start(RestoreRequest request) {
        boolean started = false;
        try {
            catalogue.find(request.backup());
            String kind = request.dryRun() ? JobKind.DRY_RUN : JobKind.RESTORE;
            RestoreJob begun = run(kind, request.backup(), job -> {
                try (Secrets secrets = request.secrets()) {
                    return new RestoreRun(job, request, planner, verifier, here).run();
                }
            });
            started = true;
            return begun;
        } finally {
            if (!started) {
                request.secrets().close();
            }
        }
    }

    /**
     * Starts to put back what the live database was before restore {@code id}, or before the last one, and returns at once.
     *
     * @throws RecoveryException NOTHING_TO_ROLL_BACK, RESTORE_NOT_FOUND, RESTORE_ALREADY_RUNNING
     */
    public RestoreJob rollback(Optional<String> id, String door) {
        HistoryEntry entry = id.map(history::find).orElseGet(history::lastChange);
        String previous = entry.previous()
                .filter(name -> journals.isOf(entry, target))
                .filter(target::exists)
                .orElseThrow(() -> problem(
                                NOTHING_TO_ROLL_BACK,
                                "there is nothing kept from before %s '%s'",
                                entry.kind(),
                                entry.id())
                        .remedy("Look at the history for another one, or restore a backup."));
        return run(JobKind.ROLLBACK, entry.backup(), job -> new RollbackRun(job, previous, door, here).run());
    }

    private synchronized RestoreJob run(String kind, String backup, Function<JobTrack, RestoreReport> work) {
        current.filter(job -> !job.hasEnded()).ifPresent(job -> {
            throw problem(RESTORE_ALREADY_RUNNING, "another %s is running: '%s'", job.kind(), job.id())
                    .remedy("Wait until it has ended, or cancel it.");
        });
        JobTrack job = new JobTrack(journals.create(here.localTime()), kind, backup, target, here.now());
        current = Optional.of(job);
        jobs.put(job.id(), job);
        if (jobs.size() > JOBS_REMEMBERED) {
            jobs.pollFirstEntry();
        }
        Thread thread = new Thread(() -> runToTheEnd(job, work), kind + "-" + job.id());
        thread.start();
        return job;
    }

    private void runToTheEnd(JobTrack job, Function<JobTrack, RestoreReport> work) {
        RestoreReport report = work.apply(job);
        try {
            recorder.record(report);
        } finally {
            Surprises.logged(() -> job.finish(report, here.now()));
        }
    }

    /** Asks a running restore to stop; RESTORE_NOT_FOUND if {@code id} is not running. */
    public void cancel(String id) {
        JobTrack job = Optional.ofNullable(jobs.get(id))
                .filter(one -> !one.hasEnded())
                .orElseThrow(() -> problem(RESTORE_NOT_FOUND, "there is no running restore of that id")
                        .remedy("Look at the history for how it ended."));
        job.cancel();
    }

    /** The one that runs, if any. */
    public synchronized Optional<RestoreStatus> running() {
        return current.filter(job -> !job.hasEnded()).map(JobTrack::status);
    }

    /** One of this process (with progress and report) or of the past (from its journal); RESTORE_NOT_FOUND otherwise. */
    public RestoreStatus status(String id) {
        JobTrack job = jobs.get(id);
        return job != null ? job.status() : History.status(history.find(id));
    }

    /** Newest first; whether a rollback is possible is looked up for the newest ones only. */
    public List<HistoryEntry> history() {
        return history.all();
    }

    /** As above, of this target only. */
    public List<HistoryEntry> historyOfTarget() {
        return history.ofTarget();
    }

    /**
     * What earlier restores left: sentences on those that were cut off. Empty if all is well, or not known yet; the first
     * call begins the look.
     */
    public List<String> findings() {
        return looking().getNow(List.of());
    }

    /** Waits for the look to end, at most {@code limit}, then as {@link #findings()}. */
    public List<String> findings(Duration limit) {
        try {
            return looking().get(limit.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.TimeoutException | java.util.concurrent.ExecutionException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private synchronized CompletableFuture<List<String>> looking() {
        if (findings.isEmpty()) {
            findings = Optional.of(CompletableFuture.supplyAsync(look::look));
        }
        return findings.get();
    }

    /** Deletes what broken restores left, and says in sentences what it was. RESTORE_ALREADY_RUNNING while one runs. */
    public List<String> cleanUp() {
        String holder = JobHolder.describe("cleaning up");
        try (RestoreLock lock = RestoreLock.take(here.stateDirectory(), holder, () -> {});
                Target.TargetLock targetLock = target.lock(holder)) {
            List<String> done = new ArrayList<>();
            for (String copy : target.leftovers()) {
                target.drop(copy);
                done.add("Deleted '%s', which a broken restore had left.".formatted(copy));
            }
            return done;
        }
    }

    @Override
    public void close() {
        Optional<JobTrack> running;
        synchronized (this) {
            running = current.filter(job -> !job.hasEnded());
        }
        running.ifPresent(job -> {
            job.cancel();
            try {
                job.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
