package recovery.core.target.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import recovery.core.dump.RowBlock;

/** A connection to the copy with what one thread needs to work over it. For one thread, except
 * {@link #cancel}. */
final class Worker implements AutoCloseable {
    private static final int BLOCK_BYTES = 1024 * 1024;
    private static final int SMALLEST_BLOCK_BYTES = 128 * 1024;

    private final LoadConnection connection;
    private final int blockBytes;
    private RowBlock block = new RowBlock(0);
    private final boolean ofDump;
    private String session = "";
    private boolean helped = true;
    private final AtomicBoolean cancelling = new AtomicBoolean();

    /**
     * @param ofDump the statements of the dump run here in their order, and make the settings
     * @param workers how many there are, which share the memory
     */
    Worker(Connection connection, boolean ofDump, int workers) throws SQLException {
        this(new LoadConnection(connection), ofDump, workers);
    }

    /** Owns {@code connection}. */
    Worker(LoadConnection connection, boolean ofDump, int workers) {
        this.connection = connection;
        this.ofDump = ofDump;
        long share = Runtime.getRuntime().maxMemory() / 8 / workers;
        blockBytes = (int) Math.max(SMALLEST_BLOCK_BYTES, Math.min(BLOCK_BYTES, share));
    }

    LoadConnection connection() {
        return connection;
    }

    /** For rows on their way; the same every time. */
    RowBlock block() {
        if (block.bytes().length == 0) {
            block = new RowBlock(blockBytes);
        }
        return block;
    }

    /** Gives the connection the settings of {@link DumpSession#sql}, unless it has them. */
    void use(String settings) throws SQLException {
        if (!ofDump && !session.equals(settings)) {
            connection.run(settings);
            session = settings;
            helped = true;
        }
    }

    /**
     * Whether the server may use more processes for an index than the one of this connection, as many as it does by
     * itself; while other connections build too, that would only be more work in all.
     */
    void letHelp(boolean help) throws SQLException {
        if (!ofDump && helped != help) {
            connection.run(
                    help ? "RESET max_parallel_maintenance_workers" : "SET max_parallel_maintenance_workers = 0");
            helped = help;
        }
    }

    /**
     * Asks the server to stop what it does for this connection, and does not wait for the answer, which a server or network
     * that hangs does not give. What begins a moment later is not stopped.
     */
    void cancel() {
        if (cancelling.compareAndSet(false, true)) {
            Thread thread = new Thread(
                    () -> {
                        connection.cancel();
                        cancelling.set(false);
                    },
                    "cancel");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Ends the connection without a word to the server, and with an error what waits for it. Any thread may call. */
    void abort() {
        connection.abort();
    }

    /** Closes what this made, not the connection. */
    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
