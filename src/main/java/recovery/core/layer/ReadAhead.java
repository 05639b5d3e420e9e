package recovery.core.layer;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * A stream that a thread of its own reads ahead of whoever takes its bytes, so that unpacking goes on beside what is done
 * with them. The thread begins only after some bytes were taken, since many a stream is opened for a look at its head.
 *
 * <p>A failure underneath is thrown here, as it is, behind the last byte before it, and again at every later read. An
 * interrupt stops nobody from reading and stays set. For one thread at a time, except {@link #close}, which ends a read
 * that waits, waits for the thread to end and closes the stream underneath; whoever closes the file first ends a read
 * of it that hangs.
 */
final class ReadAhead extends BlockStream {
    static final String THREAD = "recovery-read-ahead";

    private static final int BLOCKS = 4;
    private static final int BLOCK_BYTES = 256 * 1024;

    private final InputStream in;
    private final long startsAfter;
    private final ReadAheadBlocks blocks = new ReadAheadBlocks();
    private volatile Optional<Thread> thread = Optional.empty();
    private Optional<ReadAheadBlocks.Block> current = Optional.empty();
    private long taken;

    /** {@code startsAfter}: how many bytes are taken before the thread begins. */
    ReadAhead(InputStream in, long startsAfter) {
        this.in = in;
        this.startsAfter = startsAfter;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (taken < startsAfter) {
            int count = in.read(target, offset, length);
            taken += Math.max(count, 0);
            return count;
        }
        if (thread.isEmpty()) {
            start();
        }
        while (current.isEmpty() || current.get().isEmpty()) {
            if (current.isPresent() && current.get().isLast()) {
                return current.get().end();
            }
            current = Optional.of(blocks.exchange(current));
        }
        return current.get().take(target, offset, length);
    }

    private void start() throws IOException {
        Thread reader = new Thread(this::readAhead, THREAD);
        reader.setDaemon(true);
        synchronized (blocks) {
            blocks.begin(BLOCKS, BLOCK_BYTES);
            thread = Optional.of(reader);
            reader.start();
        }
    }

    private void readAhead() {
        boolean more = true;
        while (more) {
            Optional<ReadAheadBlocks.Block> block = blocks.takeFree();
            block.ifPresent(free -> {
                free.fill(in);
                blocks.give(free);
            });
            more = block.isPresent() && !block.get().isLast();
        }
    }

    @Override
    public void close() throws IOException {
        blocks.close();
        thread.ifPresent(ReadAhead::join);
        in.close();
    }

    private static void join(Thread reader) {
        boolean interrupted = false;
        while (reader.isAlive()) {
            try {
                reader.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
