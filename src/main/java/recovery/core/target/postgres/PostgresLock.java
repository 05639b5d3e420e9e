package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.RESTORE_ALREADY_RUNNING;
import static recovery.core.error.RecoveryException.problem;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.target.Target.TargetLock;

/**
 * An advisory lock on a session of its own in the maintenance database. The session carries the holder as its name, so
 * others can see who it is; when the process dies the server gives the lock back by itself.
 */
final class PostgresLock implements TargetLock {
    private static final System.Logger LOG = System.getLogger(PostgresLock.class.getName());
    private static final int NAME_BYTES = 63;
    private static final int TRIES = 5;

    /** Holds the lock for as long as the server takes to answer a few questions. */
    static final String LOOK = "a look at what was left";

    private static final int TRIES_BEHIND_A_LOOK = 150;

    private static final String HOLDING = " JOIN pg_locks l USING (pid)"
            + " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
            + " AND l.classid::bigint = ? AND l.objid::bigint = ?"
            + " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())";

    private final PostgresConnections connections;
    private final Limits limits;
    private final String holder;
    private PostgresSession session;
    private int backend;
    private long heard = System.nanoTime();
    private boolean closed;

    /**
     * How the lock is kept.
     *
     * @param beat how often the server is asked whether it is still held
     * @param answer how long an answer may take
     * @param silence after how long without an answer the server is given up, and with it whoever waits for it
     */
    record Limits(Duration beat, Duration answer, Duration silence) {
        static final Limits USUAL = new Limits(Duration.ofSeconds(20), Duration.ofSeconds(10), Duration.ofMinutes(2));
    }

    private PostgresLock(PostgresConnections connections, Limits limits, String holder) throws SQLException {
        this.connections = connections;
        this.limits = limits;
        this.holder = holder;
        hold(connections.maintenance(limits.answer()));
    }

    static PostgresLock take(PostgresConnections connections, Limits limits, String holder) {
        PostgresLock lock;
        try {
            lock = new PostgresLock(connections, limits, holder);
        } catch (SQLException e) {
            throw failed(connections, e);
        }
        Thread keeper = new Thread(lock::keep, "lock-keeper");
        keeper.setDaemon(true);
        keeper.start();
        return lock;
    }

    /** Who holds the lock of the live database, by the name of the session; empty if nobody does. */
    static Optional<String> holder(PostgresSession session, long key) throws SQLException {
        return session.first(
                row -> row.getString(1),
                "SELECT a.application_name FROM pg_stat_activity a" + HOLDING,
                key >>> 32,
                key & 0xFFFF_FFFFL);
    }

    /**
     * Ends the session that holds the lock of the live database if {@code isDead} says so of its name, as whoever knows
     * for certain that its process is gone can; the server itself may need a minute to notice. Says whom it ended.
     */
    static Optional<String> endDead(PostgresSession session, long key, Predicate<String> isDead) throws SQLException {
        Optional<String> holder = holder(session, key).filter(isDead);
        if (holder.isPresent()) {
            session.texts(
                    "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a" + HOLDING
                            + " AND a.application_name = ?",
                    key >>> 32,
                    key & 0xFFFF_FFFFL,
                    holder.get());
        }
        return holder;
    }

    /**
     * Makes sure that the lock is still held. If its session died meanwhile, it is taken again.
     *
     * @throws RecoveryException RESTORE_ALREADY_RUNNING if somebody else took it first
     */
    synchronized void ensure() {
        if (closed) {
            return;
        }
        try {
            session.yes("SELECT true");
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.WARNING, "The session that held the lock is gone: {0}", e.getMessage());
            end();
            takeAgain();
        }
        heard = System.nanoTime();
    }

    /** The server may not have noticed yet that the old session is dead. */
    private void takeAgain() {
        int lost = backend;
        try (PostgresSession another = new PostgresSession(connections.maintenance(limits.answer()))) {
            another.limit(limits.answer());
            another.texts(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ? AND application_name = ?",
                    lost,
                    PostgresNames.cut(holder, NAME_BYTES));
            hold(connections.maintenance(limits.answer()));
        } catch (SQLException e) {
            throw failed(connections, e);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            release();
            end();
            notifyAll();
        }
    }

    private synchronized void keep() {
        try {
            while (!closed) {
                wait(limits.beat().toMillis());
                beat();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void beat() {
        try {
            ensure();
        } catch (RecoveryException e) {
            // the swap asks again and then fails with this; until then the load may go on
            LOG.log(System.Logger.Level.WARNING, "The lock could not be taken again: {0}", e.getMessage());
            if (System.nanoTime() - heard > limits.silence().toNanos()) {
                LOG.log(System.Logger.Level.WARNING, "The server is silent, so nobody waits for it any longer");
                connections.abortAll();
                heard = System.nanoTime();
            }
        }
    }

    /** Before the session ends, since the server sees that end a moment later than whoever comes next. */
    private void release() {
        try {
            session.texts("SELECT pg_advisory_unlock_all()");
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "The session of the lock was gone already", e);
        }
    }

    private void end() {
        try {
            session.close();
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "The session of the lock was gone already", e);
        }
    }

    private void hold(Connection connection) throws SQLException {
        PostgresSettings settings = connections.settings();
        long key = new PostgresNames(settings.database()).lockKey();
        PostgresSession fresh = new PostgresSession(connection);
        boolean held = false;
        try {
            fresh.limit(limits.answer());
            Poolers.refuse(fresh, settings);
            fresh.texts("SELECT set_config('application_name', ?, false)", PostgresNames.cut(holder, NAME_BYTES));
            held = fresh.yes("SELECT pg_try_advisory_lock(?)", key);
            for (int again = 0; !held && (again < TRIES || isLookedAt(fresh, key, again)); again++) {
                // the session of a process that was just killed needs a moment to end
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
                held = fresh.yes("SELECT pg_try_advisory_lock(?)", key);
            }
            if (!held) {
                throw taken(settings, holder(fresh, key));
            }
            session = fresh;
            backend = fresh.backend();
        } finally {
            if (!held) {
                closeQuietly(fresh);
            }
        }
    }

    private static boolean isLookedAt(PostgresSession session, long key, int tries) throws SQLException {
        return tries < TRIES_BEHIND_A_LOOK
                && holder(session, key).filter(LOOK::equals).isPresent();
    }

    private static RecoveryException failed(PostgresConnections connections, SQLException e) {
        return PostgresErrors.failed(
                ErrorCode.DATABASE_UNREACHABLE,
                "taking the lock",
                e,
                connections.settings().server());
    }

    private static RecoveryException taken(PostgresSettings settings, Optional<String> holder) {
        return problem(
                        RESTORE_ALREADY_RUNNING,
                        "another restore of '%s' on %s is running: %s",
                        settings.database(),
                        settings.server(),
                        holder.map(name -> "'" + name + "'").orElse("it has just ended"))
                .remedy(
                        "Wait until it has ended, or cancel it where it runs.",
                        "If that process is dead, end its session on the server with pg_terminate_backend.");
    }

    private static void closeQuietly(PostgresSession session) {
        try {
            session.close();
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "close", e);
        }
    }
}
