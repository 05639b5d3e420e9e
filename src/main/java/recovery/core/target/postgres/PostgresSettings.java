package recovery.core.target.postgres;

import java.util.Objects;

/**
 * Where the live database is and how to log in.
 *
 * @param host name or address; IPv6 with or without brackets
 * @param password empty if there is none; then the driver looks into {@code PGPASSFILE} or {@code ~/.pgpass}
 * @param database the live database
 * @param sslMode as in libpq, e.g. {@code prefer}; empty for the driver's default
 * @param maintenanceDatabase where renames, creations and locks are done from; never the live one
 * @param applicationName under which the sessions show up on the server
 */
@SuppressWarnings("ArrayRecordComponent") // a password has to be wiped, so it cannot be a String
public record PostgresSettings(
        String host,
        int port,
        String user,
        char[] password,
        String database,
        String sslMode,
        String maintenanceDatabase,
        String applicationName) {
    public PostgresSettings {
        if (host.isBlank() || user.isBlank() || database.isEmpty() || maintenanceDatabase.isEmpty()) {
            throw new IllegalArgumentException("host, user and databases need a name");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("no such port: " + port);
        }
        Objects.requireNonNull(sslMode);
        password = password.clone();
    }

    /** With the usual maintenance database: {@code postgres}, or {@code template1} if {@code postgres} is the live one. */
    public static PostgresSettings of(
            String host, int port, String user, char[] password, String database, String sslMode) {
        String maintenance = database.equals("postgres") ? "template1" : "postgres";
        return new PostgresSettings(host, port, user, password, database, sslMode, maintenance, "emergency-recovery");
    }

    @Override
    public char[] password() {
        return password.clone();
    }

    /** {@code host:port}, for people. */
    public String server() {
        return bracketed() + ":" + port;
    }

    String bracketed() {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    @Override
    public String toString() {
        return "PostgresSettings[%s@%s, database '%s']".formatted(user, server(), database);
    }
}
