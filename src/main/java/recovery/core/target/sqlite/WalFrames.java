package recovery.core.target.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * The write-ahead log of a database, put into a copy of its file without SQLite, which could not read an encrypted one. The
 * layout is that of "WAL-mode File Format" of the SQLite project; pages stand in it as they stand in the file.
 *
 * <pre>
 * header: 0 magic (its last bit: checksums are big-endian)  8 page size  16 salt (8)  24 checksum (8)
 * frame:  0 page  4 pages of the file behind a commit, else 0  8 salt (8)  16 checksum (8)  24 the page
 * </pre>
 */
final class WalFrames {
    private static final int HEADER = 32;
    private static final int FRAME = 24;
    private static final int MAGIC = 0x377f0682;
    private static final int LARGEST_PAGE = 65_536;

    private final FileChannel log;
    private final ByteBuffer header = ByteBuffer.allocate(HEADER);
    private ByteOrder order = ByteOrder.BIG_ENDIAN;
    private int pageSize;
    private int first;
    private int second;

    WalFrames(FileChannel log) {
        this.log = log;
    }

    /** Writes every page of every transaction that was committed; what follows the last commit is left out. */
    void putInto(FileChannel file) throws IOException {
        if (!readHeader()) {
            return;
        }
        long committed = 0;
        int pages = 0;
        ByteBuffer frame = ByteBuffer.allocate(FRAME + pageSize);
        int[] sums = {first, second};
        for (long number = 0; readFrame(number, frame) && fits(frame, sums); number++) {
            if (frame.getInt(4) != 0) {
                committed = number + 1;
                pages = frame.getInt(4);
            }
        }
        for (long number = 0; number < committed; number++) {
            readFrame(number, frame);
            long at = ((frame.getInt(0) & 0xFFFFFFFFL) - 1) * pageSize;
            frame.position(FRAME);
            while (frame.hasRemaining()) {
                at += file.write(frame, at);
            }
        }
        if (committed > 0) {
            file.truncate((pages & 0xFFFFFFFFL) * pageSize);
        }
    }

    private boolean readHeader() throws IOException {
        if (!fill(header, 0)) {
            return false;
        }
        pageSize = header.getInt(8);
        boolean known = (header.getInt(0) & ~1) == MAGIC
                && pageSize >= 512
                && pageSize <= LARGEST_PAGE
                && Integer.bitCount(pageSize) == 1;
        if (!known) {
            return false;
        }
        order = (header.getInt(0) & 1) == 1 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        int[] sums = {0, 0};
        add(header, 0, FRAME, sums);
        first = sums[0];
        second = sums[1];
        return first == header.getInt(24) && second == header.getInt(28);
    }

    private boolean readFrame(long number, ByteBuffer frame) throws IOException {
        return fill(frame, HEADER + number * (FRAME + pageSize));
    }

    private boolean fill(ByteBuffer buffer, long from) throws IOException {
        buffer.clear();
        while (buffer.hasRemaining()) {
            if (log.read(buffer, from + buffer.position()) < 0) {
                return false;
            }
        }
        buffer.flip();
        return true;
    }

    /** Of this log, and nothing of it was written in part only. */
    private boolean fits(ByteBuffer frame, int[] sums) {
        if (frame.getInt(0) == 0 || frame.getLong(8) != header.getLong(16)) {
            return false;
        }
        add(frame, 0, 8, sums);
        add(frame, FRAME, FRAME + pageSize, sums);
        return frame.getInt(16) == sums[0] && frame.getInt(20) == sums[1];
    }

    private void add(ByteBuffer bytes, int from, int to, int[] sums) {
        bytes.order(order);
        for (int at = from; at < to; at += 8) {
            sums[0] += bytes.getInt(at) + sums[1];
            sums[1] += bytes.getInt(at + 4) + sums[0];
        }
        bytes.order(ByteOrder.BIG_ENDIAN);
    }
}
