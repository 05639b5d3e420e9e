package recovery.core.restore;

import java.util.Map;
import java.util.Optional;
import recovery.core.error.RecoveryException;
import recovery.core.target.Target;

/** Puts a previous database back: one swap, nothing is loaded. For one thread, once. */
final class RollbackRun {
    private final JobTrack job;
    private final String previous;
    private final Surroundings here;
    private final Target target;
    private final ReportBuilder report;
    private boolean swapBegun;

    /** {@code previous}: a name in {@code target}, which handles the live database as the restore did that is undone. */
    RollbackRun(JobTrack job, Target target, String previous, String door, Surroundings here) {
        this.job = job;
        this.previous = previous;
        this.here = here;
        this.target = target;
        this.report = new ReportBuilder(job, target, here, door, Optional.empty());
    }

    /** Runs it to its end and returns how it ended; throws nothing. */
    RestoreReport run() {
        String keepAs = "";
        String holder = JobHolder.describe(job.id());
        try (RestoreLock lock = RestoreLock.take(
                        here.stateDirectory(), holder, job.meter().cancellation()::check);
                Target.TargetLock targetLock = target.lock(holder)) {
            keepAs = here.previousNames().free(target, here.localTime());
            job.note(Map.of(
                    "copy",
                    previous,
                    "keepAs",
                    keepAs,
                    "strategy",
                    target.strategy().toString()));
            job.enter(RestoreState.SWAPPING);
            swapBegun = true;
            Target.SwapResult swap = target.swap(previous, keepAs);
            report.swapped(swap);
            RestoreOutcome outcome = swap.previous()
                    .<RestoreOutcome>map(kept -> new RestoreOutcome.RolledBack(target.name(), kept))
                    .orElseGet(() -> new RestoreOutcome.BroughtBack(target.name()));
            return report.succeeded(outcome, here.now());
        } catch (RecoveryException e) {
            return failed(keepAs, e);
        } catch (RuntimeException | Error e) {
            return failed(keepAs, swapBegun ? Surprises.bugInSwap(e) : Surprises.bug(e));
        }
    }

    private RestoreReport failed(String keepAs, RecoveryException reason) {
        RestoreOutcome outcome = RestoreOutcome.failed(target.strategy(), target.name(), previous, keepAs, reason);
        return report.failed(outcome, reason, here.now());
    }
}
