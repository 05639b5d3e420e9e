package recovery.core.dump;

import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongSupplier;
import recovery.core.error.RecoveryException;

/**
 * The bytes of one dump with a look ahead: the single buffer that all readers of that dump share.
 *
 * <p>Readers peek, or scan the window {@link #bytes} from {@link #begin} to {@link #end} themselves and widen it with
 * {@link #more}; what was understood is taken by {@link #skip}. The buffer grows with what is looked at and not taken,
 * and shrinks again. Does not seek, decode or close. For one thread.
 */
public final class DumpBytes {
    /** The longest text PostgreSQL accepts as one statement or value. */
    public static final int LARGEST_WINDOW = 0x3FFFFFFF;

    private static final int USUAL_BYTES = 512 * 1024;

    private final InputStream in;
    private final Optional<LongSupplier> where;
    private byte[] buffer;
    private int next;
    private int limit;
    private long discarded;
    private long line = 1;
    private boolean ended;

    public DumpBytes(InputStream in) {
        this(in, Optional.empty(), newBuffer());
    }

    /**
     * A piece of a dump, whose bytes are packed in it.
     *
     * @param where the place in the dump up to which {@code in} was read
     * @param buffer made by {@link #newBuffer}, and by nothing else in use until this piece was read
     */
    public static DumpBytes piece(InputStream in, LongSupplier where, byte[] buffer) {
        return new DumpBytes(in, Optional.of(where), buffer);
    }

    private DumpBytes(InputStream in, Optional<LongSupplier> where, byte[] buffer) {
        this.in = in;
        this.where = where;
        this.buffer = buffer;
    }

    /** For many pieces, one after the other. */
    public static byte[] newBuffer() {
        return new byte[USUAL_BYTES];
    }

    /** Where the next byte stands in the dump, counted from 0; every error about the dump names it. */
    public long position() {
        return where.isPresent() ? where.get().getAsLong() : discarded + next;
    }

    /** The line in which the next byte stands, counted from 1. */
    public long line() {
        return line;
    }

    /** The line in which the byte {@code ahead} of the next one stands; that byte was peeked at before. */
    public long lineOf(int ahead) {
        return line + LineFeeds.count(buffer, next, next + ahead);
    }

    /** The byte {@code ahead} of the next one, which stays where it is; -1 if the dump ends before it. */
    public int peek(int ahead) throws IOException {
        while (next + ahead >= limit) {
            if (!more()) {
                return -1;
            }
        }
        return buffer[next + ahead] & 0xFF;
    }

    /** Takes {@code count} bytes that were peeked at before. */
    public void skip(int count) {
        skip(count, LineFeeds.count(buffer, next, next + count));
    }

    /** Takes {@code count} bytes, for a reader that knows how many line feeds are among them. */
    public void skip(int count, long lineFeeds) {
        next += count;
        line += lineFeeds;
    }

    /** The array the window lies in; another one after {@link #more} or {@link #peek}. Not to be written to. */
    public byte[] bytes() {
        return buffer;
    }

    /** Index of the next byte in {@link #bytes}; another one after {@link #more} or {@link #peek}. */
    public int begin() {
        return next;
    }

    /** Index behind the last byte of the window. */
    public int end() {
        return limit;
    }

    /** Widens the window by at least one byte; false if the dump ends here. */
    public boolean more() throws IOException {
        if (ended) {
            return false;
        }
        makeRoom();
        int count = in.readNBytes(buffer, limit, buffer.length - limit);
        limit += count;
        ended = limit < buffer.length;
        return count > 0;
    }

    /** What is kept moves to the front; a window that fills half of the buffer gets a buffer twice as large. */
    private void makeRoom() {
        int kept = limit - next;
        byte[] target = buffer;
        if (kept > buffer.length / 2) {
            target = larger();
        } else if (kept < USUAL_BYTES / 2 && buffer.length > USUAL_BYTES) {
            target = new byte[USUAL_BYTES];
        }
        System.arraycopy(buffer, next, target, 0, kept);
        buffer = target;
        discarded += next;
        limit = kept;
        next = 0;
    }

    private byte[] larger() {
        if (buffer.length >= LARGEST_WINDOW) {
            throw tooLarge("a statement is longer than 1 GiB, which PostgreSQL does not accept", position())
                    .remedy("Dump the database again with rows as COPY, without --inserts.");
        }
        try {
            return new byte[(int) Math.min(2L * buffer.length, LARGEST_WINDOW)];
        } catch (OutOfMemoryError e) {
            throw outOfMemory(limit - next, position(), e);
        }
    }

    /** For readers: a part of the dump does not fit into the memory of this program. */
    public static RecoveryException outOfMemory(long sizeBytes, long position, OutOfMemoryError reason) {
        return tooLarge("a statement of at least %d MB does not fit into memory".formatted(sizeBytes >> 20), position)
                .causedBy(reason)
                .remedy("Start the program with more memory, for example \"java -Xmx4g -jar emergency.jar\".");
    }

    private static RecoveryException.Problem tooLarge(String text, long position) {
        return problem(BACKUP_UNSUPPORTED, "%s", text).at(position);
    }

    /** A copy of the next {@code count} bytes, which were peeked at before. */
    public byte[] copy(int count) {
        return Arrays.copyOfRange(buffer, next, next + count);
    }
}
