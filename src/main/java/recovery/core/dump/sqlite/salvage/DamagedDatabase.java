package recovery.core.dump.sqlite.salvage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import recovery.core.layer.Cancellation;

/**
 * What can be read of a database file that may be damaged in any way, without SQLite: its definitions, the rows that a
 * root leads to, and then the rows on pages that nothing leads to. A row is taken for one of a table only if the
 * b-tree of the table, or the pointer map of an auto-vacuum database, leads to it; never by a guess. Rows that were deleted are
 * not looked for. Writes nothing, and needs about a byte of memory per page. For one thread, in the order: definitions, tables,
 * strays.
 *
 * <p>The layout is that of "Database File Format" of the SQLite project.
 */
public final class DamagedDatabase implements Closeable {
    private static final int SCHEMA_COLUMNS = 5;

    private final Pages pages;
    private final Cancellation cancellation;
    private final DamagedHeader header;
    private final PageKinds kinds;
    private final PointerMap map;
    private final RecordReader records;
    private final int longestRow;
    private final BitSet reached = new BitSet();
    private final List<SchemaEntry> schema;
    private final Forest forest;
    private final Payloads payloads;
    private boolean schemaLost;

    private DamagedDatabase(Pages pages, int longestRow, Cancellation cancellation) {
        this.pages = pages;
        this.longestRow = longestRow;
        this.cancellation = cancellation;
        this.header = new HeaderTrial(pages).find();
        this.kinds = new PageKinds(pages, cancellation);
        this.map = new PointerMap(pages, header);
        this.records = new RecordReader(header.encoding());
        this.schema = List.copyOf(readSchema());
        this.forest = forest();
        List<Integer> roots = new ArrayList<>(List.of(1));
        schema.stream().map(SchemaEntry::root).filter(root -> root > 1).forEach(roots::add);
        forest.plant(roots);
        this.payloads = new Payloads(pages, header.usable(), forest.claimed(), longestRow);
    }

    /** {@code longestRow}: bytes; longer rows are counted as lost. */
    public static DamagedDatabase open(Path file, int longestRow, Cancellation cancellation) throws IOException {
        Pages pages = Pages.open(file);
        try {
            return new DamagedDatabase(pages, longestRow, cancellation);
        } catch (RuntimeException | Error failed) {
            pages.close();
            throw failed;
        }
    }

    public DamagedHeader header() {
        return header;
    }

    /** The definitions, in the order of the file. */
    public List<SchemaEntry> schema() {
        return schema;
    }

    /** Not all definitions could be read. */
    public boolean schemaLost() {
        return schemaLost;
    }

    /**
     * Reads the rows that the root leads to.
     *
     * @param table rows are kept by rowid; false for WITHOUT ROWID
     * @param columns how many values a row of the table has at most
     */
    public Lost rows(int root, boolean table, int columns, RowSink sink) {
        TreeWalk walk = walk(forest, columns, sink);
        walk.walk(root, table);
        return walk.lost();
    }

    private TreeWalk walk(Forest trees, int columns, RowSink sink) {
        Payloads own = trees == forest ? payloads : new Payloads(pages, header.usable(), trees.claimed(), longestRow);
        return new TreeWalk(trees, own, records, reached, cancellation, columns, sink);
    }

    /**
     * Reads the pages with rows that nothing leads to. Every row goes to {@link RowSink#remains}; its root is that of the table
     * it belongs to if the pointer map knows it, else 0.
     *
     * @param indexed roots of tables WITHOUT ROWID that have lost pages: rows on pages of indexes too, if they may be theirs
     * @return the pages
     */
    public long strays(Set<Integer> indexed, RowSink sink) {
        BitSet free = FreePages.of(pages, header, forest.claimed());
        long found = 0;
        for (int number = kinds.nextLeaf(2, false); number > 0; number = kinds.nextLeaf(number + 1, false)) {
            found += stray(number, free, sink) ? 1 : 0;
        }
        for (int number = indexed.isEmpty() ? -1 : kinds.nextLeaf(2, true);
                number > 0;
                number = kinds.nextLeaf(number + 1, true)) {
            int root = map.rootOf(number);
            boolean possible = !forest.claimed().get(number) && (root == 0 || indexed.contains(root));
            found += possible && stray(number, free, sink) ? 1 : 0;
        }
        return found;
    }

    private boolean stray(int number, BitSet free, RowSink sink) {
        cancellation.check();
        boolean open = !reached.get(number)
                && !free.get(number)
                && !payloads.used().get(number)
                && !map.isReserved(number)
                && isLeaf(forest.page(number));
        if (open) {
            reached.set(number);
            strayRows(number, sink);
        }
        return open;
    }

    private void strayRows(int number, RowSink sink) {
        TreeWalk walk = walk(forest, Integer.MAX_VALUE, Strays.to(sink));
        walk.rows(map.rootOf(number), forest.page(number));
    }

    /** Most of it has to be rows, since any bytes can begin like a leaf. */
    private boolean isLeaf(BtreePage page) {
        long rows = LeafCells.of(page).cells().stream()
                .filter(cell -> records.isRecord(page.bytes(), cell))
                .count();
        return 2 * rows > page.cells();
    }

    private Forest forest() {
        return new Forest(pages, header.usable(), kinds, map, cancellation);
    }

    private List<SchemaEntry> readSchema() {
        Forest alone = forest();
        alone.plant(List.of(1));
        SchemaRows rows = new SchemaRows();
        TreeWalk walk = walk(alone, SCHEMA_COLUMNS, rows);
        walk.walk(1, true);
        Set<SchemaEntry> all = new LinkedHashSet<>(rows.entries());
        schemaLost = !walk.lost().nothing() || rows.others() > 0;
        if (schemaLost) {
            all.addAll(strayDefinitions(alone));
        }
        return List.copyOf(all);
    }

    /** Pages with nothing but definitions on them, which only the schema has. */
    private List<SchemaEntry> strayDefinitions(Forest alone) {
        List<SchemaEntry> found = new ArrayList<>();
        BitSet free = FreePages.of(pages, header, alone.claimed());
        for (int number = kinds.nextLeaf(2, false); number > 0; number = kinds.nextLeaf(number + 1, false)) {
            cancellation.check();
            if (!reached.get(number) && !free.get(number) && !map.isReserved(number)) {
                SchemaRows rows = new SchemaRows();
                walk(alone, SCHEMA_COLUMNS, rows).rows(1, alone.page(number));
                if (!rows.entries().isEmpty() && rows.others() == 0) {
                    found.addAll(rows.entries());
                    reached.set(number);
                }
            }
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        pages.close();
    }
}
