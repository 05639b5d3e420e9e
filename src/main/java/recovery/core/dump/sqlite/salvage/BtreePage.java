package recovery.core.dump.sqlite.salvage;

import java.nio.ByteBuffer;

/**
 * A page taken for one of a b-tree, whether it is or not.
 *
 * <pre>
 * page: 0 kind (2, 5 inner; 10, 13 leaf; 2, 10 index; 5, 13 table)   3 cells (2 bytes)
 *       8 last child (4 bytes, inner pages)                          8 or 12 cell pointers (2 bytes each)
 * the header of page 1 begins at byte 100
 * cell: [child (4 bytes), inner pages] [payload (varint), all but inner pages of tables] [rowid (varint), tables]
 *       [record, as much as has room] [first overflow page (4 bytes)]
 * </pre>
 */
final class BtreePage {
    static final int INDEX_INNER = 2;
    static final int TABLE_INNER = 5;
    static final int INDEX_LEAF = 10;
    static final int TABLE_LEAF = 13;

    private final int number;
    private final byte[] bytes;
    private final int begin;
    private final int usable;
    private final int kind;
    private final int cells;

    BtreePage(int number, byte[] bytes, int usable) {
        this.number = number;
        this.bytes = bytes;
        this.usable = usable;
        this.begin = number == 1 ? 100 : 0;
        this.kind = isKind(bytes[begin]) ? bytes[begin] : 0;
        this.cells = ByteBuffer.wrap(bytes).getShort(begin + 3) & 0xFFFF;
    }

    static boolean isKind(int kind) {
        return kind == INDEX_INNER || kind == TABLE_INNER || kind == INDEX_LEAF || kind == TABLE_LEAF;
    }

    int number() {
        return number;
    }

    /** One of the four kinds; 0 if it is no page of a b-tree. */
    int kind() {
        return kind;
    }

    byte[] bytes() {
        return bytes;
    }

    boolean isInner() {
        return kind == INDEX_INNER || kind == TABLE_INNER;
    }

    boolean isTable() {
        return kind == TABLE_INNER || kind == TABLE_LEAF;
    }

    private int firstPointer() {
        return begin + (isInner() ? 12 : 8);
    }

    /** How many cells the page says to have. */
    int cells() {
        return cells;
    }

    /** How many of them can have a pointer on the page at all. */
    int readableCells() {
        return Math.min(cells, Math.max(0, (usable - firstPointer()) / 2));
    }

    int lastChild() {
        return ByteBuffer.wrap(bytes).getInt(begin + 8);
    }

    /** The cell, or null if it cannot be one. */
    Cell cell(int index) {
        int pointer = firstPointer() + 2 * index;
        int at = ByteBuffer.wrap(bytes).getShort(pointer) & 0xFFFF;
        // a pointer of two bytes cannot name the place behind the last byte of the largest page, which holds no cell
        if (at < firstPointer() + 2 * readableCells() || at >= usable) {
            return null;
        }
        Cursor cursor = new Cursor(bytes, at, usable);
        int child = isInner() ? (int) cursor.integer(4) : 0;
        long payload = kind == TABLE_INNER ? 0 : cursor.varint();
        long rowid = isTable() ? cursor.varint() : 0;
        int record = cursor.at();
        int local = kind == TABLE_INNER ? 0 : local(payload);
        cursor.skip(local);
        int overflow = local < payload ? (int) cursor.integer(4) : 0;
        boolean sane = !cursor.torn()
                && (kind == TABLE_INNER || payload >= 2)
                && (!isInner() || child > 1)
                && (local == payload || overflow > 1);
        return sane ? new Cell(at, cursor.at(), rowid, child, payload, record, local, overflow) : null;
    }

    /** Bytes of a record that stand on the page itself, by the rule of the file format; −1 for an impossible length. */
    private int local(long payload) {
        if (payload < 0 || payload > Integer.MAX_VALUE) {
            return -1;
        }
        int most = kind == TABLE_LEAF ? usable - 35 : (usable - 12) * 64 / 255 - 23;
        int least = (usable - 12) * 32 / 255 - 23;
        long fitting = least + (payload - least) % (usable - 4);
        return (int) (payload <= most ? payload : fitting <= most ? fitting : least);
    }

    /** Behind the last byte of its cells if every one of them can be one and there is any, else −1. */
    int contentEnd() {
        if (kind == 0 || cells == 0 || readableCells() < cells) {
            return -1;
        }
        int end = -1;
        for (int index = 0; index < cells; index++) {
            Cell cell = cell(index);
            if (cell == null) {
                return -1;
            }
            end = Math.max(end, cell.end());
        }
        return end;
    }
}
