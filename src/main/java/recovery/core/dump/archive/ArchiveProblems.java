package recovery.core.dump.archive;

import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.ErrorCode.DUMP_TRUNCATED;
import static recovery.core.error.RecoveryException.problem;

import recovery.core.error.RecoveryException;

/** The refusals that several readers of archives share. Stateless. */
final class ArchiveProblems {
    private ArchiveProblems() {}

    /** {@code where} goes on "the archive ends", e.g. {@code inside its table of contents}. */
    static RecoveryException truncated(String where, long position) {
        return problem(DUMP_TRUNCATED, "the archive ends %s", where)
                .at(position)
                .remedy(
                        "Compare the file size with the original; the copy may have been cut short.",
                        "Restore an older backup instead.");
    }

    static RecoveryException damaged(String how, long position) {
        return problem(DUMP_DAMAGED, "the archive is damaged: %s", how)
                .at(position)
                .remedy(
                        "Copy the file from its origin again and compare the checksums.",
                        "Restore an older backup instead.");
    }

    /** Whole, but more than the memory of this program can take. */
    static RecoveryException tooLarge(String what, long position) {
        return problem(BACKUP_UNSUPPORTED, "%s", what)
                .at(position)
                .remedy("Start the program with more memory, for example \"java -Xmx4g -jar emergency.jar\".");
    }
}
