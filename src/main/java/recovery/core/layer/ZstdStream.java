package recovery.core.layer;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongSupplier;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;

/**
 * The content of Zstandard data of one or more frames (RFC 8878).
 *
 * <p>The end is reported only after the last block of every frame was read and its length and checksum, where it has
 * them, fitted. Skippable frames and zero bytes behind the last frame are passed over; anything else there with a note.
 *
 * <p>Memory: the window of the frame, outside of the Java heap, as large as the packer chose it, which is 8 MiB or less
 * unless it was told otherwise; up to 2 GiB ({@code zstd --long=31}) are given, as far as the machine has them. For one
 * thread. Closing frees it and closes the stream underneath.
 */
public final class ZstdStream extends BlockStream {
    private final PackedInput in;
    private final ZstdDecompressCtx frame = new ZstdDecompressCtx();
    private State state = State.BEFORE_FIRST;

    private enum State {
        BEFORE_FIRST,
        IN_FRAME,
        BETWEEN,
        ENDED
    }

    /** {@code filePosition}: bytes of the file that were read when {@code in} gave its last ones, for errors. */
    public ZstdStream(InputStream in, LongSupplier filePosition, List<Note> notes) {
        this.in = new PackedInput(in, filePosition, notes, "Zstandard data");
        frame.setLongMax(Math.min(ZstdHeader.LARGEST_WINDOW, Zstd.windowLogMax()));
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (state != State.ENDED) {
            if (state == State.IN_FRAME) {
                int count = unpack(ByteBuffer.wrap(target, offset, length));
                if (count > 0) {
                    return count;
                }
            } else {
                beginFrame();
            }
        }
        return -1;
    }

    private void beginFrame() throws IOException {
        if (state == State.BETWEEN) {
            in.skipPadding();
        }
        if (in.begins(0x28, 0xB5, 0x2F, 0xFD)) {
            ZstdHeader.check(in);
            state = State.IN_FRAME;
        } else if (in.beginsSkippableFrame()) {
            in.skipSkippableFrame();
            state = State.BETWEEN;
        } else if (state == State.BEFORE_FIRST) {
            throw in.damaged("it does not begin with a frame");
        } else {
            in.noteTrailingBytes("TRAILING_BYTES", "Zstandard");
            state = State.ENDED;
        }
    }

    /** May give 0 bytes before and at the end of the frame. */
    private int unpack(ByteBuffer target) throws IOException {
        int before = target.position();
        ByteBuffer packed = in.readyOrNothing();
        int offered = packed.remaining();
        try {
            boolean ended = frame.decompressByteBufferStream(target, packed);
            in.taken(packed);
            if (ended) {
                state = State.BETWEEN;
            } else if (offered == 0 && target.position() == before) {
                throw in.truncated();
            }
        } catch (ZstdException e) {
            throw refusal(e);
        }
        return target.position() - before;
    }

    private RecoveryException refusal(ZstdException e) {
        long error = Zstd.getErrorCode(e.getErrorCode());
        if (error == Zstd.errMemoryAllocation()) {
            return in.unsupported("needs more memory for its window than this machine gives")
                    .causedBy(e)
                    .remedy("Stop other programs, or unpack the file on a machine with more memory.");
        }
        if (error == Zstd.errChecksumWrong()) {
            return in.damaged("the checksum of its content does not fit");
        }
        return in.damaged("its compressed data is not valid: " + e.getMessage());
    }

    @Override
    public void close() throws IOException {
        frame.close();
        state = State.ENDED;
        in.close();
    }
}
