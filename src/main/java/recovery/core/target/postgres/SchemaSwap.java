package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.DATABASE_IN_USE;
import static recovery.core.error.ErrorCode.SWAP_FAILED;
import static recovery.core.error.ErrorCode.SWAP_UNCONFIRMED;
import static recovery.core.error.RecoveryException.problem;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import recovery.core.error.RecoveryException;

/**
 * The last step of a transaction that gives the names of live schemas to others: waits until nobody is at work in the
 * tables that lose their names, then commits. Without that a transaction of an application could begin in the old tables and end
 * in the new ones. As long as somebody is in the way it lets go and tries again, so that nobody waits for long; whoever stays for
 * seconds is ended. For one use.
 */
final class SchemaSwap {
    private static final String SAVEPOINT = "recovery_swap";
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(300);
    private static final int FIRST_WAIT_MILLIS = 100;

    /** Below the second after which the server looks for deadlocks, and might end a client that met this one halfway. */
    private static final int LONGEST_WAIT_MILLIS = 800;

    private static final int TRIES_IN_PATIENCE = 3;
    private static final int TRIES_BESIDE_QUICK_ONES = 6;

    /** Sessions that see the data of an earlier moment would find the new tables empty. */
    private static final String IN_THE_PAST = "SELECT pid FROM pg_catalog.pg_stat_activity"
            + " WHERE datname = pg_catalog.current_database() AND pid <> pg_catalog.pg_backend_pid()"
            + " AND state LIKE 'idle in transaction%' AND backend_xmin IS NOT NULL";

    /** Within a transaction the server else answers from the first look. */
    private static final String LOOK_ANEW = "SELECT pg_catalog.pg_stat_clear_snapshot()::text";

    private final PostgresConnections connections;
    private final PostgresSwap.Limits limits;
    private final Connection connection;
    private final PostgresSession session;
    private final String keepAs;
    private long downtimeNanos;
    private String obstacle = "";

    /** @param keepAs the set that exists if the transaction was committed, and else does not */
    SchemaSwap(
            PostgresConnections connections,
            PostgresSwap.Limits limits,
            Connection connection,
            PostgresSession session,
            String keepAs) {
        this.connections = connections;
        this.limits = limits;
        this.connection = connection;
        this.session = session;
        this.keepAs = keepAs;
    }

    /**
     * Commits, and returns for how long the tables of the schemas {@code leaving}, as they are called now, could not be used.
     *
     * @param last statement to run before the commit
     */
    Duration commit(Collection<String> leaving, String last) throws SQLException {
        session.limit(limits.looking());
        session.texts("SELECT pg_catalog.set_config('synchronous_commit', 'local', false)"
                + " WHERE pg_catalog.current_setting('synchronous_commit') = 'off'");
        int backend = session.backend();
        List<String> tables = tables(leaving);
        session.execute(last);
        long deadline = System.nanoTime() + limits.trying().toNanos();
        int wait = FIRST_WAIT_MILLIS;
        for (int tries = 1; !attempt(tables, wait, backend); tries++) {
            if (System.nanoTime() > deadline) {
                throw gaveUp(leaving);
            }
            if (tries >= TRIES_IN_PATIENCE) {
                endThoseInTheWay(leaving, tries >= TRIES_BESIDE_QUICK_ONES ? "0" : "1s");
            }
            LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
            wait = Math.min(LONGEST_WAIT_MILLIS, wait * 2);
        }
        return Duration.ofNanos(downtimeNanos);
    }

    /** Those that this role may lock; of partitions and children each by itself. */
    private List<String> tables(Collection<String> schemas) throws SQLException {
        return session.texts("SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c"
                + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')"
                + " AND n.nspname IN (" + literals(schemas) + ") AND (pg_catalog.pg_has_role(c.relowner, 'USAGE')"
                + " OR pg_catalog.has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE')) ORDER BY c.oid");
    }

    private static String literals(Collection<String> names) {
        return names.isEmpty()
                ? "NULL"
                : names.stream().map(PostgresNames::literal).collect(Collectors.joining(", "));
    }

    /** False if somebody is in the way. */
    private boolean attempt(List<String> tables, int waitMillis, int backend) throws SQLException {
        long begun = System.nanoTime();
        boolean committing = false;
        try {
            session.execute("SAVEPOINT " + SAVEPOINT + "; SET LOCAL lock_timeout = '" + waitMillis
                    + "ms'; SET LOCAL statement_timeout = '" + 2 * waitMillis + "ms'");
            if (!tables.isEmpty()) {
                session.execute("LOCK TABLE ONLY " + String.join(", ONLY ", tables) + " IN ACCESS EXCLUSIVE MODE");
            }
            session.texts(LOOK_ANEW);
            List<String> past = session.texts(IN_THE_PAST);
            if (!past.isEmpty()) {
                obstacle = "transactions are open that see the data of an earlier moment";
                session.execute("ROLLBACK TO SAVEPOINT " + SAVEPOINT);
                return false;
            }
            committing = true;
            connection.commit();
            return true;
        } catch (SQLException e) {
            if (PostgresErrors.isConnectionLost(e)) {
                return resolve(backend, e, committing);
            }
            if (!committing && isObstacle(e)) {
                obstacle = PostgresErrors.said(e);
                session.execute("ROLLBACK TO SAVEPOINT " + SAVEPOINT);
                return false;
            }
            throw PostgresErrors.known(e, connections.settings().server()).orElseGet(() -> refused(e));
        } finally {
            downtimeNanos += System.nanoTime() - begun;
        }
    }

    private static boolean isObstacle(SQLException e) {
        String state = PostgresErrors.state(e);
        return state.equals("55P03") || state.equals("57014") || state.startsWith("40");
    }

    private String inTheWay(Collection<String> leaving) {
        return "SELECT DISTINCT l.pid FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c ON c.oid = l.relation"
                + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE l.granted"
                + " AND l.pid <> pg_catalog.pg_backend_pid() AND l.database = (SELECT oid FROM pg_catalog.pg_database"
                + " WHERE datname = pg_catalog.current_database()) AND n.nspname IN (" + literals(leaving) + ") UNION "
                + IN_THE_PAST;
    }

    /** Those whom this role may end, if they work for longer than {@code age}; others may still go by themselves. */
    private void endThoseInTheWay(Collection<String> leaving, String age) throws SQLException {
        session.texts(LOOK_ANEW);
        for (String pid : session.texts("SELECT pid FROM pg_catalog.pg_stat_activity WHERE pid IN (" + inTheWay(leaving)
                + ") AND coalesce(pg_catalog.clock_timestamp() - xact_start, '0') >= '" + age + "'")) {
            try {
                session.execute("SAVEPOINT " + SAVEPOINT);
                session.texts("SELECT pg_catalog.pg_terminate_backend(" + pid + ")");
            } catch (SQLException e) {
                if (!PostgresErrors.state(e).equals("42501")) {
                    throw e;
                }
                session.execute("ROLLBACK TO SAVEPOINT " + SAVEPOINT);
            }
        }
    }

    private RecoveryException gaveUp(Collection<String> leaving) throws SQLException {
        session.texts(LOOK_ANEW);
        List<String> sessions = session.texts(
                "SELECT pg_catalog.format('%s of %s (pid %s)', coalesce(nullif(a.application_name, ''), 'session'),"
                        + " coalesce(a.usename, '?'), a.pid) FROM pg_catalog.pg_stat_activity a WHERE a.pid IN ("
                        + inTheWay(leaving) + ") ORDER BY a.pid");
        return problem(
                        DATABASE_IN_USE,
                        "the tables of '%s' stayed in use for %d s, nothing was renamed: %s%s",
                        connections.settings().database(),
                        limits.trying().toSeconds(),
                        obstacle,
                        sessions.isEmpty() ? "" : "; in the way are " + String.join(", ", sessions))
                .remedy(
                        "Stop the programs that work with '%s', then start again."
                                .formatted(connections.settings().database()),
                        "Or run as a superuser: GRANT pg_signal_backend TO "
                                + PostgresNames.quoted(connections.settings().user()) + ";");
    }

    /**
     * The connection was lost. If that was in the commit, looks on a new one what became of it, once the lost session is gone, which
     * might else still commit.
     */
    private boolean resolve(int backend, SQLException lost, boolean committing) throws SQLException {
        if (!committing) {
            throw refused(lost);
        }
        long deadline = System.nanoTime() + limits.looking().toNanos();
        SQLException last = lost;
        while (System.nanoTime() < deadline) {
            try (PostgresSession another = new PostgresSession(
                    connections.probing(connections.settings().database(), limits.looking()))) {
                if (another.texts("SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity"
                                + " WHERE pid = " + backend)
                        .isEmpty()) {
                    if (new PreviousSchemas(another).exists(keepAs)) {
                        return true;
                    }
                    throw refused(lost);
                }
            } catch (SQLException e) {
                last = e;
            }
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
        throw problem(
                        SWAP_UNCONFIRMED,
                        "the server %s went silent during the swap: %s",
                        connections.settings().server(),
                        PostgresErrors.said(last))
                .causedBy(last)
                .remedy(
                        "When the server answers again, look whether '%s' has schemas '%s'; if so, it holds the restored data."
                                .formatted(connections.settings().database(), keepAs));
    }

    private RecoveryException refused(SQLException e) {
        return problem(
                        SWAP_FAILED,
                        "'%s' was not swapped, nothing was renamed: %s",
                        connections.settings().database(),
                        PostgresErrors.said(e))
                .causedBy(e)
                .remedy("Start the restore again; if it fails again, look into the log of the server at this time.");
    }
}
