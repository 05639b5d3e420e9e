package recovery.core.dump;

/**
 * A reusable buffer of rows: whole rows with their line feeds, so that blocks of one table may go over different
 * connections. Only a row longer than the buffer comes in several blocks; then {@link #endsInRow} is true for all
 * but the last, and they must go over one connection in their order.
 */
public final class RowBlock {
    private final byte[] bytes;
    private int length;
    private long rows;
    private boolean endsInRow;

    public RowBlock(int capacityBytes) {
        bytes = new byte[capacityBytes];
    }

    /** The buffer itself, valid up to {@link #length}. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    /** Rows that end in this block. */
    public long rows() {
        return rows;
    }

    /** The last row goes on in the next block. */
    public boolean endsInRow() {
        return endsInRow;
    }

    /** For the reader that filled {@link #bytes}. */
    public void set(int newLength, long newRows, boolean newEndsInRow) {
        length = newLength;
        rows = newRows;
        endsInRow = newEndsInRow;
    }
}
