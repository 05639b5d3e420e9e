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
    private final boolean frozen;
    private final CopyIn copy;

    private RowCopy(LoadConnection connection, boolean frozen, CopyIn copy) {
        this.connection = connection;
        this.frozen = frozen;
        this.copy = copy;
    }

    static RowCopy plain(LoadConnection connection, DumpPart.Rows rows) throws SQLException {
        return new RowCopy(connection, false, connection.copyIn(rows, false));
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

    void commit() throws SQLException {
        if (frozen) {
            connection.run("COMMIT");
        }
    }

    @Override
    public void close() throws SQLException {
        if (copy.isActive()) {
            copy.cancelCopy();
        }
        if (frozen && connection.inTransaction()) {
            connection.run("ROLLBACK");
        }
    }
}
