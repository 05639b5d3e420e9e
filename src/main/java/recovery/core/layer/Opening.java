package recovery.core.layer;

import java.util.Optional;

/**
 * With what a backup is opened.
 *
 * @param cancellation checked at every read of the file
 * @param secrets for encrypted layers; stay with the caller, who wipes them when nothing is read any more
 * @param database the path of the one that is taken from an archive with several; empty for {@code preferred}
 * @param preferred the name of the file that is taken if {@code database} is empty and exactly one is named so
 * @param usualDatabaseKey of encrypted SQLite files, for when the secrets hold none; stays with the caller
 */
public record Opening(
        Cancellation cancellation,
        Secrets secrets,
        Limits limits,
        Optional<String> database,
        Optional<String> preferred,
        Optional<char[]> usualDatabaseKey) {
    public Opening(Cancellation cancellation, Secrets secrets, Limits limits) {
        this(cancellation, secrets, limits, Optional.empty());
    }

    public Opening(Cancellation cancellation, Secrets secrets, Limits limits, Optional<char[]> usualDatabaseKey) {
        this(cancellation, secrets, limits, Optional.empty(), Optional.empty(), usualDatabaseKey);
    }

    public static Opening of(Cancellation cancellation) {
        return of(cancellation, Secrets.none());
    }

    public static Opening of(Cancellation cancellation, Secrets secrets) {
        return new Opening(cancellation, secrets, Limits.GENEROUS);
    }

    /** The same for one database of an archive with several. */
    public Opening taking(Optional<String> named, Optional<String> likeLive) {
        return new Opening(cancellation, secrets, limits, named, likeLive, usualDatabaseKey);
    }

    /** The key of an encrypted SQLite file: that of the secrets, else the usual one. */
    public Optional<char[]> databaseKey() {
        return secrets.databaseKey().or(() -> usualDatabaseKey);
    }
}
