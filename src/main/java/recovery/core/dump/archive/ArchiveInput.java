package recovery.core.dump.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * The numbers and texts of an archive (ReadInt, ReadStr and ReadOffset in pg_backup_archiver.c).
 *
 * <pre>
 * integer: sign (0 positive, 1 negative) | intSize bytes, little-endian
 * text:    integer length, -1 for none | bytes
 * offset:  1 not set, 2 set, 3 no data | offSize bytes, little-endian
 * </pre>
 *
 * Does not close the stream. For one thread, except {@link #position}.
 */
final class ArchiveInput {
    /** Offset of a block that was written to a pipe. */
    static final long NOT_SET = -1;

    /** Offset of an entry without a block. */
    static final long NO_DATA = -2;

    private static final int USUAL_BYTES = 128 * 1024;
    private static final int STRETCH_BYTES = 64 * 1024;

    private final InputStream in;
    private final String part;
    private final byte[] buffer;
    private int next;
    private int limit;
    private long discarded;
    private Sizes sizes = new Sizes(4, 8);
    private int mostRecorded;
    private Optional<ByteArrayOutputStream> recorder = Optional.empty();

    /** {@code part}: what is read, as it goes on "the archive ends", e.g. {@code inside its table of contents}. */
    ArchiveInput(InputStream in, String part) {
        this(in, part, 0, USUAL_BYTES);
    }

    private ArchiveInput(InputStream in, String part, long begin, int bufferBytes) {
        this.in = in;
        this.part = part;
        this.discarded = begin;
        this.buffer = new byte[bufferBytes];
    }

    /** {@code length} bytes of an archive from byte {@code begin} on, of which many may be read beside each other. */
    static ArchiveInput stretch(InputStream in, long begin, long length) {
        return new ArchiveInput(in, "too early", begin, (int) Math.min(length, STRETCH_BYTES));
    }

    /** How many bytes numbers and offsets have, without their first byte. */
    record Sizes(int number, int offset) {}

    void use(Sizes newSizes) {
        sizes = newSizes;
    }

    Sizes sizes() {
        return sizes;
    }

    /** Keeps what is taken from here on, until it is more than {@code most} bytes. */
    void record(int most) {
        mostRecorded = most;
        recorder = Optional.of(new ByteArrayOutputStream());
    }

    /** What was taken since {@link #record}; empty if it was too much. */
    Optional<byte[]> recorded() {
        Optional<byte[]> bytes = recorder.map(ByteArrayOutputStream::toByteArray);
        recorder = Optional.empty();
        return bytes;
    }

    /** Where the next byte stands. */
    long position() {
        return discarded + next;
    }

    /** The next byte, which stays where it is; -1 at the end. */
    int peek() throws IOException {
        return next < limit || fill() ? buffer[next] & 0xFF : -1;
    }

    int take() throws IOException {
        if (next == limit && !fill()) {
            throw truncated();
        }
        keep(buffer, next, 1);
        return buffer[next++] & 0xFF;
    }

    int takeInt() throws IOException {
        long begin = position();
        int sign = take();
        long value = littleEndian(sizes.number());
        if (sign > 1 || value < 0 || value > Integer.MAX_VALUE + (long) sign) {
            throw ArchiveProblems.damaged("there is no number where one should be", begin);
        }
        return (int) (sign == 0 ? value : -value);
    }

    /** The place of a block; {@link #NOT_SET} or {@link #NO_DATA}. */
    long takeOffset() throws IOException {
        long begin = position();
        int flag = take();
        long value = littleEndian(sizes.offset());
        if (flag < 1 || flag > 3 || (flag == 2 && value <= 0)) {
            throw ArchiveProblems.damaged("there is no place of a data block where one should be", begin);
        }
        return flag == 2 ? value : flag == 1 ? NOT_SET : NO_DATA;
    }

    private long littleEndian(int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            int one = take();
            if (i < 8) {
                value |= (long) one << (8 * i);
            } else if (one != 0) {
                value = -1;
            }
        }
        return value;
    }

    /** A text of at most {@code most} bytes, one character for each byte; empty if there is none. */
    Optional<String> takeText(int most) throws IOException {
        long begin = position();
        int length = takeInt();
        if (length == -1) {
            return Optional.empty();
        }
        if (length < 0 || length > most) {
            throw ArchiveProblems.damaged(
                    "a text of %d bytes stands where at most %d are expected".formatted(length, most), begin);
        }
        byte[] bytes = new byte[Math.min(length, 1024)];
        int count = 0;
        while (count < length) {
            if (count == bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(length, 2 * count));
            }
            int more = read(bytes, count, bytes.length - count);
            if (more < 0) {
                throw truncated();
            }
            count += more;
        }
        return Optional.of(new String(bytes, 0, length, ISO_8859_1));
    }

    /** Steps over a text and says where it stands. */
    Slice skipText() throws IOException {
        long begin = position();
        int length = takeInt();
        if (length < -1) {
            throw ArchiveProblems.damaged("a text has a length of %d bytes".formatted(length), begin);
        }
        if (length <= 0) {
            return Slice.NONE;
        }
        Slice slice = new Slice(position(), length);
        skip(length);
        return slice;
    }

    /** At least one byte; -1 at the end. */
    int read(byte[] target, int offset, int length) throws IOException {
        if (next == limit && !fill()) {
            return -1;
        }
        int count = Math.min(length, limit - next);
        System.arraycopy(buffer, next, target, offset, count);
        keep(target, offset, count);
        next += count;
        return count;
    }

    void skip(long count) throws IOException {
        long left = count;
        while (left > 0) {
            if (next == limit && left > buffer.length && recorder.isEmpty()) {
                skipUnread(left);
                return;
            }
            if (next == limit && !fill()) {
                throw truncated();
            }
            int step = (int) Math.min(left, limit - next);
            keep(buffer, next, step);
            next += step;
            left -= step;
        }
    }

    private void skipUnread(long count) throws IOException {
        try {
            in.skipNBytes(count);
            discarded += count;
        } catch (EOFException e) {
            throw truncated();
        }
    }

    private void keep(byte[] bytes, int offset, int length) {
        if (recorder.isPresent()) {
            recorder.get().write(bytes, offset, length);
            if (recorder.get().size() > mostRecorded) {
                recorder = Optional.empty();
            }
        }
    }

    private boolean fill() throws IOException {
        discarded += limit;
        next = 0;
        limit = Math.max(0, in.read(buffer, 0, buffer.length));
        return limit > 0;
    }

    RuntimeException truncated() {
        return ArchiveProblems.truncated(part, position());
    }
}
