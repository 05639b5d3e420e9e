package recovery.core.target.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;
import recovery.core.dump.DumpPart;

/**
 * One connection to the copy: runs statements as they are and carries rows. Decides nothing and counts nothing. For
 * one thread, except {@link #cancel}.
 */
final class LoadConnection implements AutoCloseable {
    private static final String SAVEPOINT = "recovery_load";

    private final BaseConnection connection;
    private final Statement statement;
    private final Neighbours neighbours;

    /** @param connection by pgjdbc, with preferQueryMode=simple and autocommit; stays open */
    LoadConnection(Connection connection) throws SQLException {
        this(connection, Neighbours.NONE);
    }

    /** With neighbours, {@code connection} is in the one transaction that holds everything, without autocommit. */
    LoadConnection(Connection connection, Neighbours neighbours) throws SQLException {
        this.neighbours = neighbours;
        this.connection = connection.unwrap(BaseConnection.class);
        statement = connection.createStatement();
        // Braces and question marks of the dump are not for the driver.
        statement.setEscapeProcessing(false);
    }

    /** The process of the server that works for this connection. */
    int backend() {
        return connection.getBackendPID();
    }

    /** Host and port, for people. */
    String server() {
        return connection.getQueryExecutor().getHostSpec().toString();
    }

    boolean inTransaction() {
        return connection.getTransactionState() != TransactionState.IDLE;
    }

    void run(String sql) throws SQLException {
        statement.execute(sql);
        ensureEnclosed();
    }

    /** What is in the database besides the copy. */
    Neighbours neighbours() {
        return neighbours;
    }

    /** The next statement would meet the live schemas by their names. */
    private void ensureEnclosed() throws SQLException {
        if (neighbours.exist() && !inTransaction()) {
            throw new SQLException("the statement ended the transaction of the load");
        }
    }

    /** Runs {@code sql}; a failure inside a transaction of the dump leaves that transaction usable. */
    void runOrUndo(String sql) throws SQLException {
        boolean inside = inTransaction();
        if (!inside) {
            run(sql);
            return;
        }
        run("SAVEPOINT " + SAVEPOINT);
        try {
            run(sql);
            // A COMMIT takes the savepoint with it.
            if (inTransaction()) {
                run("RELEASE SAVEPOINT " + SAVEPOINT);
            }
        } catch (SQLException e) {
            if (!PostgresErrors.isConnectionLost(e)) {
                run("ROLLBACK TO SAVEPOINT " + SAVEPOINT);
            }
            throw e;
        }
    }

    /** Sends several statements at once, outside of a transaction all or nothing; the rows each has changed. */
    List<Long> runTogether(String sql) throws SQLException {
        boolean inside = inTransaction();
        if (inside) {
            run("SAVEPOINT " + SAVEPOINT);
        }
        List<Long> counts = new ArrayList<>();
        try {
            boolean rows = statement.execute(sql);
            long count = statement.getLargeUpdateCount();
            while (rows || count >= 0) {
                counts.add(rows ? -1 : count);
                rows = statement.getMoreResults();
                count = statement.getLargeUpdateCount();
            }
        } catch (SQLException e) {
            if (inside && !PostgresErrors.isConnectionLost(e)) {
                run("ROLLBACK TO SAVEPOINT " + SAVEPOINT);
            }
            throw e;
        }
        ensureEnclosed();
        if (inside) {
            run("RELEASE SAVEPOINT " + SAVEPOINT);
        }
        return counts;
    }

    /** The first column of all rows. */
    List<String> values(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    Optional<String> value(String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
        }
    }

    /** Begins to carry rows over; to be ended, or cancelled on every other way out. */
    CopyIn copyIn(DumpPart.Rows rows, boolean frozen) throws SQLException {
        return connection.getCopyAPI().copyIn(copySql(rows, frozen));
    }

    /** Opens a large object for writing, in a transaction of its own. Closed before {@code finish}, nothing stays. */
    LargeObjectWriter largeObject(long oid) throws SQLException {
        return new LargeObjectWriter(oid);
    }

    /** One large object while it is written. */
    final class LargeObjectWriter implements AutoCloseable {
        private final boolean inside = inTransaction();
        private final LargeObject object;
        private boolean finished;

        private LargeObjectWriter(long oid) throws SQLException {
            if (!inside) {
                connection.setAutoCommit(false);
            }
            try {
                object = connection.getLargeObjectAPI().open(oid, LargeObjectManager.WRITE);
            } catch (SQLException e) {
                close();
                throw e;
            }
        }

        void write(byte[] bytes, int length) throws SQLException {
            object.write(bytes, 0, length);
        }

        /** Makes it last together with what {@code sql} does, if the server holds as many bytes as were written. */
        void finish(long bytes, String sql) throws SQLException {
            long stored = object.size64();
            object.close();
            if (stored != bytes) {
                throw new SQLException("the server holds %d bytes of %d".formatted(stored, bytes));
            }
            if (!sql.isEmpty()) {
                run(sql);
            }
            finished = true;
        }

        @Override
        public void close() throws SQLException {
            if (inside || connection.isClosed()) {
                return;
            }
            if (finished) {
                connection.commit();
            } else {
                connection.rollback();
            }
            connection.setAutoCommit(true);
        }
    }

    private static String copySql(DumpPart.Rows rows, boolean frozen) {
        List<String> options = new ArrayList<>();
        if (frozen) {
            options.add("FREEZE");
        }
        if (!rows.encoding().equalsIgnoreCase("UTF8")) {
            options.add("ENCODING '" + rows.encoding().replace("'", "''") + "'");
        }
        String with = options.isEmpty() ? "" : " WITH (" + String.join(", ", options) + ")";
        return "COPY " + rows.table() + " " + rows.columns() + " FROM STDIN" + with;
    }

    /** Stops what the server is doing for this connection. Any thread may call; a dead connection does not matter. */
    void cancel() {
        try {
            ((PGConnection) connection).cancelQuery();
        } catch (SQLException e) {
            System.getLogger(LoadConnection.class.getName())
                    .log(System.Logger.Level.DEBUG, "the running statement could not be cancelled", e);
        }
    }

    /** Ends the connection without a word to the server. Any thread may call. */
    void abort() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            System.getLogger(LoadConnection.class.getName()).log(System.Logger.Level.DEBUG, "abort", e);
        }
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
