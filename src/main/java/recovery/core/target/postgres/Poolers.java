package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.sql.SQLException;
import recovery.core.error.RecoveryException;

/**
 * Finds out whether a connection pooler, such as PgBouncer, stands where a server was named. Behind it the lock of a
 * restore and the settings of its sessions would be those of others, and sessions that it keeps would be in the way.
 */
final class Poolers {
    private Poolers() {}

    /** @throws RecoveryException REQUEST_UNUSABLE if {@code session} is one of a pooler */
    static void refuse(PostgresSession session, PostgresSettings settings) throws SQLException {
        if (session.isPooled()) {
            throw found(settings.server()).remedy(remedy());
        }
    }

    /** For errors at the login by which poolers are known. */
    static boolean isRefusal(SQLException e) {
        String said = String.valueOf(e.getMessage());
        return said.contains("unsupported startup parameter") || said.contains("pgbouncer cannot connect to server");
    }

    static RecoveryException.Problem found(String server) {
        return problem(REQUEST_UNUSABLE, "%s is a connection pooler such as PgBouncer, not the server itself", server);
    }

    static String remedy() {
        return "Set DB_HOST and DB_PORT to the PostgreSQL server behind it; the application may stay where it is.";
    }
}
