package recovery.core.dump.sqlite.salvage;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import recovery.core.layer.Cancellation;

/** Reads the rows of one b-tree, in their order, and counts what it does not find. For one walk. */
final class TreeWalk {
    private final Forest forest;
    private final Payloads payloads;
    private final RecordReader records;
    private final BitSet reached;
    private final Cancellation cancellation;
    private final int columns;
    private final RowSink sink;

    private long rows;
    private long leaves;
    private long lostRows;
    private long lostPages;
    private long tooLong;
    private boolean unknown;
    private long last = Long.MIN_VALUE;

    /** {@code columns}: a row with more values is none of the table. */
    TreeWalk(
            Forest forest,
            Payloads payloads,
            RecordReader records,
            BitSet reached,
            Cancellation cancellation,
            int columns,
            RowSink sink) {
        this.forest = forest;
        this.payloads = payloads;
        this.records = records;
        this.reached = reached;
        this.cancellation = cancellation;
        this.columns = columns;
        this.sink = sink;
    }

    /** {@code table}: rows are kept by rowid and not in an index. */
    void walk(int root, boolean table) {
        Deque<Link> open = new ArrayDeque<>(List.of(Link.root(root)));
        while (!open.isEmpty()) {
            Link link = open.pop();
            boolean here = forest.isPossible(link.page(), table)
                    && forest.belongs(link)
                    && !reached.get(link.page())
                    && isInPlace(link, open.peek(), table);
            if (here) {
                reached.set(link.page());
                take(link, open);
            } else {
                lostPages++;
                unknown |= link.parent() == 0 || !leavesAround(link);
            }
        }
    }

    private void take(Link link, Deque<Link> open) {
        BtreePage page = forest.page(link.page());
        if (page.isInner()) {
            cancellation.check();
            List<Link> below = link.below(page);
            Collections.reverse(below);
            below.forEach(open::push);
            // a cell count that is too large or too small
            unknown |= page.readableCells() < page.cells() || page.cells() == 0;
        }
        if (page.kind() != BtreePage.TABLE_INNER) {
            rows(link.root(), page);
        }
    }

    /** A pointer that damage made lead to a page of another table is met by rowids that do not fit. */
    private boolean isInPlace(Link link, Link next, boolean table) {
        if (!table || link.parent() == 0) {
            return true;
        }
        Range range = Range.of(forest.page(link.page()));
        if (range.isEmpty() || link.fits(range)) {
            return !range.isEmpty();
        }
        // or damage is in the rowids that the parent names, and the page lies between its neighbours
        boolean behind = last == Long.MIN_VALUE || range.first() > last;
        if (next == null || next.parent() != link.parent() || !forest.isPossible(next.page(), true)) {
            return behind && range.inside(last, link.most());
        }
        Range following = Range.of(forest.page(next.page()));
        return behind && !following.isEmpty() && range.last() < following.first() && range.inside(last, link.most());
    }

    /** Whether what hangs beside it are leaves, so that one page is lost and no more. */
    private boolean leavesAround(Link link) {
        BtreePage parent = forest.page(link.parent());
        return Link.root(link.parent()).below(parent).stream()
                .anyMatch(other -> forest.isPossible(other.page(), parent.isTable()) && forest.isLeaf(other.page()));
    }

    /** The rows on one page. */
    void rows(int root, BtreePage page) {
        LeafCells cells = LeafCells.of(page);
        leaves += page.isInner() ? 0 : 1;
        lostRows += cells.lost();
        for (Cell cell : cells.cells()) {
            row(root, page, cell);
        }
    }

    private void row(int root, BtreePage page, Cell cell) {
        Payloads.Payload payload = payloads.of(page, cell);
        List<Object> values = records.values(payload.bytes(), payload.present(), cell.payload());
        boolean mine = values != null && payload.whole() && values.size() <= columns;
        if (mine) {
            rows++;
            last = cell.rowid();
        } else {
            lostRows++;
            tooLong += payloads.isTooLong(cell) && values != null ? 1 : 0;
        }
        if (values != null) {
            OptionalLong rowid = page.isTable() ? OptionalLong.of(cell.rowid()) : OptionalLong.empty();
            SalvagedRow row = new SalvagedRow(root, page.number(), rowid, values, payload.whole());
            if (mine) {
                sink.row(row);
            } else {
                sink.remains(row);
            }
        }
    }

    Lost lost() {
        long average = leaves == 0 ? 0 : (rows + leaves - 1) / leaves;
        return new Lost(lostRows, lostPages, lostPages * average, unknown, tooLong);
    }
}
