package recovery.core.dump.archive;

import java.io.IOException;
import recovery.core.layer.BlockStream;

/** One block of a custom archive: chunks, each with its length before it, until one of length 0. For one thread. */
final class ChunkStream extends BlockStream {
    private final ArchiveInput in;
    private int left;
    private boolean ended;

    ChunkStream(ArchiveInput in) {
        this.in = in;
    }

    /** The chunk of length 0 was taken. */
    boolean ended() {
        return ended;
    }

    /** Rows come as one chunk each, so that many chunks fill one buffer. */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int filled = 0;
        while (filled < length && beginChunk()) {
            int count = in.read(target, offset + filled, Math.min(length - filled, left));
            if (count < 0) {
                throw in.truncated();
            }
            left -= count;
            filled += count;
        }
        return filled == 0 && length > 0 ? -1 : filled;
    }

    private boolean beginChunk() throws IOException {
        if (left == 0 && !ended) {
            left = length(in);
            ended = left == 0;
        }
        return !ended;
    }

    /** Steps over the rest. */
    void skip() throws IOException {
        while (beginChunk()) {
            in.skip(left);
            left = 0;
        }
    }

    private static int length(ArchiveInput in) throws IOException {
        long begin = in.position();
        int length = in.takeInt();
        if (length < 0) {
            throw ArchiveProblems.damaged("a part of a data block has %d bytes".formatted(length), begin);
        }
        return length;
    }
}
