package recovery.core.dump.sqlite;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * The b-trees of a database file, gathered page by page in the order of the file: of every page its kind and how many
 * cells it has (two bytes), of inner pages the children too, of the schema's pages everything. A page that is none of
 * these gives nonsense, which nobody asks for, because only what the roots lead to is counted.
 *
 * <pre>
 * page: 0 kind (2, 5 inner; 10, 13 leaf; 2, 10 index; 5, 13 table)   3 cells (2 bytes)
 *       8 last child (4 bytes, inner pages)                          8 or 12 cell pointers (2 bytes each)
 * the header of page 1 begins at byte 100
 * </pre>
 */
final class PageMap {
    private static final int INDEX_INNER = 2;
    private static final int TABLE_INNER = 5;
    private static final int INDEX_LEAF = 10;
    private static final int TABLE_LEAF = 13;

    /** 64 GB of usual pages; in a larger file rows are not counted. */
    private static final int COUNTED_PAGES = 1 << 24;

    private static final int SCHEMA_PAGES = 10_000;

    /** What full text and spatial indexes keep their data in. */
    private static final Set<String> SHADOWS = Set.of(
            "data", "idx", "content", "docsize", "config", "segments", "segdir", "stat", "node", "rowid", "parent");

    private final SqliteHeader header;
    private final Map<Integer, int[]> children = new HashMap<>();
    private final Map<Integer, byte[]> schemaPages = new TreeMap<>();
    private final Set<Integer> wanted = new HashSet<>(Set.of(1));
    private short[] kinds = new short[1024];
    private int pages;
    private boolean schemaMissed;

    PageMap(SqliteHeader header) {
        this.header = header;
    }

    /** The next page of the file; the array may be reused. */
    void add(byte[] page) {
        if (pages >= COUNTED_PAGES) {
            return;
        }
        pages++;
        int begin = pages == 1 ? SqliteHeader.LENGTH : 0;
        int kind = page[begin];
        int cells = ByteBuffer.wrap(page).getShort(begin + 3) & 0xFFFF;
        if (pages >= kinds.length) {
            kinds = Arrays.copyOf(kinds, kinds.length * 2);
        }
        kinds[pages] = (short) (cells << 2 | code(kind));
        if (kind == INDEX_INNER || kind == TABLE_INNER) {
            children.put(pages, children(page, begin, cells));
        }
        if (wanted.remove(pages)) {
            keepSchema(page, kind);
        }
    }

    /** Pages of the schema have not been met yet. */
    boolean wantsMore() {
        return !wanted.isEmpty();
    }

    /** The tables; {@code counted}: every page was added. */
    List<SqliteContent.Table> tables(boolean counted) {
        boolean known = counted && pages < COUNTED_PAGES;
        List<SchemaRow> schema = schema();
        List<String> virtual = schema.stream()
                .filter(SchemaRow::isVirtual)
                .map(SchemaRow::name)
                .toList();
        List<SqliteContent.Table> tables = new ArrayList<>();
        for (SchemaRow row : schema) {
            if (row.isTable()
                    && !row.name().startsWith("sqlite_")
                    && virtual.stream().noneMatch(row::isShadowOf)) {
                OptionalLong rows = known && row.root() > 0 ? rows(row.root()) : OptionalLong.empty();
                tables.add(new SqliteContent.Table(SqliteNames.asSql(row.name()), rows));
            }
        }
        return tables;
    }

    private List<SchemaRow> schema() {
        List<SchemaRow> rows = new ArrayList<>();
        schemaPages.forEach(
                (number, page) -> rows.addAll(SchemaRow.of(page, number == 1 ? SqliteHeader.LENGTH : 0, header)));
        return rows;
    }

    private void keepSchema(byte[] page, int kind) {
        if (kind == TABLE_LEAF && schemaPages.size() < SCHEMA_PAGES) {
            schemaPages.put(pages, page.clone());
        } else if (kind == TABLE_INNER) {
            for (int child : children.get(pages)) {
                if (child > pages) {
                    wanted.add(child);
                } else {
                    schemaMissed = true;
                }
            }
        }
    }

    /** Every page of the schema was met; not if one came before the page that leads to it. */
    boolean knowsSchema() {
        return !schemaMissed && wanted.isEmpty();
    }

    private int[] children(byte[] page, int begin, int cells) {
        ByteBuffer bytes = ByteBuffer.wrap(page);
        int[] found = new int[Math.min(cells, page.length / 6) + 1];
        int count = 0;
        for (int cell = 0; cell < found.length - 1; cell++) {
            int pointer = begin + 12 + 2 * cell;
            int at = pointer + 2 <= page.length ? bytes.getShort(pointer) & 0xFFFF : page.length;
            if (at + 4 > page.length) {
                return new int[0];
            }
            found[count++] = bytes.getInt(at);
        }
        found[count] = bytes.getInt(begin + 8);
        return found;
    }

    /** Rows of the b-tree: the cells of its leaves, and in an index (WITHOUT ROWID) those of its inner pages too. */
    private OptionalLong rows(int root) {
        BitSet seen = new BitSet();
        Deque<Integer> open = new ArrayDeque<>(List.of(root));
        long rows = 0;
        while (!open.isEmpty()) {
            int page = open.pop();
            if (page < 1 || page > pages || seen.get(page) || (kinds[page] & 3) == code(0)) {
                return OptionalLong.empty();
            }
            seen.set(page);
            int[] below = children.get(page);
            if (below == null || (kinds[page] & 3) == code(INDEX_INNER)) {
                rows += (kinds[page] & 0xFFFF) >> 2;
            }
            for (int child : below == null ? new int[0] : below) {
                open.push(child);
            }
        }
        return OptionalLong.of(rows);
    }

    private static int code(int kind) {
        return switch (kind) {
            case INDEX_INNER -> 1;
            case TABLE_INNER -> 2;
            case INDEX_LEAF, TABLE_LEAF -> 3;
            default -> 0;
        };
    }

    static boolean isShadowSuffix(String suffix) {
        return SHADOWS.contains(suffix);
    }
}
