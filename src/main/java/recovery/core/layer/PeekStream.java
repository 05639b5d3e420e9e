package recovery.core.layer;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import recovery.core.error.RecoveryException;

/** A stream whose first bytes can be looked at without taking them. For one thread. */
final class PeekStream extends InputStream {
    private final InputStream in;
    private final byte[] head;
    private final Optional<RecoveryException> failure;
    private int next;

    /** Reads up to {@code count} bytes ahead. A failure behind the first byte is told when that place is reached. */
    PeekStream(InputStream in, int count) throws IOException {
        this.in = in;
        byte[] bytes = new byte[count];
        int length = 0;
        Optional<RecoveryException> failed = Optional.empty();
        try {
            int more = 0;
            while (length < count && more >= 0) {
                length += more;
                more = length < count ? in.read(bytes, length, count - length) : -1;
            }
        } catch (RecoveryException e) {
            if (length == 0) {
                throw e;
            }
            failed = Optional.of(e);
        }
        this.head = Arrays.copyOf(bytes, length);
        this.failure = failed;
    }

    private InputStream rest() {
        failure.ifPresent(e -> {
            throw e;
        });
        return in;
    }

    /** The first bytes: as many as were asked for, or fewer if the stream ends before. */
    byte[] head() {
        return Arrays.copyOf(head, head.length);
    }

    @Override
    public int read() throws IOException {
        return next < head.length ? head[next++] & 0xFF : rest().read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (next == head.length) {
            return rest().read(target, offset, length);
        }
        int count = Math.min(length, head.length - next);
        System.arraycopy(head, next, target, offset, count);
        next += count;
        return count;
    }

    @Override
    public long skip(long bytes) throws IOException {
        if (next == head.length) {
            return rest().skip(bytes);
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
