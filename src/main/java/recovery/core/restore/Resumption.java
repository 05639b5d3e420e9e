package recovery.core.restore;

import static recovery.core.error.ErrorCode.CHECKSUM_MISMATCH;
import static recovery.core.error.RecoveryException.problem;

import recovery.core.backup.Backup;
import recovery.core.error.ErrorCode;
import recovery.core.error.Note;
import recovery.core.target.Target;
import recovery.core.target.TargetCopy;

/** How a restore goes on with the copy of another one that was cut off. For one restore. */
final class Resumption {
    private final Resumable before;
    private final Resumables resumables;
    private final String id;

    /** {@code id}: of the restore that goes on. */
    Resumption(Resumable before, Resumables resumables, String id) {
        this.before = before;
        this.resumables = resumables;
        this.id = id;
    }

    /** The restore that was cut off. */
    String id() {
        return before.id();
    }

    /** The one that made the copy. */
    String first() {
        return before.first();
    }

    String copyName() {
        return before.copy();
    }

    /** {@code fresh} with the copy that is there. It takes its room already, so there is no question of that. */
    RestorePlan plan(RestorePlan fresh) {
        return fresh.onto(
                before.copy(),
                PlanSteps.goingOn(fresh, before),
                fresh.refusals().stream()
                        .filter(refusal -> refusal.code() != ErrorCode.DISK_FULL)
                        .toList());
    }

    /** Throws CHECKSUM_MISMATCH if the backup is not the one that was read before. */
    void compare(Backup backup, String sha256) {
        if (!sha256.equals(before.backupSha256())) {
            throw problem(
                            CHECKSUM_MISMATCH,
                            "'%s' has the SHA-256 %s, but restore '%s' has read one that had %s",
                            backup.name(),
                            sha256,
                            before.id(),
                            before.backupSha256())
                    .remedy(
                            "Put the backup back that was read then, and go on with it.",
                            "Or start a new restore of this one, from the beginning.");
        }
    }

    /** The copy; a new one if nothing in it is finished, as when the definitions were still being made. */
    TargetCopy open(Target target, ReportBuilder report) {
        TargetCopy copy = target.openCopy(before.copy());
        if (copy.canGoOn()) {
            report.note(new Note(
                    "RESTORE_RESUMED",
                    "This went on with what restore %s had loaded; nothing that was finished was loaded again."
                            .formatted(before.id())));
        } else {
            copy.close();
            target.drop(before.copy());
            copy = target.createCopy(before.copy());
            report.note(new Note(
                    "RESUMED_FROM_START",
                    "Restore %s had finished nothing that could be kept, so this began at the beginning."
                            .formatted(before.id())));
        }
        resumables.resumed(before, id);
        return copy;
    }
}
