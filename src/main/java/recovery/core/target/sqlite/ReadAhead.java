package recovery.core.target.sqlite;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpPart.Statement;
import recovery.core.dump.sqlite.InsertRows;
import recovery.core.dump.sqlite.SqliteScriptReader;
import recovery.core.target.LoadWatch;
import recovery.core.target.Work;

/**
 * Reads a script in a thread of its own, so that one block is read while SQLite works on another. What lies ready is
 * bounded in bytes; a failure comes out behind everything that was read before it. Closing ends the thread.
 */
final class ReadAhead implements AutoCloseable {
    private static final long BLOCK_BYTES = 256 * 1024;

    /** No more is read while so much lies ready or is being worked on; one statement may be larger. */
    private static final long AHEAD_BYTES = 1 << 20;

    /** What follows in the script: statements, and behind them rows. */
    record Block(List<Statement> statements, Optional<InsertRows> rows, long sizeBytes) {}

    private final SqliteScriptReader reader;
    private final LoadWatch watch;
    private final Thread thread;
    private final Deque<Block> ready = new ArrayDeque<>();
    private long ahead;
    private long taken;
    private boolean ended;
    private boolean stopped;
    private Throwable failure;

    /** {@code reader} belongs to this until it is closed. */
    ReadAhead(SqliteScriptReader reader, LoadWatch watch) {
        this.reader = reader;
        this.watch = watch;
        this.thread = new Thread(this::readAll, "script-reader");
        thread.setDaemon(true);
        thread.start();
    }

    /** The next block; the one before is done with. Empty only when the reader has met the end of the script. */
    synchronized Optional<Block> next() throws IOException {
        ahead -= taken;
        taken = 0;
        notifyAll();
        awaitWhile(() -> ready.isEmpty() && !ended);
        if (ready.isEmpty()) {
            rethrow();
            return Optional.empty();
        }
        Block block = ready.remove();
        taken = block.sizeBytes();
        return Optional.of(block);
    }

    private void readAll() {
        Throwable met = null;
        try {
            boolean more = true;
            while (more && awaitRoom()) {
                more = readBlock();
            }
        } catch (IOException | RuntimeException | Error failed) {
            met = failed;
        }
        end(met);
    }

    /** False at the end of the script. */
    private boolean readBlock() throws IOException {
        List<Statement> statements = new ArrayList<>();
        Optional<InsertRows> rows = Optional.empty();
        long bytes = 0;
        boolean more = true;
        long began = System.nanoTime();
        try {
            while (more && rows.isEmpty() && bytes < BLOCK_BYTES) {
                rows = reader.nextRows();
                if (rows.isEmpty()) {
                    Optional<DumpPart> part = reader.next();
                    more = part.isPresent();
                    if (more) {
                        Statement statement = (Statement) part.get();
                        statements.add(statement);
                        bytes += statement.sql().length();
                    }
                }
            }
            return more;
        } finally {
            watch.spentSince(Work.READ, began);
            put(new Block(
                    statements, rows, bytes + rows.map(InsertRows::sizeBytes).orElse(0L)));
        }
    }

    private synchronized boolean awaitRoom() throws IOException {
        awaitWhile(() -> ahead >= AHEAD_BYTES && !stopped);
        return !stopped;
    }

    private synchronized void put(Block block) {
        ready.add(block);
        ahead += block.sizeBytes();
        notifyAll();
    }

    private synchronized void end(Throwable met) {
        failure = met;
        ended = true;
        notifyAll();
    }

    private void rethrow() throws IOException {
        if (failure instanceof IOException unreadable) {
            throw unreadable;
        } else if (failure instanceof RuntimeException refused) {
            throw refused;
        } else if (failure instanceof Error error) {
            throw error;
        }
    }

    private synchronized void awaitWhile(BooleanSupplier unready) throws IOException {
        try {
            while (unready.getAsBoolean()) {
                wait();
            }
        } catch (InterruptedException woken) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading the script", woken);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            stopped = true;
            notifyAll();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
