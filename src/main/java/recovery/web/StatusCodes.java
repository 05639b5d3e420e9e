package recovery.web;

import recovery.core.error.ErrorCode;

/** The kind of an error as an HTTP status. */
final class StatusCodes {
    private StatusCodes() {}

    static int of(ErrorCode code) {
        return switch (code.kind()) {
            case REQUEST, SETTINGS -> 400;
            case UNAUTHORISED -> 401;
            case FORBIDDEN -> 403;
            case NOT_FOUND -> 404;
            case REFUSED, CANCELLED -> 409;
            case TOO_LARGE -> 413;
            case MEDIA -> 415;
            case BACKUP -> 422;
            case FAILED, SWAP_BEGUN, SALVAGED, BUG -> 500;
            case UNREACHABLE -> 503;
            case DISK_FULL -> 507;
        };
    }
}
