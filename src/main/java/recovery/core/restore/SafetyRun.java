package recovery.core.restore;

import java.util.List;
import java.util.Optional;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.layer.Opening;
import recovery.core.layer.Secrets;
import recovery.core.target.LoadResult;
import recovery.core.target.Target;

/** Makes a safety copy of the live database, which is only read. For one thread, once. */
final class SafetyRun {
    private final JobTrack job;
    private final SafetyCopies copies;
    private final Surroundings here;
    private final Target target;
    private final ReportBuilder report;

    SafetyRun(JobTrack job, SafetyCopies copies, String door, Surroundings here) {
        this.job = job;
        this.copies = copies;
        this.here = here;
        this.target = here.target();
        this.report = new ReportBuilder(job, target, here, door, Optional.empty());
    }

    /** Runs it to its end and returns how it ended; throws nothing. */
    RestoreReport run() {
        String holder = JobHolder.describe(job.id());
        try (RestoreLock lock = RestoreLock.take(
                        here.stateDirectory(), holder, job.meter().cancellation()::check);
                Target.TargetLock targetLock = target.lock(holder);
                Secrets none = Secrets.none()) {
            Opening opening = here.opening(job.meter().cancellation(), none);
            SafetyCopies.Made made = copies.make(job, target, opening, source -> {});
            report.saved(made);
            report.loaded(new LoadResult(made.counted(), notes(made.copy()), true, true));
            return report.succeeded(
                    new RestoreOutcome.Saved(target.name(), made.copy().file()), here.now());
        } catch (RecoveryException e) {
            return report.failed(new RestoreOutcome.OnlyRead(target.name()), e, here.now());
        } catch (RuntimeException | Error e) {
            return report.failed(new RestoreOutcome.OnlyRead(target.name()), Surprises.bug(e), here.now());
        }
    }

    private static List<Note> notes(SafetyCopy copy) {
        return copy.exact()
                ? List.of()
                : List.of(new Note("SAFETY_COPY_INEXACT", copy.sentences().get(0)));
    }
}
