package recovery.core.target.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import recovery.core.dump.sqlite.InsertRows;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadWatch;

/** Runs a prepared INSERT once for each row; the same one as long as the rows are of the same form. */
final class RowInserts implements AutoCloseable {
    private final Connection connection;
    private final LoadWatch watch;
    private String sql = "";
    private PreparedStatement insert;

    RowInserts(Connection connection, LoadWatch watch) {
        this.connection = connection;
        this.watch = watch;
    }

    /**
     * Runs all of them or throws what SQLite said about the one that it refused.
     *
     * @param changesOnce each row is one change, so that SQLite's own count tells which row was refused
     */
    void run(InsertRows rows, boolean changesOnce) {
        try {
            prepare(rows.sql());
        } catch (SQLException failed) {
            throw refused(failed, rows, 0);
        }
        if (changesOnce) {
            together(rows);
        } else {
            oneByOne(rows);
        }
    }

    private void prepare(String wanted) throws SQLException {
        if (!wanted.equals(sql)) {
            close();
            insert = connection.prepareStatement(wanted);
            sql = wanted;
        }
    }

    private void together(InsertRows rows) {
        long before = -1;
        try {
            before = changes();
            for (int row = 0; row < rows.count(); row++) {
                bind(rows, row);
                insert.addBatch();
            }
            insert.executeBatch();
        } catch (SQLException failed) {
            watch.cancellation().check();
            throw refused(failed, rows, before < 0 ? 0 : done(failed, before));
        }
    }

    private void oneByOne(InsertRows rows) {
        for (int row = 0; row < rows.count(); row++) {
            try {
                bind(rows, row);
                insert.executeUpdate();
            } catch (SQLException failed) {
                watch.cancellation().check();
                throw refused(failed, rows, row);
            }
        }
    }

    private void bind(InsertRows rows, int row) throws SQLException {
        for (int column = 0; column < rows.columns(); column++) {
            insert.setObject(column + 1, rows.value(row, column));
        }
    }

    private int done(SQLException failed, long before) {
        try {
            return Math.toIntExact(changes() - before);
        } catch (SQLException unknown) {
            failed.addSuppressed(unknown);
            return 0;
        }
    }

    private long changes() throws SQLException {
        return SqliteConnections.number(connection, "SELECT total_changes()");
    }

    private static RecoveryException refused(SQLException failed, InsertRows rows, int row) {
        return ScriptLoad.refused(failed, rows.line(row), rows.line(row), rows.position(row));
    }

    /** Closes the statement; the next rows prepare another one. */
    @Override
    public void close() throws SQLException {
        if (insert != null) {
            insert.close();
            insert = null;
            sql = "";
        }
    }
}
