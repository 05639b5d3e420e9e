package recovery.core.layer;

import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.ErrorCode.DUMP_TRUNCATED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;

/**
 * The content of a gzip file of one or more members (RFC 1952).
 *
 * <p>The end of file is reported only after the checksum and the length of every member fitted. Zero bytes behind the
 * last member are padding of a tape or disk and passed over; anything else there is passed over with a note. For one
 * thread. Closing closes the stream underneath.
 */
final class GzipStream extends InputStream {
    private final GzipInput in;
    private final List<Note> notes;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private State state = State.BEFORE_FIRST;
    private long memberBytes;

    private enum State {
        BEFORE_FIRST,
        IN_MEMBER,
        BETWEEN,
        ENDED
    }

    /** {@code filePosition}: bytes of the file that were read so far, for errors. */
    GzipStream(InputStream in, LongSupplier filePosition, List<Note> notes) {
        this.in = new GzipInput(in, filePosition);
        this.notes = notes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (state != State.ENDED) {
            if (state != State.IN_MEMBER) {
                beginMember();
                continue;
            }
            int count = inflate(target, offset, length);
            if (count > 0) {
                checksum.update(target, offset, count);
                memberBytes += count;
                return count;
            }
            endMember();
        }
        return -1;
    }

    private void beginMember() throws IOException {
        if (state == State.BETWEEN && !nextMemberBegins()) {
            state = State.ENDED;
            return;
        }
        GzipHeader.read(in);
        inflater.reset();
        checksum.reset();
        memberBytes = 0;
        state = State.IN_MEMBER;
    }

    /** Behind a member: another one, nothing, or bytes that mean nothing. */
    private boolean nextMemberBegins() throws IOException {
        while (in.peek(0) == 0) {
            in.take();
        }
        if (in.peek(0) == 0x1F && (in.peek(1) == 0x8B || in.peek(1) < 0)) {
            return true;
        }
        if (in.peek(0) >= 0) {
            notes.add(new Note(
                    "GZIP_TRAILING_BYTES",
                    "Bytes behind the end of the gzip data were ignored, from byte %d of the file on."
                            .formatted(in.position())));
        }
        return false;
    }

    /** 0 at the end of the member. */
    private int inflate(byte[] target, int offset, int length) throws IOException {
        try {
            while (true) {
                int count = inflater.inflate(target, offset, length);
                if (count > 0) {
                    return count;
                }
                if (inflater.finished()) {
                    in.giveBack(inflater.getRemaining());
                    return 0;
                }
                if (inflater.needsDictionary()) {
                    throw new DataFormatException("preset dictionary");
                }
                if (!in.giveAllTo(inflater)) {
                    throw in.truncated();
                }
            }
        } catch (DataFormatException e) {
            in.giveBack(inflater.getRemaining());
            throw in.damaged("its compressed data is not valid: "
                    + (e.getMessage() == null ? "no reason given" : e.getMessage()));
        }
    }

    private void endMember() throws IOException {
        long expectedChecksum = in.takeLittleEndian(4);
        if (expectedChecksum != checksum.getValue()) {
            throw in.damaged("the checksum of its content is %08x and should be %08x"
                    .formatted(checksum.getValue(), expectedChecksum));
        }
        long expectedBytes = in.takeLittleEndian(4);
        if (expectedBytes != (memberBytes & 0xFFFFFFFFL)) {
            throw in.damaged(
                    "its content has %d bytes and should have %d (modulo 2^32)".formatted(memberBytes, expectedBytes));
        }
        state = State.BETWEEN;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        state = State.ENDED;
        in.close();
    }

    /** The compressed bytes with a look ahead; knows where they stand in the file. */
    static final class GzipInput {
        private final InputStream in;
        private final LongSupplier filePosition;
        private final byte[] buffer = new byte[128 * 1024];
        private int next;
        private int limit;

        private GzipInput(InputStream in, LongSupplier filePosition) {
            this.in = in;
            this.filePosition = filePosition;
        }

        /** Where in the file the next byte stands; approximate inside of another layer, which reads ahead. */
        long position() {
            return filePosition.getAsLong() - (limit - next);
        }

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

        private boolean giveAllTo(Inflater inflater) throws IOException {
            if (peek(0) < 0) {
                return false;
            }
            inflater.setInput(buffer, next, limit - next);
            next = limit;
            return true;
        }

        private void giveBack(int unused) {
            next = limit - unused;
        }

        private boolean fill() throws IOException {
            System.arraycopy(buffer, next, buffer, 0, limit - next);
            limit -= next;
            next = 0;
            int count = in.read(buffer, limit, buffer.length - limit);
            limit += Math.max(count, 0);
            return count > 0;
        }

        private RecoveryException truncated() {
            return problem(DUMP_TRUNCATED, "the gzip file ends too early, at byte %d of the file", position())
                    .remedy(
                            "Compare the file size with the original; the copy may have been cut short.",
                            "Restore an older backup instead.");
        }

        RecoveryException damaged(String how) {
            return problem(DUMP_DAMAGED, "the gzip file is damaged: %s, at byte %d of the file", how, position())
                    .remedy(
                            "Copy the file from its origin again and compare the checksums.",
                            "Restore an older backup instead.");
        }

        private void close() throws IOException {
            in.close();
        }
    }
}
