package recovery.core.target.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;

/** Short questions and statements on one connection, which it owns. For one thread, except {@link #cancel}. */
final class PostgresSession implements AutoCloseable {
    /** Makes a value of the row that the result stands on. */
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private static final String MEASURING = "SET row_security = off; SET search_path = pg_catalog";
    private static final String SAVEPOINT = "recovery_look";

    private static final System.Logger LOG = System.getLogger(PostgresSession.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Connection connection;
    private final Neighbours neighbours;
    private final AtomicReference<Statement> running = new AtomicReference<>();

    PostgresSession(Connection connection) {
        this(connection, Neighbours.NONE);
    }

    private PostgresSession(Connection connection, Neighbours neighbours) {
        this.connection = connection;
        this.neighbours = neighbours;
    }

    /**
     * A session on a copy to measure it with: functions of the dump that are named like the server's are not called, and
     * a policy on a table that would hide rows in silence is an error.
     */
    static PostgresSession measuring(PostgresConnections connections, String database) throws SQLException {
        PostgresSession session = new PostgresSession(connections.database(database));
        try {
            session.execute(MEASURING);
            return session;
        } catch (SQLException e) {
            session.close();
            throw e;
        }
    }

    /**
     * As {@link #measuring} over a connection that is in a transaction, which survives statements that fail. The connection
     * stays the caller's and is left as it was when this is closed.
     */
    static PostgresSession within(Connection connection, Neighbours neighbours) throws SQLException {
        PostgresSession session = new PostgresSession(connection, neighbours);
        session.execute(MEASURING);
        return session;
    }

    /** What is in this database besides what is to be looked at. */
    Neighbours neighbours() {
        return neighbours;
    }

    /** From now on an answer that takes longer than {@code limit} ends the connection. */
    void limit(Duration limit) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, (int) limit.toMillis());
    }

    /** Whether something between pretends to be the server: then this session may be another one at each statement. */
    boolean isPooled() throws SQLException {
        return connection.unwrap(PGConnection.class).getBackendPID() != backend();
    }

    <T> List<T> list(Row<T> reader, String sql, Object... values) throws SQLException {
        return guarded(() -> ask(reader, sql, values));
    }

    private <T> List<T> ask(Row<T> reader, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            running.set(statement);
            try (ResultSet rows = statement.executeQuery()) {
                List<T> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(reader.read(rows));
                }
                return found;
            } finally {
                running.set(null);
            }
        }
    }

    /** Empty if there is no row, or NULL in it. */
    <T> Optional<T> first(Row<T> reader, String sql, Object... values) throws SQLException {
        return list(reader, sql, values).stream()
                .limit(1)
                .filter(Objects::nonNull)
                .findFirst();
    }

    List<String> texts(String sql, Object... values) throws SQLException {
        return list(row -> row.getString(1), sql, values);
    }

    String text(String sql, Object... values) throws SQLException {
        return texts(sql, values).get(0);
    }

    boolean yes(String sql, Object... values) throws SQLException {
        return first(row -> row.getBoolean(1), sql, values).orElse(false);
    }

    long number(String sql, Object... values) throws SQLException {
        return first(row -> row.getLong(1), sql, values).orElse(0L);
    }

    /** Runs the statements, with semicolons between, and commits; on any failure nothing of it stays. */
    void inTransaction(String sql) throws SQLException {
        connection.setAutoCommit(false);
        try {
            execute(sql);
            connection.commit();
        } catch (SQLException e) {
            try {
                connection.rollback();
            } catch (SQLException rollback) {
                e.addSuppressed(rollback);
            }
            throw e;
        } finally {
            if (!connection.isClosed()) {
                connection.setAutoCommit(true);
            }
        }
    }

    /** One statement, or several with semicolons between. */
    void execute(String sql) throws SQLException {
        guarded(() -> {
            run(sql);
            return sql;
        });
    }

    private interface Work<T> {
        T done() throws SQLException;
    }

    private <T> T guarded(Work<T> work) throws SQLException {
        if (!neighbours.exist()) {
            return work.done();
        }
        run("SAVEPOINT " + SAVEPOINT);
        try {
            T result = work.done();
            run("RELEASE SAVEPOINT " + SAVEPOINT);
            return result;
        } catch (SQLException e) {
            if (!PostgresErrors.isConnectionLost(e)) {
                run("ROLLBACK TO SAVEPOINT " + SAVEPOINT);
            }
            throw e;
        }
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            running.set(statement);
            statement.execute(sql);
        } finally {
            running.set(null);
        }
    }

    /** Major version, e.g. 15. */
    int version() throws SQLException {
        return connection.getMetaData().getDatabaseMajorVersion();
    }

    int backend() throws SQLException {
        return (int) number("SELECT pg_backend_pid()");
    }

    /**
     * Stops the statement that runs, if one does; and if no answer comes because the network swallows everything, gives
     * the connection up after a while. Any thread may call.
     */
    void cancel() {
        Statement statement = running.get();
        if (statement != null) {
            Thread thread = new Thread(() -> stop(statement), "stop");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void stop(Statement statement) {
        try {
            statement.cancel();
        } catch (SQLException e) {
            // it ended by itself, or its connection did, and then it says so itself
            LOG.log(System.Logger.Level.DEBUG, "cancel", e);
        }
        LockSupport.parkNanos(PATIENCE.toNanos());
        try {
            if (running.get() == statement) {
                connection.abort(Runnable::run);
            }
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "abort", e);
        }
    }

    @Override
    public void close() throws SQLException {
        if (neighbours.exist()) {
            execute("RESET row_security; RESET search_path");
            return;
        }
        connection.close();
    }
}
