package recovery.core.layer;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * A few blocks of bytes that go to and fro between a thread that fills them and one that empties them. An interrupt ends
 * no waiting and stays set.
 */
final class ReadAheadBlocks {
    private final Deque<Block> free = new ArrayDeque<>();
    private final Deque<Block> filled = new ArrayDeque<>();
    private boolean closed;

    /** In the hands of one thread at a time. */
    static final class Block {
        private final byte[] bytes;
        private int next;
        private int limit;
        private boolean last;
        private Optional<Throwable> failure = Optional.empty();

        private Block(int size) {
            bytes = new byte[size];
        }

        /** Takes what the stream gives until it is full, the stream ends or fails. */
        void fill(InputStream in) {
            next = 0;
            limit = 0;
            try {
                while (limit < bytes.length && !last) {
                    int count = in.read(bytes, limit, bytes.length - limit);
                    last = count < 0;
                    limit += Math.max(count, 0);
                }
            } catch (Throwable e) {
                failure = Optional.of(e);
                last = true;
            }
        }

        boolean isEmpty() {
            return next == limit;
        }

        /** No bytes come behind it. */
        boolean isLast() {
            return last;
        }

        int take(byte[] target, int offset, int length) {
            int count = Math.min(length, limit - next);
            System.arraycopy(bytes, next, target, offset, count);
            next += count;
            return count;
        }

        /** What a stream says at its end: -1, or what it failed with. */
        int end() throws IOException {
            if (failure.isEmpty()) {
                return -1;
            }
            if (failure.get() instanceof Error error) {
                throw error;
            }
            if (failure.get() instanceof RuntimeException refusal) {
                throw refusal;
            }
            throw (IOException) failure.get();
        }
    }

    synchronized void begin(int count, int blockBytes) throws IOException {
        refuseClosed();
        for (int i = 0; i < count; i++) {
            free.add(new Block(blockBytes));
        }
    }

    /** A block to fill; empty if nobody wants more. */
    synchronized Optional<Block> takeFree() {
        await(free);
        return closed ? Optional.empty() : Optional.of(free.remove());
    }

    synchronized void give(Block block) {
        filled.add(block);
        notifyAll();
    }

    /** Gives a block back that was emptied, for the next one. */
    synchronized Block exchange(Optional<Block> emptied) throws IOException {
        emptied.ifPresent(free::add);
        notifyAll();
        await(filled);
        refuseClosed();
        return filled.remove();
    }

    private void await(Deque<Block> blocks) {
        boolean interrupted = false;
        while (blocks.isEmpty() && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void refuseClosed() throws IOException {
        if (closed) {
            throw new IOException("the backup was closed");
        }
    }

    /** Ends all waiting. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
