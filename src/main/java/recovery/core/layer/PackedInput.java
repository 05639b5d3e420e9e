package recovery.core.layer;

import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.ErrorCode.DUMP_TRUNCATED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongSupplier;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;

/** The bytes of a packed file with a look ahead; knows where they stand in the file, and what to say of them. */
final class PackedInput {
    /** Enough for a glance at a file, of which there may be thousands. */
    private static final int FIRST_BYTES = 8 * 1024;

    private static final int USUAL_BYTES = 128 * 1024;

    private final InputStream in;
    private final LongSupplier filePosition;
    private final List<Note> notes;
    private final String title;
    private byte[] buffer = new byte[FIRST_BYTES];
    private int next;
    private int limit;

    /**
     * @param filePosition bytes of the file that were read so far
     * @param title what it is, for errors, e.g. {@code gzip file}
     */
    PackedInput(InputStream in, LongSupplier filePosition, List<Note> notes, String title) {
        this.in = in;
        this.filePosition = filePosition;
        this.notes = notes;
        this.title = title;
    }

    /** Where in the file the next byte stands; approximate inside of another layer, which reads ahead. */
    long position() {
        return filePosition.getAsLong() - (limit - next);
    }

    /** The byte so many places ahead of the next one; -1 behind the end. */
    int peek(int ahead) throws IOException {
        while (next + ahead >= limit) {
            if (!fill()) {
                return -1;
            }
        }
        return buffer[next + ahead] & 0xFF;
    }

    int take() throws IOException {
        int value = peek(0);
        if (value < 0) {
            throw truncated();
        }
        next++;
        return value;
    }

    long takeLittleEndian(int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) take() << (8 * i);
        }
        return value;
    }

    void take(byte[] target, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            done += takeSome(target, offset + done, length - done);
        }
    }

    /** Without taking it; bytes behind the end of the file count as zero. */
    long peekLittleEndian(int ahead, int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) Math.max(0, peek(ahead + i)) << (8 * i);
        }
        return value;
    }

    /** At least one byte, at most {@code length}. */
    int takeSome(byte[] target, int offset, int length) throws IOException {
        if (next == limit && length >= buffer.length) {
            int count = in.read(target, offset, length);
            if (count <= 0) {
                throw truncated();
            }
            return count;
        }
        if (next == limit && !fill()) {
            throw truncated();
        }
        int count = Math.min(length, limit - next);
        System.arraycopy(buffer, next, target, offset, count);
        next += count;
        return count;
    }

    void skip(long bytes) throws IOException {
        long left = bytes;
        while (left > 0) {
            if (next == limit && left > buffer.length) {
                left -= in.skip(left);
            }
            if (next == limit && !fill()) {
                throw truncated();
            }
            int count = (int) Math.min(left, limit - next);
            next += count;
            left -= count;
        }
    }

    /** Takes all that is left. */
    void drain() throws IOException {
        do {
            next = limit;
        } while (fill());
    }

    /** Whether these bytes come next. Also true if the data ends within them: then it is cut. */
    boolean begins(int... bytes) throws IOException {
        for (int i = 0; i < bytes.length; i++) {
            int found = peek(i);
            if (found != bytes[i]) {
                return i > 0 && found < 0;
            }
        }
        return true;
    }

    /** A frame that Zstandard and LZ4 pass over: {@code 5x 2A 4D 18 | size (4) | bytes}. */
    boolean beginsSkippableFrame() throws IOException {
        int first = peek(0);
        return first >= 0x50 && first <= 0x5F && begins(first, 0x2A, 0x4D, 0x18);
    }

    void skipSkippableFrame() throws IOException {
        takeLittleEndian(4);
        skip(takeLittleEndian(4));
    }

    /** Whether so many zero bytes come next, or fewer and then the end. */
    boolean isPadding(int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            if (peek(i) > 0) {
                return false;
            }
        }
        return true;
    }

    /** All bytes that are at hand, at least one, to be taken by {@link #taken}; DUMP_TRUNCATED at the end of the file. */
    ByteBuffer ready() throws IOException {
        if (next == limit && !fill()) {
            throw truncated();
        }
        return ByteBuffer.wrap(buffer, next, limit - next);
    }

    /** As {@link #ready}, but empty at the end of the file. */
    ByteBuffer readyOrNothing() throws IOException {
        if (next == limit) {
            fill();
        }
        return ByteBuffer.wrap(buffer, next, limit - next);
    }

    /** Takes what was read of the last {@link #ready}. */
    void taken(ByteBuffer ready) {
        next = ready.position();
    }

    /** The same bytes for a library, which takes them one by one or many at once; ends at the end of the file. Closing closes them. */
    InputStream asStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                return peek(0) < 0 ? -1 : buffer[next++] & 0xFF;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                if (length > 0 && peek(0) < 0) {
                    return -1;
                }
                int count = Math.min(length, limit - next);
                System.arraycopy(buffer, next, target, offset, count);
                next += count;
                return count;
            }

            @Override
            public void close() throws IOException {
                PackedInput.this.close();
            }
        };
    }

    /** Passes over zero bytes, the padding of a tape or disk. */
    void skipPadding() throws IOException {
        while (peek(0) == 0) {
            next++;
        }
    }

    /** Leaves a note if anything is left. */
    void noteTrailingBytes(String code, String packer) throws IOException {
        if (peek(0) >= 0) {
            notes.add(new Note(
                    code,
                    "Bytes behind the end of the %s data were ignored, from byte %d of the file on."
                            .formatted(packer, position())));
        }
    }

    private boolean fill() throws IOException {
        boolean again = limit > 0;
        byte[] target = again && buffer.length < USUAL_BYTES ? new byte[USUAL_BYTES] : buffer;
        System.arraycopy(buffer, next, target, 0, limit - next);
        buffer = target;
        limit -= next;
        next = 0;
        int count = in.read(buffer, limit, buffer.length - limit);
        limit += Math.max(count, 0);
        return count > 0;
    }

    RecoveryException truncated() {
        return problem(DUMP_TRUNCATED, "the %s ends too early, at byte %d of the file", title, position())
                .remedy(
                        "Compare the file size with the original; the copy may have been cut short.",
                        "Restore an older backup instead.");
    }

    RecoveryException damaged(String how) {
        return damagedAt(position(), how);
    }

    RecoveryException damagedAt(long position, String how) {
        return problem(DUMP_DAMAGED, "the %s is damaged: %s, at byte %d of the file", title, how, position)
                .remedy(
                        "Copy the file from its origin again and compare the checksums.",
                        "Restore an older backup instead.");
    }

    /** Whole, but packed in a way that is not read here. */
    RecoveryException.Problem unsupported(String how) {
        return problem(BACKUP_UNSUPPORTED, "the %s %s, at byte %d of the file", title, how, position());
    }

    void close() throws IOException {
        in.close();
    }
}
