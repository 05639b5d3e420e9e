package recovery.core.layer;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.zip.DataFormatException;

/**
 * The blocks of an LZ4 frame. For one thread.
 *
 * <pre>
 * size (4; highest bit: not packed) | bytes | [XXH32 of the bytes (4)]   … each block
 * 00 00 00 00 | [XXH32 of the content (4)]                               the end
 * </pre>
 */
final class Lz4Frame {
    /** So far back a match may reach. */
    private static final int HISTORY_BYTES = 64 * 1024;

    /** Between two moves of the history so much is unpacked at least. */
    private static final int ROOM_BYTES = 256 * 1024;

    private static final int NOT_PACKED = 0x80000000;

    private final PackedInput in;
    private final Xxh32 checksum = new Xxh32();
    private Lz4Header header = Lz4Header.LEGACY;
    private byte[] packed = new byte[0];
    private byte[] content = new byte[0];
    private Lz4Block block = new Lz4Block(packed, content);

    /** What may be repeated begins at {@code oldest}, what was not given yet at {@code next}; it ends at {@code end}. */
    private int oldest;

    private int next;
    private int end;
    private long contentBytes;
    private int lastBlockBytes;

    Lz4Frame(PackedInput in) {
        this.in = in;
    }

    void begin(Lz4Header next) {
        header = next;
        int room = HISTORY_BYTES + Math.max(header.blockBytes(), ROOM_BYTES) + Lz4Block.SLACK;
        int packedRoom = header.mostPackedBytes() + Lz4Block.SLACK;
        if (packed.length < packedRoom || content.length < room) {
            packed = new byte[packedRoom];
            content = new byte[room];
            block = new Lz4Block(packed, content);
        }
        checksum.reset();
        oldest = 0;
        this.next = 0;
        end = 0;
        contentBytes = 0;
        lastBlockBytes = header.blockBytes();
    }

    /** 0 at the end of the frame. */
    int read(byte[] target, int offset, int length) throws IOException {
        while (next == end) {
            if (!nextBlock()) {
                return 0;
            }
        }
        int count = Math.min(length, end - next);
        System.arraycopy(content, next, target, offset, count);
        next += count;
        return count;
    }

    private boolean nextBlock() throws IOException {
        if (header.legacy() && endsLegacy()) {
            return false;
        }
        long at = in.position();
        int size = (int) in.takeLittleEndian(4);
        if (size == 0) {
            endFrame();
            return false;
        }
        int bytes = size & ~NOT_PACKED;
        boolean isPacked = header.legacy() || bytes == size;
        long most = isPacked ? header.mostPackedBytes() : header.blockBytes();
        if ((header.legacy() && bytes != size) || bytes > most) {
            throw in.damagedAt(
                    at,
                    "a block has %d bytes and may have %d"
                            .formatted(header.legacy() ? size & 0xFFFFFFFFL : bytes, most));
        }
        makeRoom();
        if (isPacked) {
            unpack(bytes);
        } else {
            takeUnpacked(bytes);
        }
        contentBytes += end - next;
        if (header.contentChecksum()) {
            checksum.update(content, next, end - next);
        }
        lastBlockBytes = end - next;
        return true;
    }

    private void makeRoom() {
        if (header.independent()) {
            end = 0;
        } else if (content.length - Lz4Block.SLACK - end < header.blockBytes()) {
            int kept = Math.min(end - oldest, HISTORY_BYTES);
            System.arraycopy(content, end - kept, content, 0, kept);
            end = kept;
            oldest = 0;
        }
        next = end;
    }

    private void unpack(int bytes) throws IOException {
        long at = in.position();
        in.take(packed, 0, bytes);
        checkBlock(packed, 0, bytes);
        try {
            end = block.unpack(bytes, next, next + header.blockBytes(), header.independent() ? next : oldest);
        } catch (DataFormatException e) {
            throw in.damagedAt(at + block.taken(), "a block of it is not valid: " + e.getMessage());
        }
    }

    private void takeUnpacked(int bytes) throws IOException {
        in.take(content, next, bytes);
        checkBlock(content, next, bytes);
        end = next + bytes;
    }

    private void checkBlock(byte[] bytes, int offset, int length) throws IOException {
        if (header.blockChecksums()) {
            check("a block", Xxh32.of(bytes, offset, length));
        }
    }

    private void endFrame() throws IOException {
        OptionalLong expected = header.contentBytes();
        if (expected.isPresent() && expected.getAsLong() != contentBytes) {
            throw in.damaged("its content has %d bytes and should have %s"
                    .formatted(contentBytes, Long.toUnsignedString(expected.getAsLong())));
        }
        if (header.contentChecksum()) {
            check("its content", checksum.value());
        }
    }

    private void check(String what, int actual) throws IOException {
        int expected = (int) in.takeLittleEndian(4);
        if (expected != actual) {
            throw in.damaged("the checksum of %s is %08x and should be %08x".formatted(what, actual, expected));
        }
    }

    /** The older format ends with the data, or where something else begins. */
    private boolean endsLegacy() throws IOException {
        if (in.peek(0) < 0 || Lz4Header.begins(in) || in.isPadding(4)) {
            return true;
        }
        if (lastBlockBytes < header.blockBytes()) {
            throw in.damaged("a block before its last one has %d bytes of content and should have %d"
                    .formatted(lastBlockBytes, header.blockBytes()));
        }
        return false;
    }
}
