package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.DISK_FULL;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.ErrorCode.SWAP_FAILED;
import static recovery.core.error.ErrorCode.SWAP_UNCONFIRMED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import recovery.core.dump.Selection;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;
import recovery.core.target.OnConflict;

/**
 * One transaction in which chosen tables of a file beside are written into the live file, which programs may have open.
 * They see all of it or nothing, and those that write wait meanwhile. On failure the live file is as it was.
 */
final class TableWrite {
    private final Path live;
    private final Path copy;
    private final Duration patience;

    /**
     * @param copy a complete file that nobody writes
     * @param patience how long to wait for others who read or write the live file
     */
    TableWrite(Path live, Path copy, Duration patience) {
        this.live = live;
        this.copy = copy;
        this.patience = patience;
    }

    /** What is done at certain moments of the transaction; if it fails, nothing is written. */
    interface Moments {
        /** Nobody else can write any more, and nothing is written yet: what is live now is what is replaced. */
        void begun() throws IOException, SQLException;

        /** Everything is written and checked, but not yet committed. */
        default void written() {}
    }

    /** @param downtime how long others could not write */
    record Result(List<Note> notes, Duration downtime) {}

    Result run(Selection selection, OnConflict policy, Moments moments) {
        try (Connection connection = SqliteConnections.merging(live, copy, TableMerge.BACKUP, patience)) {
            List<String> chosen = TableChoice.of(new SchemaObjects(connection, TableMerge.BACKUP), selection);
            SqliteConnections.run(connection, "BEGIN IMMEDIATE");
            long begun = System.nanoTime();
            boolean committed = false;
            try {
                moments.begun();
                List<Note> notes = new TableMerge(connection, chosen, policy).merge();
                moments.written();
                commit(connection);
                committed = true;
                return new Result(notes, Duration.ofNanos(System.nanoTime() - begun));
            } finally {
                if (!committed) {
                    takeBack(connection);
                }
            }
        } catch (SQLException failed) {
            throw failure(failed);
        } catch (IOException failed) {
            throw failure(Why.of(failed), Why.isFullDisk(failed), failed);
        }
    }

    private void commit(Connection connection) throws SQLException {
        try {
            SqliteConnections.run(connection, "COMMIT");
        } catch (SQLException failed) {
            if (SqliteConnections.isBusy(failed) || SqliteConnections.isFull(failed)) {
                throw failed;
            }
            throw problem(
                            SWAP_UNCONFIRMED,
                            "SQLite could not say whether the tables were written into '%s': %s",
                            live.getFileName(),
                            SqliteConnections.words(failed))
                    .causedBy(failed)
                    .remedy("Look into the tables before you start again.");
        }
    }

    /** What fails here has ended the transaction already, and the next who opens the file takes it back if need be. */
    private static void takeBack(Connection connection) {
        try {
            SqliteConnections.run(connection, "ROLLBACK");
        } catch (SQLException ended) {
            System.getLogger(TableWrite.class.getName())
                    .log(System.Logger.Level.DEBUG, "the transaction was over already", ended);
        }
    }

    private RecoveryException failure(SQLException failed) {
        if (SqliteConnections.isBusy(failed)) {
            List<String> others = OpenFiles.processes(live);
            return SqliteSwap.inUse(live, others.isEmpty() ? "another process" : String.join(", ", others));
        }
        String words = SqliteConnections.words(failed);
        if (words.contains("same text encoding")) {
            return problem(
                            REQUEST_UNUSABLE,
                            "the restored file keeps its text in another encoding than '%s', so single tables cannot be brought over",
                            live.getFileName())
                    .causedBy(failed)
                    .remedy("Restore the whole backup, or into another file with --target-path and copy from there.");
        }
        return failure(words, SqliteConnections.isFull(failed), failed);
    }

    private RecoveryException failure(String words, boolean full, Exception cause) {
        return problem(full ? DISK_FULL : SWAP_FAILED, "nothing was written into '%s': %s", live.getFileName(), words)
                .causedBy(cause)
                .remedy(
                        full
                                ? "Free space on that disk: as much as the live file and the restored tables together need."
                                : "Remove the obstacle and start again, or restore the whole backup.");
    }
}
