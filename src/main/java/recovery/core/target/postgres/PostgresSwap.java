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
 * between tries. For one use.
 */
final class PostgresSwap {
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

    private final PostgresConnections connections;
    private final Limits limits;
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
     * @param looking for a server that went silent in the middle
     */
    record Limits(Duration trying, Duration looking) {}

    PostgresSwap(PostgresConnections connections, Limits limits, String incoming, String keepLiveAs) {
        this.connections = connections;
        this.limits = limits;
        this.live = connections.settings().database();
        this.incoming = incoming;
        this.keepLiveAs = keepLiveAs;
    }

    SwapResult run() throws SQLException {
        try (PostgresSession session = new PostgresSession(connections.maintenance())) {
            look(session);
            session.texts("SELECT set_config('synchronous_commit', 'on', false)"
                    + " WHERE current_setting('synchronous_commit') = 'off'");
            int backend = session.backend();
            long deadline = System.nanoTime() + limits.trying().toNanos();
            while (!attempt(session, backend)) {
                if (System.nanoTime() > deadline) {
                    throw gaveUp(session);
                }
                LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
            }
            return new SwapResult(liveRow.map(row -> keepLiveAs), Duration.ofNanos(downtimeNanos));
        }
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

    /** False if somebody is in the way who may go away. */
    private boolean attempt(PostgresSession session, int backend) throws SQLException {
        long begin = System.nanoTime();
        try {
            gates.close(session);
            new SessionEnder(connections.settings(), session, live, incoming).endAll();
            session.inTransaction(renames());
            return true;
        } catch (SQLException e) {
            if (PostgresErrors.isConnectionLost(e)) {
                return resolve(backend, e);
            }
            open(session);
            if (isObstacle(e)) {
                obstacle = e;
                return false;
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
        StringBuilder sql = new StringBuilder("SET LOCAL lock_timeout = '500ms'; SET LOCAL statement_timeout = '1s';");
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
            gates.open(session);
        } catch (SQLException first) {
            try (PostgresSession another = new PostgresSession(connections.maintenance())) {
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
     * neither did. The lost session must be gone first, or it might still commit.
     */
    private boolean resolve(int backend, SQLException lost) throws SQLException {
        long deadline = System.nanoTime() + limits.looking().toNanos();
        SQLException last = lost;
        while (System.nanoTime() < deadline) {
            try (PostgresSession session = new PostgresSession(
                    connections.probing(connections.settings().maintenanceDatabase(), limits.looking()))) {
                if (session.texts("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ?", backend)
                        .isEmpty()) {
                    if (DatabaseRow.find(session, incoming).isEmpty()) {
                        return true;
                    }
                    gates.open(session);
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
