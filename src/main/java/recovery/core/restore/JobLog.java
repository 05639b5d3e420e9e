package recovery.core.restore;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** What the log says of a job: its plan, in the words that page and terminal use. */
final class JobLog {
    private static final Logger LOG = System.getLogger(JobLog.class.getName());

    private JobLog() {}

    static void planned(RestorePlan plan) {
        LOG.log(Level.INFO, "{0}: {1}", plan.id(), String.join(" ", plan.steps()));
        plan.notes().forEach(note -> LOG.log(Level.INFO, "{0}: {1}: {2}", plan.id(), note.code(), note.text()));
    }
}
