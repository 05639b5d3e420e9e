package recovery.core.dump.sqlite.salvage;

/** The rowids on a page of a table, in their order. A few of them may be wrong. */
final class Range {
    private final long[] rowids;
    private final int count;

    private Range(long[] rowids, int count) {
        this.rowids = rowids;
        this.count = count;
    }

    static Range of(BtreePage page) {
        long[] rowids = new long[page.readableCells()];
        int count = 0;
        for (int index = 0; index < rowids.length; index++) {
            Cell cell = page.cell(index);
            if (cell != null) {
                rowids[count++] = cell.rowid();
            }
        }
        return new Range(rowids, count);
    }

    boolean isEmpty() {
        return count == 0;
    }

    long first() {
        return rowids[0];
    }

    long last() {
        return rowids[count - 1];
    }

    /** Whether more than half of them are greater than {@code above} and not greater than {@code most}. */
    boolean inside(long above, long most) {
        int inside = 0;
        for (int i = 0; i < count; i++) {
            inside += (rowids[i] > above || above == Long.MIN_VALUE) && rowids[i] <= most ? 1 : 0;
        }
        return 2 * inside > count;
    }
}
