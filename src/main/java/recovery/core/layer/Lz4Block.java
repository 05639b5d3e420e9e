package recovery.core.layer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.DataFormatException;

/**
 * Unpacks one LZ4 block: sequences of literals and of a match, a repetition of what came before, as described in LZ4's
 * "Block Format Description". The last sequence is literals only.
 *
 * <pre>
 * token: literals (4 bits), match length - 4 (4 bits) | [more literals: 255…, n] | literals
 *                                                     | distance (2) | [more match length: 255…, n]
 * </pre>
 *
 * <p>Copies in steps of eight bytes, which may write and read up to {@link #SLACK} bytes too many: both arrays need that
 * many behind their end. For one thread.
 */
final class Lz4Block {
    static final int SLACK = 32;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int SHORTEST_MATCH = 4;
    private static final int MORE = 15;

    private final byte[] packed;
    private final byte[] content;
    private int next;
    private int at;

    Lz4Block(byte[] packed, byte[] content) {
        this.packed = packed;
        this.content = content;
    }

    /** How many bytes of {@code packed} the last call took, also when it failed. */
    int taken() {
        return next;
    }

    /**
     * Unpacks the first {@code length} bytes of {@code packed} to {@code from} on; matches may reach back to
     * {@code oldest}. Returns where the content ends, at most {@code limit}.
     */
    int unpack(int length, int from, int limit, int oldest) throws DataFormatException {
        next = 0;
        at = from;
        while (next < length) {
            int token = packed[next++] & 0xFF;
            int literals = token >>> 4;
            if (literals == MORE) {
                literals += more(length);
            }
            copyLiterals(literals, length, limit);
            if (next == length) {
                return at;
            }
            copyMatch(token & MORE, length, limit, oldest);
        }
        throw new DataFormatException("it does not end with literals");
    }

    private void copyLiterals(int count, int length, int limit) throws DataFormatException {
        if (count > length - next) {
            throw new DataFormatException("%d literals where %d bytes are left".formatted(count, length - next));
        }
        if (count > limit - at) {
            throw new DataFormatException("more content than a block may have");
        }
        if (count <= 16) {
            copyEight(packed, next, content, at);
            copyEight(packed, next + 8, content, at + 8);
        } else {
            System.arraycopy(packed, next, content, at, count);
        }
        next += count;
        at += count;
    }

    private void copyMatch(int shortLength, int length, int limit, int oldest) throws DataFormatException {
        if (length - next < 2) {
            throw new DataFormatException("it ends within a match");
        }
        int distance = (packed[next] & 0xFF) | (packed[next + 1] & 0xFF) << 8;
        if (distance == 0 || distance > at - oldest) {
            throw new DataFormatException(
                    "a match reaches %d bytes back where %d are there".formatted(distance, at - oldest));
        }
        next += 2;
        int count = SHORTEST_MATCH + shortLength + (shortLength == MORE ? more(length) : 0);
        if (count > limit - at) {
            throw new DataFormatException("more content than a block may have");
        }
        repeat(at - distance, distance, count);
        at += count;
    }

    private void repeat(int from, int distance, int count) {
        if (distance < 8) {
            for (int i = 0; i < count; i++) {
                content[at + i] = content[from + i];
            }
        } else if (count <= 64) {
            for (int i = 0; i < count; i += 8) {
                copyEight(content, from + i, content, at + i);
            }
        } else {
            repeatLong(from, distance, count);
        }
    }

    /** Each copy doubles what may be copied at once. */
    private void repeatLong(int from, int distance, int count) {
        int done = 0;
        int step = distance;
        while (done < count) {
            int copied = Math.min(step, count - done);
            System.arraycopy(content, from, content, at + done, copied);
            done += copied;
            step = done + distance;
        }
    }

    private static void copyEight(byte[] from, int fromIndex, byte[] to, int toIndex) {
        LONG.set(to, toIndex, (long) LONG.get(from, fromIndex));
    }

    /** The bytes that follow a length of 15; cannot overflow, since a block has at most 8 MiB. */
    private int more(int length) throws DataFormatException {
        int sum = 0;
        while (next < length) {
            int value = packed[next++] & 0xFF;
            sum += value;
            if (value != 255) {
                return sum;
            }
        }
        throw new DataFormatException("it ends within a length");
    }
}
