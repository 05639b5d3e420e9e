package recovery.core.error;

/**
 * Every failure an operator can meet.
 *
 * <p>A code is an address: it stands in logs, tickets and the README, so it is never renamed or reused.
 */
public enum ErrorCode {
    REQUEST_UNUSABLE(Kind.REQUEST),
    CONFIRMATION_MISSING(Kind.REQUEST),
    DATABASE_NOT_CHOSEN(Kind.REQUEST),
    SECRET_MISSING(Kind.REQUEST),
    UPLOAD_CUT_OFF(Kind.REQUEST),
    UPLOAD_TOO_LARGE(Kind.TOO_LARGE),
    MEDIA_UNSUPPORTED(Kind.MEDIA),
    SETTINGS_INVALID(Kind.SETTINGS),
    BIND_FAILED(Kind.SETTINGS),
    TOKEN_REQUIRED(Kind.UNAUTHORISED),
    HOST_FORBIDDEN(Kind.FORBIDDEN),
    ORIGIN_FORBIDDEN(Kind.FORBIDDEN),
    BACKUP_NOT_FOUND(Kind.NOT_FOUND),
    RESTORE_NOT_FOUND(Kind.NOT_FOUND),
    ADDRESS_NOT_FOUND(Kind.NOT_FOUND),
    BACKUP_NOT_RECOGNISED(Kind.BACKUP),
    BACKUP_UNSUPPORTED(Kind.BACKUP),
    BACKUP_UNFINISHED(Kind.BACKUP),
    BACKUP_UNPROVEN(Kind.BACKUP),
    BACKUP_OTHER_ENGINE(Kind.BACKUP),
    SECRET_WRONG(Kind.BACKUP),
    CHECKSUM_MISMATCH(Kind.BACKUP),
    DUMP_TRUNCATED(Kind.BACKUP),
    DUMP_DAMAGED(Kind.BACKUP),
    DUMP_DANGEROUS(Kind.BACKUP),
    DATABASE_UNREACHABLE(Kind.UNREACHABLE),
    DISK_FULL(Kind.DISK_FULL),
    FILE_NOT_ACCESSIBLE(Kind.FAILED),
    RESTORE_ALREADY_RUNNING(Kind.REFUSED),
    RIGHTS_MISSING(Kind.REFUSED),
    EXTENSION_MISSING(Kind.REFUSED),
    DATABASE_IN_USE(Kind.REFUSED),
    LOCKS_SCARCE(Kind.REFUSED),
    ENCRYPTION_DIFFERS(Kind.REFUSED),
    NAME_TAKEN(Kind.REFUSED),
    NOTHING_TO_ROLL_BACK(Kind.REFUSED),
    SAFETY_COPY_INEXACT(Kind.REFUSED),
    BACKUP_FAILED(Kind.FAILED),
    LIVE_DAMAGED(Kind.FAILED),
    NOTHING_TO_RESUME(Kind.REFUSED),
    LOAD_FAILED(Kind.FAILED),
    VERIFICATION_FAILED(Kind.FAILED),
    SWAP_FAILED(Kind.FAILED),
    SWAP_UNCONFIRMED(Kind.SWAP_BEGUN),
    SWAP_HALF_DONE(Kind.SWAP_BEGUN),
    REPLACE_UNDONE(Kind.SWAP_BEGUN),
    LIVE_DATABASE_MISSING(Kind.SWAP_BEGUN),
    SALVAGED_INCOMPLETE(Kind.SALVAGED),
    CANCELLED(Kind.CANCELLED),
    BUG(Kind.BUG);

    /** Who can do something about it. The HTTP status and the exit code follow from this alone. */
    public enum Kind {
        /** The request cannot be understood or carried out as it stands. */
        REQUEST,
        TOO_LARGE,
        MEDIA,
        SETTINGS,
        UNAUTHORISED,
        FORBIDDEN,
        NOT_FOUND,
        /** The backup itself is at fault. Never overridden. */
        BACKUP,
        UNREACHABLE,
        DISK_FULL,
        /** Refused before anything was written, because of the state of the target. */
        REFUSED,
        /** Tried and failed before the swap; the live database is as it was. */
        FAILED,
        /** Failed after the swap began; the sentence about the live database says where things stand. */
        SWAP_BEGUN,
        /** Done as asked, with what could be read of a damaged backup; never a success. */
        SALVAGED,
        CANCELLED,
        BUG
    }

    private final Kind kind;

    ErrorCode(Kind kind) {
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
