package recovery.core.target.postgres;

import java.io.IOException;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;
import recovery.core.dump.RowBlock;
import recovery.core.dump.RowSource;
import recovery.core.target.LoadWatch;

/** The rows of a live table. Must be read to the end; whoever stops before closes the connection. For one thread. */
final class CopyOutRows implements RowSource {
    private static final byte[] NOTHING = {};

    private final LiveSnapshot snapshot;
    private final LiveTable table;
    private final LoadWatch watch;
    private CopyOut copy;
    private byte[] row = NOTHING;
    private int used;
    private long count;

    CopyOutRows(LiveSnapshot snapshot, LiveTable table, LoadWatch watch) {
        this.snapshot = snapshot;
        this.table = table;
        this.watch = watch;
    }

    @Override
    public boolean read(RowBlock block) throws IOException {
        watch.cancellation().check();
        try {
            if (copy == null) {
                watch.object(table.name());
                copy = snapshot.connection()
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyOut(table.copyOut());
            }
            return fill(block);
        } catch (SQLException e) {
            watch.cancellation().check();
            throw snapshot.failed("reading " + table.name(), e);
        }
    }

    private boolean fill(RowBlock block) throws SQLException {
        byte[] bytes = block.bytes();
        int length = 0;
        long rows = 0;
        while (row != null && (used < row.length || next())) {
            int left = row.length - used;
            if (length > 0 && length + left > bytes.length) {
                break; // begins the next block
            }
            int taken = Math.min(left, bytes.length - length);
            System.arraycopy(row, used, bytes, length, taken);
            used += taken;
            length += taken;
            if (used < row.length) {
                break;
            }
            rows++;
        }
        block.set(length, rows, row != null && used > 0 && used < row.length);
        count += rows;
        watch.rows(rows);
        return length > 0;
    }

    /** The server sends each row by itself. */
    private boolean next() throws SQLException {
        row = copy.readFromCopy();
        used = 0;
        return row != null;
    }

    @Override
    public long rowCount() {
        return count;
    }
}
