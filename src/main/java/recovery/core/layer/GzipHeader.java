package recovery.core.layer;

import java.io.IOException;
import java.util.zip.CRC32;

/**
 * The header of a gzip member, RFC 1952 section 2.3.
 *
 * <pre>
 * 1F 8B | 08 (deflate) | flags | time (4) | extra flags | system
 * [extra: length (2), bytes] [name: bytes, 0] [comment: bytes, 0] [CRC-32 of all before, lower half (2)]
 * </pre>
 */
final class GzipHeader {
    private static final int CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xE0;

    private final PackedInput in;
    private final CRC32 checksum = new CRC32();

    private GzipHeader(PackedInput in) {
        this.in = in;
    }

    /** Takes the header; what it says is of no use here. */
    static void read(PackedInput in) throws IOException {
        new GzipHeader(in).read();
    }

    private void read() throws IOException {
        if (take() != 0x1F || take() != 0x8B) {
            throw in.damaged("a part of it does not begin with a gzip header");
        }
        int method = take();
        if (method != 8) {
            throw in.damaged("its header names compression method %d and only 8 exists".formatted(method));
        }
        int flags = take();
        if ((flags & RESERVED) != 0) {
            throw in.damaged("its header has unknown flags (%02x)".formatted(flags));
        }
        skip(6);
        if ((flags & EXTRA) != 0) {
            skip(take() | take() << 8);
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & CHECKSUM) != 0) {
            long expected = checksum.getValue() & 0xFFFF;
            if (in.takeLittleEndian(2) != expected) {
                throw in.damaged("the checksum of its header does not fit");
            }
        }
    }

    private int take() throws IOException {
        int value = in.take();
        checksum.update(value);
        return value;
    }

    private void skip(int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            take();
        }
    }

    private void skipText() throws IOException {
        int value = take();
        while (value != 0) {
            value = take();
        }
    }
}
