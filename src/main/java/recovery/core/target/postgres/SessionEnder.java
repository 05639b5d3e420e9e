package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.DATABASE_IN_USE;
import static recovery.core.error.RecoveryException.problem;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import recovery.core.error.RecoveryException;

/**
 * Ends the sessions of databases. Autovacuum is left alone: the server itself ends it for a rename. It is known by
 * having no user, since the type of a session is hidden from ordinary roles.
 */
final class SessionEnder {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofMillis(2);
    private static final String SESSIONS =
            " FROM pg_stat_activity WHERE datname IN (?, ?) AND pid <> pg_backend_pid()" + " AND usesysid IS NOT NULL";

    private final PostgresSettings settings;
    private final PostgresSession session;
    private final String first;
    private final String second;

    SessionEnder(PostgresSettings settings, PostgresSession session, String first, String second) {
        this.settings = settings;
        this.session = session;
        this.first = first;
        this.second = second;
    }

    /**
     * Returns when nobody is connected to the two databases.
     *
     * @throws RecoveryException DATABASE_IN_USE naming who cannot be ended
     */
    void endAll() throws SQLException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!askedToEnd().isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw inUse("did not end within " + LIMIT.toSeconds() + " s", "");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private List<String> askedToEnd() throws SQLException {
        try {
            return session.texts("SELECT pg_terminate_backend(pid)" + SESSIONS, first, second);
        } catch (SQLException e) {
            if (PostgresErrors.state(e).equals("42501")) {
                throw inUse(
                        "may not be ended by '" + settings.user() + "'",
                        "Or run as a superuser: GRANT pg_signal_backend TO " + PostgresNames.quoted(settings.user())
                                + ";");
            }
            throw e;
        }
    }

    private RecoveryException inUse(String why, String another) throws SQLException {
        List<String> sessions = session.texts(
                "SELECT format('%s of %s (pid %s)', coalesce(nullif(application_name, ''), 'session'), "
                        + "coalesce(usename, '?'), pid)" + SESSIONS + " ORDER BY pid",
                first,
                second);
        RecoveryException.Problem problem = problem(
                DATABASE_IN_USE,
                "'%s' is in use, nothing was renamed: sessions that %s: %s",
                settings.database(),
                why,
                String.join(", ", sessions));
        String stop = "Stop the programs that are connected to '%s', then start again.".formatted(settings.database());
        return another.isEmpty() ? problem.remedy(stop) : problem.remedy(stop, another);
    }

    /** Who holds a lock that keeps databases from being renamed, for people; empty if that cannot be found. */
    String blockers() {
        try {
            session.execute("SET lock_timeout = '1s'");
            List<String> holders = session.texts("SELECT DISTINCT format('pid %s (%s)', l.pid, a.application_name)"
                    + " FROM pg_locks l, pg_stat_get_activity(l.pid) a WHERE l.granted AND l.pid <> pg_backend_pid()"
                    + " AND (l.relation = 'pg_database'::regclass AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')"
                    // every session has this one of its database for a moment at its start
                    + " OR l.locktype = 'object' AND l.database = 0 AND l.classid = 'pg_database'::regclass"
                    + " AND l.mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')) ORDER BY 1");
            return holders.isEmpty() ? "" : "; a lock is held by " + String.join(", ", holders);
        } catch (SQLException e) {
            return "";
        }
    }
}
