package recovery.core.layer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** What is open of one backup beside its content. Closing closes all of it. Any thread may use it. */
final class OpenFiles implements Closeable {
    private final Cancellation cancellation;
    private final AtomicLong position = new AtomicLong();
    private final Set<OpenFile> open = new HashSet<>();
    private boolean closed;

    OpenFiles(Cancellation cancellation) {
        this.cancellation = cancellation;
    }

    /** Bytes of all files read so far. */
    long position() {
        return position.get();
    }

    void count(long bytes) {
        position.addAndGet(bytes);
    }

    /**
     * Opens {@code length} bytes of {@code file} from {@code begin} on, or fewer if it ends before.
     *
     * @param counted whether they are part of {@link #position}
     * @throws recovery.core.error.RecoveryException FILE_NOT_ACCESSIBLE, also after closing
     */
    OpenFile open(Path file, long begin, long length, boolean counted) throws IOException {
        FileBytes bytes = new FileBytes(file, begin, cancellation);
        OpenFile opened = new OpenFile(bytes, this, counted, length);
        synchronized (this) {
            if (!closed) {
                open.add(opened);
                return opened;
            }
        }
        bytes.close();
        throw bytes.unreadable(new IOException("the backup was closed"));
    }

    synchronized void forget(OpenFile file) {
        open.remove(file);
    }

    @Override
    public void close() throws IOException {
        Set<OpenFile> left;
        synchronized (this) {
            closed = true;
            left = Set.copyOf(open);
        }
        for (OpenFile file : left) {
            file.close();
        }
    }
}
