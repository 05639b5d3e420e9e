package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.RESTORE_ALREADY_RUNNING;
import static recovery.core.error.RecoveryException.problem;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.target.Target.TargetLock;

/**
 * An advisory lock on a session of its own in the maintenance database. The session carries the holder as its name, so
 * others can see who it is; when the process dies the server gives the lock back by itself.
 */
final class PostgresLock implements TargetLock {
    private static final System.Logger LOG = System.getLogger(PostgresLock.class.getName());
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);
    private static final int NAME_BYTES = 63;
    private static final int TRIES = 5;

    private final PostgresConnections connections;
    private final String holder;
    private PostgresSession session;
    private boolean closed;

    private PostgresLock(PostgresConnections connections, String holder, PostgresSession session) {
        this.connections = connections;
        this.holder = holder;
        this.session = session;
    }

    static PostgresLock take(PostgresConnections connections, String holder) {
        PostgresLock lock = new PostgresLock(connections, holder, locked(connections, holder));
        Thread keeper = new Thread(lock::keep, "lock-keeper");
        keeper.setDaemon(true);
        keeper.start();
        return lock;
    }

    /** Who holds the lock of the live database, by the name of the session; empty if nobody does. */
    static Optional<String> holder(PostgresSession session, long key) throws SQLException {
        return session.first(
                row -> row.getString(1),
                "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                        + " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
                        + " AND l.classid::bigint = ? AND l.objid::bigint = ?"
                        + " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
                key >>> 32,
                key & 0xFFFF_FFFFL);
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
            session = locked(connections, holder);
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
                wait(KEEP_ALIVE.toMillis());
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

    private static PostgresSession locked(PostgresConnections connections, String holder) {
        PostgresSettings settings = connections.settings();
        long key = new PostgresNames(settings.database()).lockKey();
        PostgresSession session = null;
        boolean held = false;
        try {
            session = new PostgresSession(connections.maintenance());
            // the server must notice within a minute that this host lost its power
            session.texts(
                    "SELECT set_config('application_name', ?, false), set_config('tcp_keepalives_idle', '20', false),"
                            + " set_config('tcp_keepalives_interval', '10', false),"
                            + " set_config('tcp_keepalives_count', '3', false)",
                    PostgresNames.cut(holder, NAME_BYTES));
            held = session.yes("SELECT pg_try_advisory_lock(?)", key);
            for (int again = 0; !held && again < TRIES; again++) {
                // the session of a process that was just killed needs a moment to end
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
                held = session.yes("SELECT pg_try_advisory_lock(?)", key);
            }
            if (!held) {
                throw taken(settings, holder(session, key));
            }
            return session;
        } catch (SQLException e) {
            throw PostgresErrors.failed(ErrorCode.DATABASE_UNREACHABLE, "taking the lock", e, settings.server());
        } finally {
            if (session != null && !held) {
                closeQuietly(session);
            }
        }
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
