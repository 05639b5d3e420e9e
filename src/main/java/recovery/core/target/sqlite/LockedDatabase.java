package recovery.core.target.sqlite;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import recovery.core.error.RecoveryException;

/**
 * The live file with nobody else at work in it and its write-ahead log written back. A file that SQLite can no longer read
 * is held by nothing; then the log is not touched and goes aside with it.
 *
 * <p>The file leaves WAL mode meanwhile: a connection in that mode deletes the log by its name when it ends, and after a
 * swap that name may belong to the new file.
 */
final class LockedDatabase implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LockedDatabase.class.getName());

    /** Where a header says which mode it is; see {@link recovery.core.dump.sqlite.SqliteHeader}. */
    private static final long MODE_OFFSET = 18;

    private final Optional<Connection> connection;
    private final boolean writeAheadLog;
    private boolean released;

    private LockedDatabase(Optional<Connection> connection, boolean writeAheadLog) {
        this.connection = connection;
        this.writeAheadLog = writeAheadLog;
    }

    static LockedDatabase take(DatabaseFolder folder, Duration patience) throws IOException {
        Path live = folder.live();
        // SQLite deletes the write-ahead log of a file that it cannot read, and that log may hold everything
        boolean writeAheadLog;
        try {
            writeAheadLog = OnlineSource.header(live).writeAheadLog();
        } catch (IOException | RecoveryException unreadable) {
            return notHeld(folder);
        }
        Optional<Connection> locked = lock(folder, patience);
        return locked.isPresent() ? new LockedDatabase(locked, writeAheadLog) : notHeld(folder);
    }

    private static LockedDatabase notHeld(DatabaseFolder folder) {
        if (OpenFiles.isLocked(folder.live())) {
            throw inUse(folder);
        }
        return new LockedDatabase(Optional.empty(), false);
    }

    private static Optional<Connection> lock(DatabaseFolder folder, Duration patience) {
        Connection connection = null;
        long end = System.nanoTime() + patience.toNanos();
        try {
            connection = SqliteConnections.existing(folder.live(), patience);
            boolean alone = false;
            while (!alone) {
                SqliteConnections.run(connection, "PRAGMA journal_mode = DELETE", "BEGIN EXCLUSIVE");
                // somebody may have been quicker
                alone = !SqliteConnections.column(connection, "PRAGMA journal_mode")
                        .equals(List.of("wal"));
                if (!alone) {
                    SqliteConnections.run(connection, "ROLLBACK");
                    if (System.nanoTime() > end) {
                        close(connection);
                        throw inUse(folder);
                    }
                }
            }
            return Optional.of(connection);
        } catch (SQLException failed) {
            close(connection);
            if (SqliteConnections.isBusy(failed)) {
                throw inUse(folder);
            }
            LOG.log(WARNING, "the live file cannot be locked, so it is moved as it is: " + failed.getMessage());
            return Optional.empty();
        }
    }

    private static RecoveryException inUse(DatabaseFolder folder) {
        List<String> others = folder.users(folder.live());
        return SqliteSwap.inUse(folder.live(), others.isEmpty() ? "another process" : String.join(", ", others));
    }

    boolean isHeld() {
        return connection.isPresent();
    }

    /** Gives up the lock, and puts {@code file}, which is what was locked, into the mode that it had. */
    void keepMode(Path file) {
        release();
        if (connection.isPresent() && writeAheadLog) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(new byte[] {2, 2}), MODE_OFFSET);
                channel.force(false);
            } catch (IOException stays) {
                LOG.log(WARNING, "the previous file is not in WAL mode any more: " + stays.getMessage());
            }
        }
    }

    /** Without a swap the live file gets its mode back. */
    @Override
    public void close() {
        if (!released && writeAheadLog && connection.isPresent()) {
            try {
                SqliteConnections.run(connection.get(), "ROLLBACK", "PRAGMA journal_mode = WAL");
            } catch (SQLException stays) {
                LOG.log(WARNING, "the live file is not in WAL mode any more: " + stays.getMessage());
            }
        }
        release();
    }

    /** Lets others in; the file has been moved, or is about to be where an open file cannot be. */
    void release() {
        released = true;
        connection.ifPresent(LockedDatabase::close);
    }

    private static void close(Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException failed) {
            LOG.log(DEBUG, "the connection to the previous file did not close", failed);
        }
    }
}
