package recovery.core.layer;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A stream whose first bytes can be looked at without taking them. For one thread. */
final class PeekStream extends InputStream {
    private final InputStream in;
    private final byte[] head;
    private int next;

    /** Reads up to {@code count} bytes ahead. */
    PeekStream(InputStream in, int count) throws IOException {
        this.in = in;
        this.head = in.readNBytes(count);
    }

    /** The first bytes: as many as were asked for, or fewer if the stream ends before. */
    byte[] head() {
        return Arrays.copyOf(head, head.length);
    }

    @Override
    public int read() throws IOException {
        return next < head.length ? head[next++] & 0xFF : in.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (next == head.length) {
            return in.read(target, offset, length);
        }
        int count = Math.min(length, head.length - next);
        System.arraycopy(head, next, target, offset, count);
        next += count;
        return count;
    }

    @Override
    public long skip(long bytes) throws IOException {
        if (next == head.length) {
            return in.skip(bytes);
        }
        int count = (int) Math.max(0, Math.min(bytes, head.length - next));
        next += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
