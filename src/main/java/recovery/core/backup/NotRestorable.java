package recovery.core.backup;

import static recovery.core.error.RecoveryException.problem;

import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;

/** Turns the reason why a backup cannot be restored into the error that says so. */
public final class NotRestorable {
    private NotRestorable() {}

    /** BACKUP_UNFINISHED, BACKUP_UNSUPPORTED, BACKUP_NOT_RECOGNISED or FILE_NOT_ACCESSIBLE; {@code backup} must not be restorable. */
    public static RecoveryException refusal(Backup backup) {
        String reason = backup.reason()
                .orElseThrow(() -> new IllegalArgumentException("'" + backup.name() + "' can be restored"));
        if (reason.startsWith("still being written")) {
            return refusal(backup, ErrorCode.BACKUP_UNFINISHED, reason)
                    .remedy("Wait until the file is complete and try again.", "Restore an older backup instead.");
        }
        if (reason.equals(Looks.NO_RIGHT)) {
            return refusal(backup, ErrorCode.FILE_NOT_ACCESSIBLE, reason)
                    .remedy("Give the user '%s' the right to read '%s'."
                            .formatted(System.getProperty("user.name"), backup.path()));
        }
        if (reason.equals(Looks.CANNOT_BE_READ)) {
            return refusal(backup, ErrorCode.FILE_NOT_ACCESSIBLE, reason)
                    .remedy("Check the disk that the file lies on.", "Choose another backup.");
        }
        if (!reason.endsWith(Look.READS)) {
            return refusal(backup, ErrorCode.BACKUP_NOT_RECOGNISED, reason)
                    .remedy("Choose another backup.", "Compare size and checksum of the file with the original.");
        }
        return refusal(backup, ErrorCode.BACKUP_UNSUPPORTED, reason)
                .remedy("Choose a backup in another format.", way(backup));
    }

    private static RecoveryException.Problem refusal(Backup backup, ErrorCode code, String reason) {
        return problem(code, "'%s' cannot be restored: %s", backup.name(), reason);
    }

    private static String way(Backup backup) {
        return backup.format() == BackupFormat.UNKNOWN
                ? "Unpack it with the program that packed it, and upload what comes out."
                : "Restore it with the tools of the system that made it.";
    }
}
