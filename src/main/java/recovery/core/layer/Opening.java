package recovery.core.layer;

import java.util.Optional;

/**
 * With what a backup is opened.
 *
 * @param cancellation checked at every read of the file
 * @param secrets for encrypted layers; stay with the caller, who wipes them when nothing is read any more
 * @param usualDatabaseKey of encrypted SQLite files, for when the secrets hold none; stays with the caller
 */
public record Opening(Cancellation cancellation, Secrets secrets, Limits limits, Optional<char[]> usualDatabaseKey) {
    public Opening(Cancellation cancellation, Secrets secrets, Limits limits) {
        this(cancellation, secrets, limits, Optional.empty());
    }

    public static Opening of(Cancellation cancellation) {
        return of(cancellation, Secrets.none());
    }

    public static Opening of(Cancellation cancellation, Secrets secrets) {
        return new Opening(cancellation, secrets, Limits.GENEROUS);
    }

    /** The key of an encrypted SQLite file: that of the secrets, else the usual one. */
    public Optional<char[]> databaseKey() {
        return secrets.databaseKey().or(() -> usualDatabaseKey);
    }
}
