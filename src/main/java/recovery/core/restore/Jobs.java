package recovery.core.restore;

import static recovery.core.error.ErrorCode.RESTORE_ALREADY_RUNNING;
import static recovery.core.error.ErrorCode.RESTORE_NOT_FOUND;
import static recovery.core.error.RecoveryException.problem;

import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;

/**
 * Runs one job of this process at a time, each in a thread of its own, and remembers the last ones. Any thread may call.
 * Closing breaks a running one off and waits for it.
 */
final class Jobs implements AutoCloseable {
    /** With progress and report; older ones are known from their journals. */
    private static final int REMEMBERED = 100;

    private final JournalFolder journals;
    private final RestoreRecorder recorder;
    private final Surroundings here;
    private final ConcurrentSkipListMap<String, JobTrack> jobs = new ConcurrentSkipListMap<>();
    private Optional<JobTrack> current = Optional.empty();

    /** {@code recorder} is called once for every ended job, before those who wait for it are told. */
    Jobs(JournalFolder journals, RestoreRecorder recorder, Surroundings here) {
        this.journals = journals;
        this.recorder = recorder;
        this.here = here;
    }

    /** Starts {@code work} and returns at once; RESTORE_ALREADY_RUNNING if another job runs. */
    synchronized RestoreJob run(String kind, String backup, Function<JobTrack, RestoreReport> work) {
        current.filter(job -> !job.hasEnded()).ifPresent(job -> {
            throw problem(RESTORE_ALREADY_RUNNING, "another %s is running: '%s'", job.kind(), job.id())
                    .remedy("Wait until it has ended, or cancel it.");
        });
        JobTrack job = new JobTrack(journals.create(here.localTime()), kind, backup, here.target(), here.now());
        current = Optional.of(job);
        jobs.put(job.id(), job);
        if (jobs.size() > REMEMBERED) {
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

    /** Asks a running one to stop; RESTORE_NOT_FOUND if {@code id} is not running. */
    void cancel(String id) {
        JobTrack job = Optional.ofNullable(jobs.get(id))
                .filter(one -> !one.hasEnded())
                .orElseThrow(() -> problem(RESTORE_NOT_FOUND, "there is no running restore of that id")
                        .remedy("Look at the history for how it ended."));
        job.cancel();
    }

    /** The one that runs, if any. */
    synchronized Optional<RestoreStatus> running() {
        return current.filter(job -> !job.hasEnded()).map(JobTrack::status);
    }

    /** One of this process, if it is remembered. */
    Optional<RestoreStatus> status(String id) {
        return Optional.ofNullable(jobs.get(id)).map(JobTrack::status);
    }

    @Override
    public void close() {
        Optional<JobTrack> running;
        synchronized (this) {
            running = current.filter(job -> !job.hasEnded());
        }
        running.ifPresent(job -> {
            job.breakOff();
            try {
                job.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
