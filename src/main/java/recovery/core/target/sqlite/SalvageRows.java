package recovery.core.target.sqlite;

import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import recovery.core.dump.sqlite.SqliteNames;
import recovery.core.dump.sqlite.salvage.Lost;
import recovery.core.dump.sqlite.salvage.RowSink;
import recovery.core.dump.sqlite.salvage.SalvagedRow;
import recovery.core.target.LoadWatch;
import recovery.core.target.Salvage;

/** Puts rows into their table; what it does not take goes to those that have none, and counts as lost. */
final class SalvageRows implements RowSink, AutoCloseable {
    private static final int TOLD_ROWS = 1_000;

    private final SalvageTable table;
    private final LostAndFound lostAndFound;
    private final LoadWatch watch;
    private long saved;
    private long refused;
    private long found;
    private int untold;

    SalvageRows(SalvageTable table, LostAndFound lostAndFound, LoadWatch watch) {
        this.table = table;
        this.lostAndFound = lostAndFound;
        this.watch = watch;
    }

    SalvageTable table() {
        return table;
    }

    @Override
    public void row(SalvagedRow row) {
        try {
            if (insert(row)) {
                saved++;
            } else {
                refused++;
                lostAndFound.insert(row);
            }
        } catch (SQLException failed) {
            throw new SalvageStopped(failed);
        }
    }

    /** A row of this table that its b-tree does not lead to; one that is lost already if it is not taken. */
    void found(SalvagedRow row) throws SQLException {
        boolean fits = row.whole()
                && row.rowid().isPresent() == table.withRowid()
                && row.values().size() <= table.columns();
        if (fits && insert(row)) {
            saved++;
            found++;
        } else {
            lostAndFound.insert(row);
        }
    }

    @Override
    public void remains(SalvagedRow row) {
        try {
            lostAndFound.insert(row);
        } catch (SQLException failed) {
            throw new SalvageStopped(failed);
        }
    }

    private boolean insert(SalvagedRow row) throws SQLException {
        try {
            table.insert(row);
            tell();
            return true;
        } catch (SQLException failed) {
            if (isRefusal(failed)) {
                return false;
            }
            throw failed;
        }
    }

    private void tell() {
        untold++;
        if (untold == TOLD_ROWS) {
            watch.rows(untold);
            watch.cancellation().check();
            untold = 0;
        }
    }

    /** A constraint of the table, or a value it cannot have. */
    private static boolean isRefusal(SQLException failed) {
        int primary = failed instanceof SQLiteException sqlite ? sqlite.getResultCode().code & 0xFF : 0;
        return primary == SQLiteErrorCode.SQLITE_CONSTRAINT.code
                || primary == SQLiteErrorCode.SQLITE_MISMATCH.code
                || primary == SQLiteErrorCode.SQLITE_TOOBIG.code
                || primary == SQLiteErrorCode.SQLITE_ERROR.code;
    }

    Salvage.Table result(Lost lost) {
        return new Salvage.Table(
                SqliteNames.asSql(table.name()),
                saved,
                lost.rows() + refused,
                lost.pages(),
                Math.max(0, lost.rowsOnPages() - found),
                lost.unknown());
    }

    @Override
    public void close() throws SQLException {
        watch.rows(untold);
        untold = 0;
        table.close();
    }
}
