package recovery.core.restore;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupCatalogue;
import recovery.core.dump.DumpChoice;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.core.layer.Cancellation;
import recovery.core.layer.Secrets;
import recovery.core.target.Target;
import recovery.core.verify.Verifier;

/**
 * The facade: everything the three doors (page, HTTP, terminal) can ask for. They decide nothing, it does.
 *
 * <p>Any thread may call. One restore or rollback runs at a time. Closing breaks a running one off and waits for it.
 */
public final class RestoreService implements AutoCloseable {
    /** How long a clean-up waits for the look that tells what is to be cleaned up. */
    private static final Duration LOOK_LIMIT = Duration.ofSeconds(30);

    private final BackupCatalogue catalogue;
    private final Target target;
    private final Surroundings here;
    private final Planner planner;
    private final Resumables resumables;
    private final History history;
    private final LiveWatch live;
    private final Prune prune;
    private final FindingsWatch findings;
    private final Cleanup cleanup;
    private final Jobs jobs;
    private final JobStarter starter;

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
        this(catalogue, target, verifier, recorder, new ServiceSettings(stateDirectory, clock, program));
    }

    /** As above, with everything that can be set. */
    public RestoreService(
            BackupCatalogue catalogue,
            Target target,
            Verifier verifier,
            RestoreRecorder recorder,
            ServiceSettings settings) {
        this.catalogue = catalogue;
        this.target = target;
        JournalFolder journals = new JournalFolder(settings.stateDirectory());
        this.here = Surroundings.of(target, journals, settings);
        this.resumables = new Resumables(journals, here);
        this.planner = new Planner(catalogue, here);
        this.history = new History(
                target,
                journals,
                resumables,
                settings.stateDirectory(),
                catalogue.directory(),
                settings.keep().previous());
        this.live = new LiveWatch(target);
        this.prune = new Prune(catalogue, settings.keep(), new NeededBackups(target, journals), here);
        this.jobs = new Jobs(journals, recorder, here);
        Leftovers leftovers = new Leftovers(target, journals, catalogue.directory());
        this.cleanup = new Cleanup(here, leftovers);
        Findings look = new Findings(journals, leftovers, resumables, here);
        this.findings = new FindingsWatch(look);
        this.starter = new JobStarter(
                catalogue,
                jobs,
                new JobStarter.Parts(
                        planner,
                        verifier,
                        new SafetyCopies(catalogue, journals, settings.publicKey()),
                        resumables,
                        history,
                        journals,
                        look),
                here);
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
        return planner.inspect(backup, here.opening(new Cancellation(), secrets), choice);
    }

    /** Whether the settings hold a key of encrypted SQLite files. */
    public boolean hasDatabaseKey() {
        return here.databaseKey().isPresent();
    }

    /** Whether that key opens this backup, which may take a second; false if it cannot be read. */
    public boolean opensWithDatabaseKey(Backup backup) {
        return hasDatabaseKey() && planner.opens(backup);
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
        try {
            return planner.plan(request, JournalFolder.idOf(now), now, new Cancellation());
        } catch (RecoveryException refusal) {
            throw SalvageOffer.with(refusal, here.target().engine(), request.options(), Optional.empty());
        }
    }

    /**
     * Starts a restore (or dry run) and returns at once. The secrets of the request are wiped when it has ended, or at
     * once if it cannot be started.
     *
     * @throws RecoveryException RESTORE_ALREADY_RUNNING, BACKUP_NOT_FOUND; whatever else is wrong ends the job, so that there is
     *     a record of it
     */
    public RestoreJob start(RestoreRequest request) {
        return starter.restore(request);
    }

    /**
     * A restore that was cut off and can be gone on with: the one of that id, or the last one.
     *
     * @throws RecoveryException NOTHING_TO_RESUME, RESTORE_NOT_FOUND
     */
    public Resumable resumable(Optional<String> id) {
        return id.map(resumables::find).orElseGet(resumables::last);
    }

    /**
     * Starts to go on with a restore that was cut off, and returns at once. The secrets are wiped when it has ended, or at once if
     * it cannot be started.
     *
     * @throws RecoveryException RESTORE_ALREADY_RUNNING, BACKUP_NOT_FOUND; whatever else is wrong ends the job
     */
    public RestoreJob resume(Resumable before, Secrets secrets, String door) {
        return starter.resume(before, secrets, door);
    }

    /**
     * Starts to put back what the live database was before restore {@code id}, or before the last one, and returns at once.
     *
     * @throws RecoveryException NOTHING_TO_ROLL_BACK, RESTORE_NOT_FOUND, RESTORE_ALREADY_RUNNING
     */
    public RestoreJob rollback(Optional<String> id, String door) {
        return starter.rollback(id, door);
    }

    /**
     * Starts to write the live database into a file of the backup directory, and returns at once.
     *
     * @throws RecoveryException RESTORE_ALREADY_RUNNING; whatever else is wrong ends the job
     */
    public RestoreJob backUp(String door) {
        return starter.backUp(door);
    }

    /** Asks a running restore to stop; RESTORE_NOT_FOUND if {@code id} is not running. */
    public void cancel(String id) {
        jobs.cancel(id);
    }

    /** The one that runs, if any. */
    public Optional<RestoreStatus> running() {
        return jobs.running();
    }

    /** One of this process (with progress and report) or of the past (from its journal); RESTORE_NOT_FOUND otherwise. */
    public RestoreStatus status(String id) {
        return jobs.status(id).orElseGet(() -> History.status(history.find(id)));
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
        return findings.now();
    }

    /** Waits for the look to end, at most {@code limit}, then as {@link #findings()}. */
    public List<String> findings(Duration limit) {
        return findings.within(limit);
    }

    /** Deletes what broken restores left, and says in sentences what it was. RESTORE_ALREADY_RUNNING while one runs. */
    public List<String> cleanUp() {
        findings.within(LOOK_LIMIT);
        try {
            return cleanup.run();
        } finally {
            findings.lookAgain();
        }
    }

    /**
     * What is older than the rules of keeping say; deleted only if {@code apply}. Never the newest backup that can be restored, nor
     * one that is needed to undo or resume a restore.
     *
     * @throws RecoveryException RESTORE_ALREADY_RUNNING while one runs, if {@code apply}
     */
    public PruneReport prune(boolean apply) {
        return apply ? prune.apply() : prune.look();
    }

    @Override
    public void close() {
        jobs.close();
    }
}
