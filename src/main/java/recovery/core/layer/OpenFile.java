package recovery.core.layer;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A file of a backup, or a stretch of one, with a handle of its own, so that several are read beside each other. Their
 * bytes are counted together, and cancelling takes effect at every read. Who opens it closes it; at the latest it is
 * closed with the backup. For one thread at a time, except {@link #position} and {@link #close}.
 */
public final class OpenFile extends BlockStream {
    private final FileBytes bytes;
    private final OpenFiles all;
    private final boolean counted;
    private final long length;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicReference<Closeable> along = new AtomicReference<>(() -> {});

    OpenFile(FileBytes bytes, OpenFiles all, boolean counted, long length) {
        this.bytes = bytes;
        this.all = all;
        this.counted = counted;
        this.length = length;
    }

    /** Bytes of it read so far. Any thread may ask. */
    public long position() {
        return bytes.position();
    }

    /** Closes {@code other} when this is closed, in the same thread. Replaces the last one. */
    public void closeAlong(Closeable other) {
        along.set(other);
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        int most = (int) Math.min(count, length - position());
        int found = most > 0 || count == 0 ? bytes.read(target, offset, most) : -1;
        if (found > 0 && counted) {
            all.count(found);
        }
        return found;
    }

    /** Moves on without reading and counts nothing. */
    @Override
    public long skip(long count) throws IOException {
        return bytes.skip(Math.min(count, length - position()));
    }

    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            all.forget(this);
            try (Closeable other = along.get()) {
                bytes.close();
            }
        }
    }
}
