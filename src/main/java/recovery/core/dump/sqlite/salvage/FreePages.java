package recovery.core.dump.sqlite.salvage;

import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * The pages that hold nothing any more: a chain of pages, each with the number of the next one (4 bytes), how many
 * follow (4 bytes), and the numbers of these.
 */
final class FreePages {
    private FreePages() {}

    /** As many of them as the list names before it is wrong; none that {@code taken} has. */
    static BitSet of(Pages pages, DamagedHeader header, BitSet taken) {
        BitSet free = new BitSet();
        int next = header.freelist();
        while (isNew(next, pages, taken, free)) {
            ByteBuffer trunk = ByteBuffer.wrap(pages.read(next));
            int count = trunk.getInt(4);
            if (count < 0 || count > (header.usable() - 8) / 4) {
                return free;
            }
            free.set(next);
            for (int i = 0; i < count; i++) {
                int page = trunk.getInt(8 + 4 * i);
                if (isNew(page, pages, taken, free)) {
                    free.set(page);
                }
            }
            next = trunk.getInt(0);
        }
        return free;
    }

    private static boolean isNew(int page, Pages pages, BitSet taken, BitSet free) {
        return page > 1 && page <= pages.count() && !taken.get(page) && !free.get(page);
    }
}
