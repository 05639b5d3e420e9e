package recovery.core.dump.sqlite.salvage;

import java.nio.ByteBuffer;
import java.util.OptionalInt;

/**
 * What every page is there for, which databases with auto-vacuum keep on pages of their own: page 2 and every
 * (usable / 5 + 1) pages behind it hold five bytes for each of the pages that follow: 1 root, 2 free, 3 and 4 overflow, 5 inner
 * page or leaf of a b-tree; then the number of its parent.
 */
final class PointerMap {
    private static final int ROOT = 1;
    private static final int BTREE = 5;
    private static final int ENTRY = 5;
    private static final int DEEPEST = 20;

    /** What locks are taken on; that page holds nothing. */
    private static final int LOCK_BYTE = 1 << 30;

    private final Pages pages;
    private final boolean kept;
    private final int group;
    private final int lockPage;

    PointerMap(Pages pages, DamagedHeader header) {
        this.pages = pages;
        this.kept = header.autoVacuum() != 0;
        this.group = header.usable() / ENTRY + 1;
        this.lockPage = LOCK_BYTE / header.pageSize() + 1;
    }

    /** Pages that never hold rows. */
    boolean isReserved(int page) {
        return page == lockPage || (kept && page == mapOf(page));
    }

    private int mapOf(int page) {
        if (page < 2) {
            return 0;
        }
        int map = (page - 2) / group * group + 2;
        return map == lockPage ? map + 1 : map;
    }

    /** The page above this one in its b-tree, 0 for a root; empty if that is not known. */
    OptionalInt parentOf(int page) {
        int map = kept ? mapOf(page) : 0;
        int at = ENTRY * (page - map - 1);
        if (map < 2 || page <= map || at + ENTRY > pages.size() || map > pages.count()) {
            return OptionalInt.empty();
        }
        ByteBuffer entry = ByteBuffer.wrap(pages.read(map), at, ENTRY);
        int type = entry.get();
        int parent = entry.getInt();
        return type == ROOT ? OptionalInt.of(0) : type == BTREE ? OptionalInt.of(parent) : OptionalInt.empty();
    }

    /** The root of the b-tree that the page belongs to; 0 if that is not known. */
    int rootOf(int page) {
        int at = page;
        for (int level = 0; level < DEEPEST; level++) {
            OptionalInt parent = at > 1 && at <= pages.count() ? parentOf(at) : OptionalInt.empty();
            if (parent.isEmpty()) {
                return 0;
            }
            if (parent.getAsInt() == 0) {
                return at;
            }
            at = parent.getAsInt();
        }
        return 0;
    }
}
