package recovery.core.dump.sqlite.salvage;

/** Reads numbers from bytes that may be wrong: what would lie beyond the end is 0, and {@link #torn} tells. */
final class Cursor {
    private final byte[] bytes;
    private final int end;
    private int at;
    private boolean torn;

    Cursor(byte[] bytes, int begin, int end) {
        this.bytes = bytes;
        this.at = begin;
        this.end = Math.min(end, bytes.length);
        this.torn = begin < 0;
    }

    int at() {
        return at;
    }

    boolean torn() {
        return torn;
    }

    boolean has(long count) {
        return !torn && count >= 0 && count <= end - at;
    }

    /** Seven bits a byte, the highest bit says that another one follows; a ninth byte has eight. */
    long varint() {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            int next = next();
            value = value << 7 | (next & 0x7F);
            if (next < 0x80) {
                return value;
            }
        }
        return value << 8 | next();
    }

    /** A signed number of 1 to 8 bytes. */
    long integer(int count) {
        long value = (byte) next();
        for (int i = 1; i < count; i++) {
            value = value << 8 | next();
        }
        return value;
    }

    private int next() {
        if (torn || at >= end) {
            torn = true;
            return 0;
        }
        return bytes[at++] & 0xFF;
    }

    void skip(int count) {
        if (has(count)) {
            at += count;
        } else {
            torn = true;
        }
    }
}
