package recovery.core.dump.archive;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.LongSupplier;
import recovery.core.layer.BlockStream;
import recovery.core.layer.OpenFile;

/**
 * The content of a block with a way of its own to its bytes. Its file is opened at the first read, and closed at the end,
 * after a failure, or with the backup. For one thread at a time, except {@link #close}.
 */
final class OwnContent extends BlockStream {
    private final long sizeBytes;
    private final Way way;
    private Optional<Opened> opened = Optional.empty();
    private long lastPosition;
    private boolean ended;
    private boolean closed;

    /**
     * @param begin where the block begins in the archive
     * @param sizeBytes how much it takes there
     */
    OwnContent(long begin, long sizeBytes, Way way) {
        this.lastPosition = begin;
        this.sizeBytes = sizeBytes;
        this.way = way;
    }

    /** How to get at the bytes of one block. */
    interface Way {
        Opened open() throws IOException;
    }

    /** Something that is checked once the content was read to its end. */
    interface Ending {
        void prove() throws IOException;
    }

    /**
     * A block being read.
     *
     * @param content without compression; reports its end only after the compression proved it
     * @param position the place in the archive up to which it was read
     */
    record Opened(OpenFile file, InputStream content, LongSupplier position, Ending ending) {}

    long sizeBytes() {
        return sizeBytes;
    }

    /** The place in the archive up to which it was read. */
    synchronized long position() {
        return opened.isPresent() ? opened.get().position().getAsLong() : lastPosition;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) throws IOException {
        if (ended) {
            return -1;
        }
        boolean done = false;
        try {
            Opened block = opened();
            int count = block.content().read(target, offset, length);
            if (count < 0) {
                block.ending().prove();
                close();
                ended = true;
            }
            done = true;
            return count;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    private Opened opened() throws IOException {
        if (closed) {
            throw new IllegalStateException("the block was closed before its end");
        }
        if (opened.isEmpty()) {
            Opened block = way.open();
            opened = Optional.of(block);
            block.file().closeAlong(this);
        }
        return opened.get();
    }

    /** Also while another thread reads; this then waits for it. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        lastPosition = position();
        if (opened.isPresent()) {
            Opened block = opened.get();
            opened = Optional.empty();
            try (Closeable file = block.file()) {
                block.content().close();
            }
        }
    }
}
