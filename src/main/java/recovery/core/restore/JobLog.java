package recovery.core.restore;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** What the log says of a job: its plan and its ending, in the words that page and terminal use. */
final class JobLog {
    private static final Logger LOG = System.getLogger(JobLog.class.getName());

    private JobLog() {}

    static void planned(RestorePlan plan) {
        LOG.log(Level.INFO, "{0}: {1}", plan.id(), String.join(" ", plan.steps()));
        plan.notes().forEach(note -> LOG.log(Level.INFO, "{0}: {1}: {2}", plan.id(), note.code(), note.text()));
    }

    /** The one place where a failure is logged; a bug has logged its trace before. */
    static void ended(RestoreReport report) {
        Level level = report.success() ? Level.INFO : Level.WARNING;
        report.error().ifPresent(error -> LOG.log(level, "{0}: {1}: {2}", report.id(), error.code(), error.problem()));
        LOG.log(
                level,
                "{0}: {1} of ''{2}'' into {3}: {4}. {5}",
                report.id(),
                report.kind(),
                report.backup(),
                report.address(),
                report.state(),
                report.liveDatabase());
    }
}
