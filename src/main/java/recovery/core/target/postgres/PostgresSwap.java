package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.DATABASE_IN_USE;
import static recovery.core.error.ErrorCode.NAME_TAKEN;
import static recovery.core.error.ErrorCode.SWAP_FAILED;
import static recovery.core.error.ErrorCode.SWAP_UNCONFIRMED;
import static recovery.core.error.RecoveryException.problem;
import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import recovery.core.error.RecoveryException;
import recovery.core.target.Target.SwapResult;

/**
 * One swap: close both databases, end their sessions, rename both and open them in one transaction.
 *
 * <p>While somebody's lock is in the way it opens them again, waits and retries, so that the live database stays usable
 * between tries. If the connection is lost it looks on a new one what became of the renames, and retries if they did not
 * happen. For one use.
 */
final class PostgresSwap {
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

    private static final int LOSSES = 3;

    /** Numbers of processes come again soon after a server has started anew. */
    private static final String WHO = "pid || ' since ' || backend_start FROM pg_stat_activity";

    private final PostgresConnections connections;
    private final Limits limits;
    private final Runnable ensureLock;
    private final String live;
    private final String incoming;
    private final String keepLiveAs;
    private Optional<DatabaseRow> liveRow = Optional.empty();
    private DatabaseGates gates;
    private long downtimeNanos;
    private SQLException obstacle;

    /**
     * How long a swap keeps on.
     *
     * @param trying to get past locks of others
     * @param looking for a server that does not answer, or went silent in the middle
     * @param answer to wait for the end of one statement, none of which takes long
     */
    record Limits(Duration trying, Duration looking, Duration answer) {}

    /** How a try ended. */
    private enum Try {
        RENAMED,
        /** Somebody is in the way who may go away. */
        OBSTRUCTED,
        /** The connection was lost, and nothing was renamed. */
        LOST
    }

    /** @param ensureLock called before each connection is used; throws if somebody else holds the lock */
    PostgresSwap(
            PostgresConnections connections, Limits limits, Runnable ensureLock, String incoming, String keepLiveAs) {
        this.connections = connections;
        this.limits = limits;
        this.ensureLock = ensureLock;
        this.live = connections.settings().database();
        this.incoming = incoming;
        this.keepLiveAs = keepLiveAs;
    }

    SwapResult run() throws SQLException {
        for (int losses = 1; ; losses++) {
            try (PostgresSession session = connected()) {
                ensureLock.run();
                if (renamed(session)) {
                    return new SwapResult(liveRow.map(row -> keepLiveAs), Duration.ofNanos(downtimeNanos));
                }
                if (losses == LOSSES) {
                    throw refused(obstacle);
                }
            } catch (SQLException e) {
                if (!PostgresErrors.isConnectionLost(e) || losses == LOSSES) {
                    throw e;
                }
            }
        }
    }

    /** A session of a server that may just be starting again, or have no room for a moment. */
    private PostgresSession connected() throws SQLException {
        long deadline = System.nanoTime() + limits.looking().toNanos();
        while (true) {
            try {
                PostgresSession session = new PostgresSession(connections.maintenance());
                session.limit(limits.answer());
                return session;
            } catch (SQLException e) {
                boolean mayPass = PostgresErrors.isConnectionLost(e) || PostgresErrors.isWithoutRoom(e);
                if (!mayPass || System.nanoTime() > deadline) {
                    throw e;
                }
            }
            LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
        }
    }

    /** False if the connection was lost before anything was renamed. */
    private boolean renamed(PostgresSession session) throws SQLException {
        look(session);
        session.texts("SELECT set_config(name, CASE reset_val WHEN 'off' THEN 'on' ELSE reset_val END, false)"
                + " FROM pg_settings WHERE name = 'synchronous_commit'");
        String backend = session.text("SELECT " + WHO + " WHERE pid = pg_backend_pid()");
        long deadline = System.nanoTime() + limits.trying().toNanos();
        Try last = attempt(session, backend);
        while (last == Try.OBSTRUCTED) {
            if (System.nanoTime() > deadline) {
                throw gaveUp(session);
            }
            LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
            last = attempt(session, backend);
        }
        return last == Try.RENAMED;
    }

    private void look(PostgresSession session) throws SQLException {
        DatabaseRow copy = DatabaseRow.find(session, incoming)
                .orElseThrow(() -> problem(
                                SWAP_FAILED, "there is no database '%s' to take the place of '%s'", incoming, live)
                        .remedy("Start the restore again; nothing was renamed."));
        liveRow = DatabaseRow.find(session, live);
        if (liveRow.isPresent() && DatabaseRow.find(session, keepLiveAs).isPresent()) {
            throw problem(NAME_TAKEN, "there is a database '%s' already, so '%s' cannot be kept so", keepLiveAs, live)
                    .remedy("Wait a second and try again; the name holds the time.");
        }
        if (session.yes("SELECT true FROM pg_prepared_xacts WHERE database IN (?, ?)", live, incoming)) {
            throw problem(
                            DATABASE_IN_USE,
                            "'%s' or '%s' has prepared transactions and cannot be renamed",
                            live,
                            incoming)
                    .remedy("End each of them by COMMIT PREPARED or ROLLBACK PREPARED; pg_prepared_xacts lists them.");
        }
        gates = new DatabaseGates(liveRow, copy);
    }

    private Try attempt(PostgresSession session, String backend) throws SQLException {
        long begin = System.nanoTime();
        try {
            gates.close(session);
            new SessionEnder(connections.settings(), session, live, incoming).endAll();
            session.inTransaction(renames());
            return Try.RENAMED;
        } catch (SQLException e) {
            obstacle = e;
            if (PostgresErrors.isConnectionLost(e)) {
                return resolve(backend, e) ? Try.RENAMED : Try.LOST;
            }
            open(session);
            if (isObstacle(e)) {
                return Try.OBSTRUCTED;
            }
            throw PostgresErrors.known(e, connections.settings().server()).orElseGet(() -> refused(e));
        } catch (RuntimeException e) {
            open(session);
            throw e;
        } finally {
            downtimeNanos += System.nanoTime() - begin;
        }
    }

    private String renames() {
        StringBuilder sql = new StringBuilder("SET LOCAL lock_timeout = '500ms'; SET LOCAL statement_timeout = '1s';"
                // if this host falls silent now, the server must not keep the renames undecided
                + " SET LOCAL idle_in_transaction_session_timeout = "
                + limits.answer().toMillis()
                + ";");
        liveRow.ifPresent(row -> sql.append(rename(live, keepLiveAs)));
        sql.append(rename(incoming, live))
                .append("ALTER DATABASE ")
                .append(quoted(live))
                .append(" ALLOW_CONNECTIONS true;");
        if (liveRow.isPresent() && liveRow.get().open()) {
            sql.append("ALTER DATABASE ").append(quoted(keepLiveAs)).append(" ALLOW_CONNECTIONS true;");
        }
        return sql.toString();
    }

    private static String rename(String from, String to) {
        return "ALTER DATABASE " + quoted(from) + " RENAME TO " + quoted(to) + ";";
    }

    /** A lock, a session that slipped in, or a statement that took too long. */
    private static boolean isObstacle(SQLException e) {
        String state = PostgresErrors.state(e);
        return state.equals("55P03") || state.equals("55006") || state.equals("57014") || state.startsWith("40");
    }

    private void open(PostgresSession session) {
        try {
            session.limit(DatabaseGates.PATIENCE.plus(limits.answer()));
            gates.open(session);
            session.limit(limits.answer());
        } catch (SQLException first) {
            try (PostgresSession another = connected()) {
                another.limit(DatabaseGates.PATIENCE.plus(limits.answer()));
                gates.open(another);
            } catch (SQLException second) {
                second.addSuppressed(first);
                throw problem(
                                SWAP_FAILED,
                                "nothing was renamed, but '%s' may still refuse connections: %s",
                                live,
                                PostgresErrors.said(second))
                        .causedBy(second)
                        .remedy(
                                "Run on the server: " + gates.openStatements(),
                                "Or start this program again; it opens what it closed.");
            }
        }
    }

    /**
     * The connection was lost, perhaps in the commit. Looks on a new one what became of the renames: both happened or
     * neither did. The lost session must be gone first, or it might still commit. True if they happened.
     */
    private boolean resolve(String backend, SQLException lost) throws SQLException {
        long deadline = System.nanoTime() + limits.looking().toNanos();
        SQLException last = lost;
        while (System.nanoTime() < deadline) {
            try (PostgresSession session = new PostgresSession(
                    connections.probing(connections.settings().maintenanceDatabase(), limits.looking()))) {
                if (session.texts(
                                "SELECT pg_terminate_backend(pid) FROM (SELECT pid, " + WHO
                                        + ") a (pid, who) WHERE who = ?",
                                backend)
                        .isEmpty()) {
                    if (DatabaseRow.find(session, incoming).isEmpty()) {
                        return true;
                    }
                    gates.open(session);
                    return false;
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
                        "When the server answers again, look whether there is a database '%s'; if so, '%s' holds the restored data."
                                .formatted(keepLiveAs, live),
                        "If there is none and '%s' refuses connections, run: %s"
                                .formatted(live, gates.openStatements()));
    }

    private RecoveryException refused(SQLException e) {
        return problem(SWAP_FAILED, "'%s' was not swapped, nothing was renamed: %s", live, PostgresErrors.said(e))
                .causedBy(e)
                .remedy("Start the restore again; if it fails again, look into the log of the server at this time.");
    }

    private RecoveryException gaveUp(PostgresSession session) {
        return problem(
                        DATABASE_IN_USE,
                        "'%s' could not be renamed within %d s, nothing was renamed: %s%s",
                        live,
                        limits.trying().toSeconds(),
                        PostgresErrors.said(obstacle),
                        new SessionEnder(connections.settings(), session, live, incoming).blockers())
                .causedBy(obstacle)
                .remedy("End the session on the server that holds the lock, then start the restore again.");
    }
}
