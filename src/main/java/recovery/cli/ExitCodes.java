package recovery.cli;

import recovery.core.error.ErrorCode;

/** What the process says at its end, for scripts. */
public final class ExitCodes {
    public static final int DONE = 0;
    /** Failed; the live database is unchanged. */
    public static final int FAILED = 1;
    /** Wrong usage or settings. */
    public static final int USAGE = 2;
    /** Failed after the swap began; the sentence about the live database says where things stand. */
    public static final int SWAP_BEGUN = 3;

    /** The live database holds what could be read of a damaged backup; something is lost, or nobody can tell. */
    public static final int SALVAGED = 4;

    public static final int CANCELLED = 130;

    private ExitCodes() {}

    public static int of(ErrorCode code) {
        return switch (code.kind()) {
            case REQUEST, SETTINGS -> USAGE;
            case SWAP_BEGUN -> SWAP_BEGUN;
            case SALVAGED -> SALVAGED;
            case CANCELLED -> CANCELLED;
            case TOO_LARGE,
                    MEDIA,
                    UNAUTHORISED,
                    FORBIDDEN,
                    NOT_FOUND,
                    BACKUP,
                    UNREACHABLE,
                    DISK_FULL,
                    REFUSED,
                    FAILED,
                    BUG -> FAILED;
        };
    }
}
