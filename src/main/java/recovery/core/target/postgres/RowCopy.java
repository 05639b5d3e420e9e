package recovery.core.target.postgres;

import java.sql.SQLException;
import org.postgresql.copy.CopyIn;
import recovery.core.dump.DumpPart;
import recovery.core.dump.RowBlock;

/**
 * One COPY of rows over one connection. Closed before {@link #end}, none of its rows stays. For one thread.
 *
 * <p>Frozen rows ("COPY … FREEZE" in the manual) are known to be visible to all, so that whoever reads an index need not
 * look into the table, and the server need not come back to each page. And with {@code wal_level = minimal} they are not
 * logged. The server allows it to the transaction that has emptied the table, so to one connection only.
 */
final class RowCopy implements AutoCloseable {
    private final LoadConnection connection;
    private final boolean own;
    private final CopyIn copy;

    /** @param own it has a transaction of its own, which others may add to */
    private RowCopy(LoadConnection connection, boolean own, CopyIn copy) {
        this.connection = connection;
        this.own = own;
        this.copy = copy;
    }

    static RowCopy plain(LoadConnection connection, DumpPart.Rows rows) throws SQLException {
        return new RowCopy(connection, false, connection.copyIn(rows, false));
    }

    /** In a transaction of its own, unless the dump has begun one. */
    static RowCopy together(LoadConnection connection, DumpPart.Rows rows) throws SQLException {
        boolean own = !connection.inTransaction();
        if (own) {
            connection.run("BEGIN");
        }
        return new RowCopy(connection, own, connection.copyIn(rows, false));
    }

    /** Into a table that is empty; as {@link #plain} if the server does not want it frozen. */
    static RowCopy frozen(LoadConnection connection, DumpPart.Rows rows) throws SQLException {
        connection.run("BEGIN");
        try {
            connection.run("TRUNCATE ONLY " + rows.table());
            return new RowCopy(connection, true, connection.copyIn(rows, true));
        } catch (SQLException e) {
            if (PostgresErrors.isConnectionLost(e) || PostgresErrors.isCancelled(e)) {
                throw e;
            }
            connection.run("ROLLBACK");
            return plain(connection, rows);
        }
    }

    void write(RowBlock block) throws SQLException {
        copy.writeToCopy(block.bytes(), 0, block.length());
    }

    /** How many rows the server has taken in this COPY; they last once {@link #commit} has returned. */
    long end() throws SQLException {
        return copy.endCopy();
    }

    /** Whether what notes the rows may stand in the transaction that brings them. */
    boolean isWithOthers() {
        return own || connection.inTransaction();
    }

    /** Makes the rows last; with them what {@code sql} does, if {@link #isWithOthers}. */
    void commit(String sql) throws SQLException {
        if (own) {
            connection.run(sql.isEmpty() ? "COMMIT" : sql + ";\nCOMMIT");
        } else if (!sql.isEmpty()) {
            connection.run(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        if (copy.isActive()) {
            copy.cancelCopy();
        }
        if (own && connection.inTransaction()) {
            connection.run("ROLLBACK");
        }
    }
}
