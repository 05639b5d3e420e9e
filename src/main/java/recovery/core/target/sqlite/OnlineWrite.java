package recovery.core.target.sqlite;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;
import static recovery.core.error.ErrorCode.DATABASE_IN_USE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.DB;
import recovery.core.error.RecoveryException;

/**
 * One transaction in which SQLite's backup API replaces every page of the live file. It is open from the first pages on:
 * in WAL mode others go on reading what was there before, with a rollback journal they wait. That is the moment in which
 * what is live is kept; if that fails, the transaction is not committed.
 *
 * <p>The API is told to stop by taking its source away, since an exception must not pass through it: a second connection
 * locks the source before the first step ends and opens it again only when everything is kept.
 */
final class OnlineWrite implements DB.ProgressObserver {
    private static final System.Logger LOG = System.getLogger(OnlineWrite.class.getName());

    /** Few enough that the first step stays in the cache, so that the live file is as it was when it is kept. */
    private static final int PAGES_AT_ONCE = 64;

    private static final int CACHE_KILOBYTES = 32 * 1024;

    private final DatabaseFolder folder;
    private final Path live;
    private final Path from;
    private final PreviousCopy previous;
    private final Duration patience;
    private Connection gate;
    private FileChannel bytes;
    private boolean writeAheadLog;
    private long begunNanos;
    private int remaining = -1;
    private Throwable failure;

    OnlineWrite(DatabaseFolder folder, Path from, PreviousCopy previous, Duration patience) {
        this.folder = folder;
        this.live = folder.live();
        this.from = from;
        this.previous = previous;
        this.patience = patience;
    }

    /** Returns how long others could not write, when it is committed; whatever is thrown, nothing is. */
    Duration run() throws IOException, SQLException {
        try (FileChannel channel = FileChannel.open(live, StandardOpenOption.READ);
                Connection source = SqliteConnections.existing(from, Duration.ZERO);
                Connection target = SqliteConnections.existing(live, patience)) {
            bytes = channel;
            gate = source;
            writeAheadLog = SqliteConnections.column(target, "PRAGMA journal_mode")
                    .get(0)
                    .equals("wal");
            SqliteConnections.run(target, "PRAGMA synchronous = FULL", "PRAGMA cache_size = -" + CACHE_KILOBYTES);
            long pages = SqliteConnections.number(source, "PRAGMA page_count");
            DB database = target.unwrap(SQLiteConnection.class).getDatabase();
            int code = database.restore(
                    "main", from.toString(), this, 1, 0, (int) Math.min(PAGES_AT_ONCE, Math.max(1, pages - 1)));
            judge(database, code);
            Duration downtime = Duration.ofNanos(System.nanoTime() - begunNanos);
            tidy(target);
            return downtime;
        }
    }

    /** The code that the driver returns is that of the source, which is fine when the live file could not be written. */
    private void judge(DB database, int code) throws IOException, SQLException {
        if (failure instanceof IOException io) {
            throw io;
        }
        if (failure instanceof SQLException sql) {
            throw sql;
        }
        if (failure != null) {
            throw new IllegalStateException("what was live could not be kept", failure);
        }
        if (remaining != 0 || code != 0) {
            SQLException told = told(database);
            if (remaining < 0 && SqliteConnections.words(told).contains("locked")) {
                throw inUse();
            }
            throw told;
        }
    }

    private RecoveryException inUse() {
        List<String> others = folder.users(live);
        return problem(
                        DATABASE_IN_USE,
                        "%s did not leave '%s' alone for %d seconds, so that nothing was written into it",
                        others.isEmpty() ? "another process" : String.join(", ", others),
                        live.getFileName(),
                        patience.toSeconds())
                .remedy("Stop that program, or let it end its transactions, then start the restore again.");
    }

    private static SQLException told(DB database) {
        try {
            database.throwex(1);
            return new SQLException("SQLite does not say why");
        } catch (SQLException told) {
            return told;
        }
    }

    /** Called after every step but those that failed; the last one, with nothing remaining, is committed. */
    @Override
    public void progress(int left, int all) {
        remaining = left;
        if (begunNanos == 0) {
            begunNanos = System.nanoTime();
            lock();
            try {
                if (writeAheadLog) {
                    previous.read();
                } else {
                    previous.copy(bytes);
                }
                SqliteConnections.run(gate, "ROLLBACK");
            } catch (Throwable notKept) {
                failure = notKept;
            }
        }
    }

    /** Nobody else knows the file, so this does not fail twice; as long as it does, nothing is committed. */
    private void lock() {
        boolean locked = false;
        while (!locked) {
            try {
                SqliteConnections.run(gate, "BEGIN EXCLUSIVE");
                locked = true;
            } catch (SQLException again) {
                LOG.log(WARNING, "the file beside cannot be locked, trying again: " + again.getMessage());
            }
        }
    }

    /** Takes the log back to its usual size if nobody reads from it. */
    private void tidy(Connection target) {
        if (writeAheadLog) {
            try {
                SqliteConnections.run(target, "PRAGMA busy_timeout = 0", "PRAGMA wal_checkpoint(TRUNCATE)");
            } catch (SQLException later) {
                LOG.log(DEBUG, "the write-ahead log is written back by others", later);
            }
        }
    }
}
