package recovery.core.layer;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.LongSupplier;
import recovery.core.error.Note;

/**
 * The content of LZ4 data of one or more frames, with linked or independent blocks, and of the older format of
 * {@code lz4 -l}.
 *
 * <p>The end is reported only after the end mark of every frame was read and every checksum and length that it has
 * fitted; the older format has neither, there the end of the data behind a block is the end. Skippable frames and zero
 * bytes behind the last frame are passed over; anything else there with a note. Memory: twice the block size of the
 * frame, 8 MiB at most, 16 in the older format. For one thread. Closing closes the stream underneath.
 */
public final class Lz4Stream extends BlockStream {
    private final PackedInput in;
    private final Lz4Frame frame;
    private State state = State.BEFORE_FIRST;

    private enum State {
        BEFORE_FIRST,
        IN_FRAME,
        BETWEEN,
        ENDED
    }

    /** {@code filePosition}: bytes of the file that were read when {@code in} gave its last ones, for errors. */
    public Lz4Stream(InputStream in, LongSupplier filePosition, List<Note> notes) {
        this.in = new PackedInput(in, filePosition, notes, "LZ4 data");
        this.frame = new Lz4Frame(this.in);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (state != State.ENDED) {
            if (state == State.IN_FRAME) {
                int count = frame.read(target, offset, length);
                if (count > 0) {
                    return count;
                }
                state = State.BETWEEN;
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
        if (in.begins(0x04, 0x22, 0x4D, 0x18)) {
            in.takeLittleEndian(4);
            frame.begin(Lz4Header.read(in));
            state = State.IN_FRAME;
        } else if (Lz4Header.beginsLegacy(in)) {
            in.takeLittleEndian(4);
            frame.begin(Lz4Header.LEGACY);
            state = State.IN_FRAME;
        } else if (in.beginsSkippableFrame()) {
            in.skipSkippableFrame();
            state = State.BETWEEN;
        } else if (state == State.BEFORE_FIRST) {
            throw in.damaged("it does not begin with a frame");
        } else {
            in.noteTrailingBytes("TRAILING_BYTES", "LZ4");
            state = State.ENDED;
        }
    }

    @Override
    public void close() throws IOException {
        state = State.ENDED;
        in.close();
    }
}
