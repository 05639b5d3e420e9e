package recovery.web;

import java.util.Set;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;

/** Refusals that a page answers with a question instead of an error: a secret or the name of a database is missing. */
final class Opening {
    private static final Set<ErrorCode> SECRETS = Set.of(ErrorCode.SECRET_MISSING, ErrorCode.SECRET_WRONG);
    private static final String DATABASE = "DATABASE_NOT_CHOSEN";

    private Opening() {}

    static boolean canBeAsked(RecoveryException refusal) {
        return SECRETS.contains(refusal.code()) || isWithoutDatabase(refusal);
    }

    static boolean isWithoutDatabase(RecoveryException refusal) {
        return refusal.code().name().equals(DATABASE);
    }
}
