package recovery.core.layer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import recovery.core.error.Note;

/**
 * The content of a gzip file of one or more members (RFC 1952).
 *
 * <p>The end of file is reported only after the checksum and the length of every member fitted. Zero bytes behind the
 * last member are padding of a tape or disk and passed over; anything else there is passed over with a note. For one
 * thread. Closing closes the stream underneath.
 */
public final class GzipStream extends BlockStream {
    private final PackedInput in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private ByteBuffer given = ByteBuffer.allocate(0);
    private State state = State.BEFORE_FIRST;
    private long memberBytes;

    private enum State {
        BEFORE_FIRST,
        IN_MEMBER,
        BETWEEN,
        ENDED
    }

    /** {@code filePosition}: bytes of the file that were read so far, for errors. */
    public GzipStream(InputStream in, LongSupplier filePosition, List<Note> notes) {
        this.in = new PackedInput(in, filePosition, notes, "gzip file");
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
        given = in.ready();
        inflater.setInput(given);
        checksum.reset();
        memberBytes = 0;
        state = State.IN_MEMBER;
    }

    /** Behind a member: another one, nothing, or bytes that mean nothing. */
    private boolean nextMemberBegins() throws IOException {
        in.skipPadding();
        if (in.peek(0) == 0x1F && (in.peek(1) == 0x8B || in.peek(1) < 0)) {
            return true;
        }
        in.noteTrailingBytes("GZIP_TRAILING_BYTES", "gzip");
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
                in.taken(given);
                if (inflater.finished()) {
                    return 0;
                }
                if (inflater.needsDictionary()) {
                    throw new DataFormatException("preset dictionary");
                }
                given = in.ready();
                inflater.setInput(given);
            }
        } catch (DataFormatException e) {
            in.taken(given);
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
}
