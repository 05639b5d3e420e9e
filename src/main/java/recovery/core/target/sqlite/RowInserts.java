package recovery.core.target.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import recovery.core.dump.sqlite.InsertRows;
import recovery.core.dump.sqlite.SqliteNames;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadWatch;

/** Runs prepared INSERTs; the same ones as long as the rows are of the same form. */
final class RowInserts implements AutoCloseable {
    /** One statement for so many rows: what it costs to begin and end a statement is then no longer seen. */
    private static final int GROUP = 50;

    private static final int MOST_PARAMETERS = 32_766;

    private final Connection connection;
    private final LoadWatch watch;
    private final Prepared group = new Prepared();
    private final Prepared single = new Prepared();

    RowInserts(Connection connection, LoadWatch watch) {
        this.connection = connection;
        this.watch = watch;
    }

    /**
     * Runs all of them, many with one statement, or throws what SQLite said about the one that it refused: the rows
     * before it stay, since nothing is taken back without a journal, and so the table tells which one that was.
     *
     * @param before how many rows the table has
     */
    void runTogether(InsertRows rows, long before) {
        int size = Math.min(GROUP, MOST_PARAMETERS / rows.columns());
        int grouped = rows.count() - rows.count() % size;
        try {
            group.run(rows, 0, grouped, size);
            single.run(rows, grouped, rows.count(), 1);
        } catch (SQLException failed) {
            watch.cancellation().check();
            throw refused(failed, rows, before);
        }
    }

    /** Runs one after the other, or throws what SQLite said about the one that it refused. */
    void runOneByOne(InsertRows rows) {
        for (int row = 0; row < rows.count(); row++) {
            try {
                single.run(rows, row, row + 1, 1);
            } catch (SQLException failed) {
                watch.cancellation().check();
                throw ScriptLoad.refused(failed, rows.line(row), rows.line(row), rows.position(row));
            }
        }
    }

    private RecoveryException refused(SQLException failed, InsertRows rows, long before) {
        long row = -1;
        try {
            String table = SqliteNames.quoted(rows.entry().name());
            row = SqliteConnections.number(connection, "SELECT count(*) FROM main." + table) - before;
        } catch (SQLException unknown) {
            failed.addSuppressed(unknown);
        }
        boolean known = row >= 0 && row < rows.count();
        int first = known ? (int) row : 0;
        int last = known ? (int) row : rows.count() - 1;
        return ScriptLoad.refused(failed, rows.line(first), rows.line(last), rows.position(first));
    }

    @Override
    public void close() throws SQLException {
        try (group;
                single) {
            // both, also if one fails
        }
    }

    /** A statement that inserts a fixed number of rows. */
    private final class Prepared implements AutoCloseable {
        private String sql = "";
        private PreparedStatement insert;

        /** {@code to - from} is a multiple of {@code size}. */
        void run(InsertRows rows, int from, int to, int size) throws SQLException {
            if (from == to) {
                return;
            }
            prepare(rows.sql(size));
            int columns = rows.columns();
            for (int row = from; row < to; row++) {
                int offset = (row - from) % size * columns + 1;
                for (int column = 0; column < columns; column++) {
                    insert.setObject(offset + column, rows.value(row, column));
                }
                if ((row + 1 - from) % size == 0) {
                    insert.addBatch();
                }
            }
            insert.executeBatch();
        }

        private void prepare(String wanted) throws SQLException {
            if (!wanted.equals(sql)) {
                close();
                insert = connection.prepareStatement(wanted);
                sql = wanted;
            }
        }

        @Override
        public void close() throws SQLException {
            if (insert != null) {
                insert.close();
                insert = null;
                sql = "";
            }
        }
    }
}
