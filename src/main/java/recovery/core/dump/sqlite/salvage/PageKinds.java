package recovery.core.dump.sqlite.salvage;

import java.util.BitSet;
import recovery.core.layer.Cancellation;

/** Of every page whether it says that it belongs to a b-tree, and of which kind it is. */
final class PageKinds {
    private static final int SLICE = 1 << 20;

    private final BitSet tables = new BitSet();
    private final BitSet indexes = new BitSet();
    private final BitSet inner = new BitSet();

    /** Reads the whole file once. */
    PageKinds(Pages pages, Cancellation cancellation) {
        int size = pages.size();
        int inSlice = SLICE / size;
        int count = pages.count();
        for (int first = 1; first <= count && first > 0; first += inSlice) {
            cancellation.check();
            byte[] slice = pages.readAt((first - 1L) * size, SLICE);
            for (int i = 0; i < inSlice && first + i <= count; i++) {
                add(first + i, slice[i * size + (first + i == 1 ? 100 : 0)]);
            }
        }
    }

    private void add(int page, byte kind) {
        if (BtreePage.isKind(kind)) {
            boolean table = kind == BtreePage.TABLE_INNER || kind == BtreePage.TABLE_LEAF;
            (table ? tables : indexes).set(page);
            inner.set(page, kind == BtreePage.TABLE_INNER || kind == BtreePage.INDEX_INNER);
        }
    }

    boolean isTable(int page) {
        return tables.get(page);
    }

    boolean isIndex(int page) {
        return indexes.get(page);
    }

    boolean isInner(int page) {
        return inner.get(page);
    }

    /** The next page from there on that says to be a leaf of a table, or, if {@code index}, of an index; −1 at the end. */
    int nextLeaf(int from, boolean index) {
        BitSet family = index ? indexes : tables;
        int page = family.nextSetBit(from);
        while (page >= 0 && inner.get(page)) {
            page = family.nextSetBit(page + 1);
        }
        return page;
    }
}
