package recovery.core.restore;

import static recovery.core.error.ErrorCode.CANCELLED;
import static recovery.core.error.ErrorCode.LIVE_DAMAGED;
import static recovery.core.error.RecoveryException.problem;

import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.layer.Opening;
import recovery.core.target.Strategy;
import recovery.core.target.Target;

/**
 * The safety copy before a restore that writes into the live database instead of putting another in its place. One that
 * cannot be made stops the restore, unless it is the live database that is broken: then a copy would be worth little, and
 * the rescue is what counts.
 */
final class SafetyBefore {
    private final JobTrack job;
    private final SafetyCopies copies;
    private final ReportBuilder report;

    SafetyBefore(JobTrack job, SafetyCopies copies, ReportBuilder report) {
        this.job = job;
        this.copies = copies;
        this.report = report;
    }

    static boolean isDue(Strategy strategy, boolean liveExists, boolean skipped) {
        return strategy == Strategy.ONLINE && liveExists && !skipped;
    }

    /** Makes one if {@code plan} needs it; the locks must be held. */
    void make(RestorePlan plan, Target target, Opening opening) {
        boolean skipped = plan.options().files().skipSafetyCopy();
        if (!isDue(plan.strategy(), plan.liveExists(), skipped)) {
            return;
        }
        try {
            report.savedBefore(copies.make(job, target, opening, source -> {}).copy());
        } catch (RecoveryException failed) {
            if (failed.code() == LIVE_DAMAGED) {
                report.note(new Note(
                        "NO_SAFETY_COPY",
                        "No safety copy was made, because %s; what is live is kept as a file beside all the same."
                                .formatted(failed.getMessage())));
            } else {
                throw failed.code() == CANCELLED ? failed : stopped(failed);
            }
        }
    }

    private static RecoveryException stopped(RecoveryException failed) {
        return problem(failed.code(), "no safety copy could be made: %s", failed.getMessage())
                .remediesOf(
                        failed,
                        "Or restore without a safety copy: --skip-backup (skipBackup); what is live is kept as a file beside all the same.");
    }
}
