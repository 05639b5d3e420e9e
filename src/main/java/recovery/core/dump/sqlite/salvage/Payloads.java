package recovery.core.dump.sqlite.salvage;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Puts records together that go on over several pages: each of these begins with the number of the next one, the last
 * one with 0. For one thread.
 */
final class Payloads {
    private final Pages pages;
    private final int usable;
    private final int most;

    /** Pages that belong to something else. */
    private final BitSet taken;

    /** Pages with the rest of some record. */
    private final BitSet used = new BitSet();

    /** {@code most}: longer records are not put together. */
    Payloads(Pages pages, int usable, BitSet taken, int most) {
        this.pages = pages;
        this.usable = usable;
        this.taken = taken;
        this.most = most;
    }

    /**
     * @param bytes of the record, from its first
     * @param present how many of them could be read
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Payload(byte[] bytes, int present, boolean whole) {}

    BitSet used() {
        return used;
    }

    /** Whether the record is too long for this program's memory. */
    boolean isTooLong(Cell cell) {
        return cell.payload() > most;
    }

    /** The record of the cell, or as much of it as there is. */
    Payload of(BtreePage page, Cell cell) {
        byte[] bytes = Arrays.copyOfRange(page.bytes(), cell.at(), cell.at() + cell.local());
        if (cell.overflow() == 0) {
            return new Payload(bytes, bytes.length, true);
        }
        // pages of a length that is a lie are not there
        if (isTooLong(cell) || cell.payload() > pages.length()) {
            return new Payload(bytes, bytes.length, false);
        }
        int length = (int) cell.payload();
        int present = bytes.length;
        int next = cell.overflow();
        int[] chain = new int[16];
        int links = 0;
        // a chain in a circle ends with the length of the record, and then not with 0
        while (present < length && isFree(next)) {
            chain = links == chain.length ? Arrays.copyOf(chain, 2 * links) : chain;
            chain[links++] = next;
            byte[] part = pages.read(next);
            int count = Math.min(length - present, usable - 4);
            if (bytes.length < present + count) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(length, Math.max(2L * bytes.length, present + count)));
            }
            System.arraycopy(part, 4, bytes, present, count);
            present += count;
            next = ByteBuffer.wrap(part).getInt();
        }
        if (present < length || next != 0) {
            // which of the pages is not the record's own cannot be told, so none is taken for certain
            return new Payload(bytes, cell.local(), false);
        }
        for (int link = 0; link < links; link++) {
            used.set(chain[link]);
        }
        return new Payload(bytes, present, true);
    }

    private boolean isFree(int page) {
        return page > 1 && page <= pages.count() && !taken.get(page) && !used.get(page);
    }
}
