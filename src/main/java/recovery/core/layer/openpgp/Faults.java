package recovery.core.layer.openpgp;

import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.ErrorCode.DUMP_TRUNCATED;
import static recovery.core.error.RecoveryException.problem;

import java.util.function.LongSupplier;
import recovery.core.error.RecoveryException;

/**
 * What can be wrong with a message itself, said with its file and place.
 *
 * @param position bytes of the file that were read so far; the place of a fault is at or before it
 */
record Faults(String file, LongSupplier position) {
    RecoveryException truncated() {
        return problem(DUMP_TRUNCATED, "the OpenPGP message ends too early, at byte %d of the file", place())
                .remedy(
                        "Compare the file size with the original; the copy may have been cut short.",
                        "Restore an older backup instead.");
    }

    RecoveryException damaged(String how) {
        return problem(DUMP_DAMAGED, "the OpenPGP message is damaged: %s, at byte %d of the file", how, place())
                .remedy(
                        "Copy the file from its origin again and compare the checksums.",
                        "Restore an older backup instead.");
    }

    /** {@code what} with its article or version, e.g. {@code a cipher of unknown number 99}. */
    RecoveryException unsupported(String what) {
        return problem(BACKUP_UNSUPPORTED, "'%s' holds %s, which cannot be read here", file, what)
                .remedy("Decrypt it with \"gpg --output dump --decrypt '%s'\" and restore the file that gives."
                        .formatted(file));
    }

    private long place() {
        return position.getAsLong();
    }
}
