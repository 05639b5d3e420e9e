package recovery.core.dump.sqlite.salvage;

/**
 * What could not be read of a table, as far as the file tells.
 *
 * @param rows the file has a place for them, and what stands there is no row of the table
 * @param pages that belong to the table, and hold something else or nothing
 * @param rowsOnPages how many rows that many pages have on average; 0 if none can be read to tell
 * @param unknown pages are lost that led to others, so that nobody can tell how many rows there were
 * @param tooLong of {@code rows} those that are too long for this program's memory
 */
public record Lost(long rows, long pages, long rowsOnPages, boolean unknown, long tooLong) {
    public boolean nothing() {
        return rows == 0 && pages == 0 && !unknown;
    }
}
