package recovery.core.dump.sqlite.salvage;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a page hangs in its b-tree.
 *
 * @param root of the b-tree
 * @param parent 0 for the root
 * @param slot which child of its parent
 * @param page 0 if the parent does not tell any more
 * @param above rowids of the page are greater, in tables
 * @param most no rowid of the page is greater
 */
record Link(int root, int parent, int slot, int page, long above, long most) {
    static Link root(int root) {
        return new Link(root, 0, 0, root, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** The links to what lies below an inner page. */
    List<Link> below(BtreePage inner) {
        List<Link> links = new ArrayList<>();
        long from = above;
        int cells = inner.readableCells();
        for (int slot = 0; slot < cells; slot++) {
            Cell cell = inner.cell(slot);
            long to = inner.isTable() && cell != null ? cell.rowid() : most;
            links.add(new Link(root, page, slot, cell == null ? 0 : cell.child(), from, to));
            from = inner.isTable() && cell != null ? Math.max(from, to) : from;
        }
        links.add(new Link(root, page, cells, inner.lastChild(), from, most));
        return links;
    }

    /** Whether a page whose rowids are {@code range} can hang here. */
    boolean fits(Range range) {
        return range.inside(above, most);
    }
}
