package recovery.core.dump.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The pages of a database that its write-ahead log holds newer, up to the last commit in it that is whole. Layout as in "WAL
 * File Format" of the SQLite project, all numbers big-endian:
 *
 * <pre>
 * header: 0 magic (4), its lowest bit: checksums over big-endian words | 4 version | 8 page size | 12 number
 *         16 salt (8) | 24 checksum of the bytes before (8)
 * frame:  0 page (4) | 4 pages of the database behind a commit, else 0 | 8 salt (8) | 16 checksum (8) | page
 * </pre>
 */
public final class LogPages {
    private static final int HEADER = 32;
    private static final int FRAME_HEADER = 24;
    private static final int MAGIC = 0x377f0682;

    /** Of the frames that are kept; the changes of a larger log are not counted. */
    private static final long MOST_BYTES = 16L << 20;

    private final Map<Integer, byte[]> committed = new HashMap<>();
    private final Map<Integer, byte[]> open = new HashMap<>();
    private final ByteOrder order;
    private int databasePages;
    private int first;
    private int second;

    private LogPages(ByteOrder order) {
        this.order = order;
    }

    /**
     * Reads a log; empty if it is too large to be kept in memory. A log that SQLite would not use for a database with that
     * header gives no pages. Does not close {@code log}.
     */
    public static Optional<LogPages> read(InputStream log, SqliteHeader database) throws IOException {
        byte[] header = log.readNBytes(HEADER);
        ByteBuffer numbers = ByteBuffer.wrap(header);
        if (header.length < HEADER || (numbers.getInt(0) & ~1) != MAGIC || !database.writeAheadLog()) {
            return Optional.of(new LogPages(ByteOrder.BIG_ENDIAN));
        }
        LogPages pages = new LogPages((numbers.getInt(0) & 1) == 1 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        pages.sum(header, 0, FRAME_HEADER);
        boolean fits = pages.isSum(numbers, FRAME_HEADER) && size(numbers.getInt(8)) == database.pageSize();
        return !fits || pages.frames(log, numbers.getLong(16), database.pageSize())
                ? Optional.of(pages)
                : Optional.empty();
    }

    private static int size(int written) {
        return written == 1 ? 65_536 : written;
    }

    /** False if there are too many. */
    private boolean frames(InputStream log, long salt, int pageSize) throws IOException {
        byte[] frame = new byte[FRAME_HEADER + pageSize];
        long kept = 0;
        while (log.readNBytes(frame, 0, frame.length) == frame.length) {
            ByteBuffer numbers = ByteBuffer.wrap(frame);
            sum(frame, 0, 8);
            sum(frame, FRAME_HEADER, pageSize);
            if (numbers.getLong(8) != salt || !isSum(numbers, 16)) {
                return true;
            }
            kept += pageSize;
            if (kept > MOST_BYTES) {
                return false;
            }
            open.put(numbers.getInt(0), Arrays.copyOfRange(frame, FRAME_HEADER, frame.length));
            if (numbers.getInt(4) != 0) {
                committed.putAll(open);
                open.clear();
                databasePages = numbers.getInt(4);
            }
        }
        return true;
    }

    private boolean isSum(ByteBuffer numbers, int at) {
        return numbers.getInt(at) == first && numbers.getInt(at + 4) == second;
    }

    /** Over pairs of words, and over all that came before. */
    private void sum(byte[] bytes, int offset, int length) {
        ByteBuffer words = ByteBuffer.wrap(bytes, offset, length).order(order);
        while (words.remaining() >= 8) {
            first += words.getInt() + second;
            second += words.getInt() + first;
        }
    }

    /** How many pages the database has with the log; 0 if the log holds no commit. */
    int databasePages() {
        return databasePages;
    }

    /** The page of that number, from 1 on; {@code inFile} if the log has none newer. */
    byte[] newest(int number, byte[] inFile) {
        return committed.getOrDefault(number, inFile);
    }
}
