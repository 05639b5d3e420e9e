package recovery.core.dump.plain;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds the ends of rows in the text format of COPY, eight bytes at a time. A backslash takes away the meaning of the
 * byte behind it, also of a line feed. The bytes come in pieces of any size. For one thread.
 */
final class RowScan {
    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LOW_BITS = 0x7F7F7F7F7F7F7F7FL;
    private static final long LINE_FEEDS = 0x0A0A0A0A0A0A0A0AL;
    private static final long BACKSLASHES = 0x5C5C5C5C5C5C5C5CL;

    private final Encoding encoding;
    private final boolean byteWise;
    private boolean escaped;
    private boolean inPair;
    private boolean atRowStart = true;
    private boolean misplacedMarker;
    private long rows;
    private long lineFeeds;
    private int rowEnd;
    private int toBlock;

    RowScan(Encoding encoding) {
        this.encoding = encoding;
        this.byteWise = encoding.hidesAscii();
    }

    /** Counts from 0 again. */
    void beginBlock() {
        rows = 0;
        rowEnd = 0;
    }

    /** The next byte is the first of a row. */
    boolean atRowStart() {
        return atRowStart;
    }

    /** The scan stopped at {@code \.} inside of the rows. */
    boolean misplacedMarker() {
        return misplacedMarker;
    }

    /** Rows that ended in this block. */
    long rows() {
        return rows;
    }

    /** All line feeds so far, also those inside of rows. */
    long lineFeeds() {
        return lineFeeds;
    }

    /** Where in the block the last row ended; 0 without. */
    int rowEnd() {
        return rowEnd;
    }

    /**
     * Looks at the bytes from {@code begin} to before {@code end}, which go into the block at {@code blockLength}, and
     * returns where it stopped: at the end, or before a line that may be the end marker, or at {@link #misplacedMarker}.
     * The caller has made sure that no end marker stands at {@code begin}; so at least one byte is passed.
     */
    int run(byte[] bytes, int begin, int end, int blockLength) {
        toBlock = blockLength - begin;
        int at = begin;
        while (at < end) {
            if (!byteWise && !escaped) {
                at = plain(bytes, at, end);
            }
            if (at >= end || (at > begin && mayBeMarker(bytes, at, end))) {
                break;
            }
            if (escaped && bytes[at] == '.') {
                misplacedMarker = true;
                return at - 1;
            }
            if (!inPair || (bytes[at] & 0xFF) < 0x30) {
                one(bytes[at], at);
            } else {
                inPair = false;
            }
            at++;
        }
        atRowStart = at + toBlock == rowEnd;
        return at;
    }

    /** A backslash at the beginning of a line, followed by a point or by what is not here yet. */
    private boolean mayBeMarker(byte[] bytes, int at, int end) {
        return bytes[at] == '\\' && at + toBlock == rowEnd && !escaped && (at + 1 >= end || bytes[at + 1] == '.');
    }

    /** One byte by the rules, with nothing skipped. */
    private void one(byte value, int at) {
        boolean wasEscaped = escaped;
        escaped = value == '\\' && !wasEscaped;
        inPair = byteWise && encoding.leadsTwoBytes(value & 0xFF);
        if (value == '\n') {
            lineFeeds++;
            if (!wasEscaped) {
                rows++;
                rowEnd = at + 1 + toBlock;
            }
        }
    }

    /** Passes what is easily understood; returns where one byte has to be looked at by the rules. */
    private int plain(byte[] bytes, int from, int end) {
        int at = from;
        while (at + 8 <= end) {
            long eight = (long) EIGHT_BYTES.get(bytes, at);
            long backslashes = zeroBytes(eight ^ BACKSLASHES);
            long ends = zeroBytes(eight ^ LINE_FEEDS);
            int passed = 8;
            if (backslashes != 0) {
                passed = Long.numberOfTrailingZeros(backslashes) >>> 3;
                ends &= (1L << (8 * passed)) - 1;
            }
            if (ends != 0) {
                int count = Long.bitCount(ends);
                rows += count;
                lineFeeds += count;
                rowEnd = at + 8 - (Long.numberOfLeadingZeros(ends) >>> 3) + toBlock;
            }
            at += passed;
            if (backslashes != 0) {
                if (at + 1 >= end || at + toBlock == rowEnd || bytes[at + 1] == '.' || bytes[at + 1] == '\n') {
                    return at;
                }
                at += 2;
            }
        }
        return at;
    }

    /** The highest bit of every byte that is zero. */
    private static long zeroBytes(long eight) {
        return ~(((eight & LOW_BITS) + LOW_BITS) | eight | LOW_BITS);
    }
}
