package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import recovery.core.dump.sqlite.SqliteHeader;
import recovery.core.error.Note;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Cancellation;

/**
 * The logs that lay beside a database file when it was backed up: committed changes of the {@code -wal} are written into the
 * copy, a transaction that a {@code -journal} remembers as unfinished is rolled back. SQLite does both, on the copy
 * alone; afterwards no log is left beside it.
 *
 * <pre>
 * -wal:      0 magic (4) | version (4) | page size (4) | … 32 bytes, then frames of 24 bytes and a page
 * -journal:  … and, if it belongs to a transaction over several databases, at its end: name | its length (4) |
 *            its checksum (4) | D9 D5 05 F9 20 A1 63 D7
 * </pre>
 *
 * Layouts as in "Database File Format" of the SQLite project. Stateless.
 */
final class CopyLogs {
    private static final String WAL = "-wal";
    private static final String JOURNAL = "-journal";
    private static final int SLICE = 1 << 18;
    private static final int WAL_HEADER = 32;
    private static final int WAL_MAGIC = 0x377f0682;
    private static final byte[] END_OF_SUPER_NAME = {
        (byte) 0xd9, (byte) 0xd5, 0x05, (byte) 0xf9, 0x20, (byte) 0xa1, 0x63, (byte) 0xd7
    };

    private CopyLogs() {}

    /**
     * Puts what lies beside the database of {@code backup} beside {@code copy}, which holds that database already, and
     * lets SQLite finish it.
     *
     * @return what became of it; empty if nothing lay beside
     * @throws recovery.core.error.RecoveryException DUMP_DAMAGED if SQLite cannot make one whole database of both
     */
    static Optional<Note> apply(BackupStream backup, Path copy, Cancellation cancellation) throws IOException {
        // with a journal there is no valid log
        for (String suffix : List.of(JOURNAL, WAL)) {
            Optional<InputStream> beside = backup.companion(suffix);
            if (beside.isPresent()) {
                try (InputStream log = beside.get()) {
                    write(log, DatabaseFolder.sidecar(copy, suffix), cancellation);
                }
                return settle(copy);
            }
        }
        return Optional.empty();
    }

    /**
     * Lets SQLite finish {@code copy} with the log that lies beside it; afterwards none does.
     *
     * @return what became of the log; empty if there was none
     */
    static Optional<Note> settle(Path copy) throws IOException {
        Files.deleteIfExists(DatabaseFolder.sidecar(copy, "-shm"));
        Path journal = DatabaseFolder.sidecar(copy, JOURNAL);
        Path log = DatabaseFolder.sidecar(copy, WAL);
        if (Files.exists(journal)) {
            Files.deleteIfExists(log);
            return Optional.of(rollBack(journal, copy));
        }
        return Files.exists(log) ? Optional.of(writeBack(log, copy)) : Optional.empty();
    }

    private static Note writeBack(Path log, Path copy) throws IOException {
        Optional<String> strange = strange(log, header(copy));
        if (strange.isPresent()) {
            Files.delete(log);
            return note("LOG_IGNORED", "The '-wal' beside the database was left out: " + strange.get());
        }
        long frames = finished(copy);
        return frames > 0
                ? note(
                        "LOG_APPLIED",
                        "The '-wal' beside the database held %d pages of committed changes, which are in the restored database."
                                .formatted(frames))
                : note(
                        "LOG_IGNORED",
                        "The '-wal' beside the database held no committed change that is whole: nothing was taken from it.");
    }

    /** Why SQLite would not write such a log for that database. */
    private static Optional<String> strange(Path log, SqliteHeader header) throws IOException {
        if (!header.writeAheadLog()) {
            return Optional.of(
                    "the database is not in WAL mode, so the log is an older one that no longer belongs to it.");
        }
        byte[] begin;
        try (InputStream in = Files.newInputStream(log)) {
            begin = in.readNBytes(WAL_HEADER);
        }
        if (begin.length < WAL_HEADER) {
            return Optional.of("it ends within its header and holds no change.");
        }
        ByteBuffer bytes = ByteBuffer.wrap(begin);
        if ((bytes.getInt(0) & ~1) != WAL_MAGIC) {
            return Optional.of("it does not begin like a log of SQLite.");
        }
        int pageSize = bytes.getInt(8) == 1 ? 65_536 : bytes.getInt(8);
        return pageSize == header.pageSize()
                ? Optional.empty()
                : Optional.of("its pages have %d bytes and those of the database %d, so it belongs to another one."
                        .formatted(pageSize, header.pageSize()));
    }

    private static Note rollBack(Path journal, Path copy) throws IOException {
        // SQLite would look for the file that it names, and delete it
        if (namesAnotherFile(journal)) {
            Files.delete(journal);
            return note(
                    "LOG_IGNORED",
                    "The '-journal' beside the database was left out: it belongs to a transaction over several databases.");
        }
        finished(copy);
        header(copy).checkLength(Files.size(copy));
        return note(
                "LOG_ROLLED_BACK",
                "A '-journal' lay beside the database: a transaction that it remembers as unfinished was rolled back.");
    }

    private static boolean namesAnotherFile(Path journal) throws IOException {
        try (FileChannel channel = FileChannel.open(journal, StandardOpenOption.READ)) {
            ByteBuffer end = ByteBuffer.allocate(END_OF_SUPER_NAME.length);
            if (channel.size() < end.capacity()) {
                return false;
            }
            channel.position(channel.size() - end.capacity());
            while (end.hasRemaining() && channel.read(end) >= 0) {
                // until all of it is there
            }
            return Arrays.equals(end.array(), END_OF_SUPER_NAME);
        }
    }

    private static void write(InputStream log, Path beside, Cancellation cancellation) throws IOException {
        FileRights.createPrivate(beside);
        try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
            byte[] slice = new byte[SLICE];
            for (int length = log.read(slice); length >= 0; length = log.read(slice)) {
                cancellation.check();
                write(channel, ByteBuffer.wrap(slice, 0, length), beside);
            }
        }
    }

    private static void write(FileChannel channel, ByteBuffer slice, Path beside) {
        try {
            while (slice.hasRemaining()) {
                channel.write(slice);
            }
        } catch (IOException failed) {
            throw DatabaseFileLoad.notWritten(beside, failed);
        }
    }

    /** Lets SQLite read the copy with its log, and end without one; how many pages of the log were committed. */
    private static long finished(Path copy) {
        try (Connection connection = SqliteConnections.existing(copy, Duration.ZERO)) {
            SqliteConnections.run(connection, "PRAGMA synchronous = OFF", "PRAGMA locking_mode = EXCLUSIVE");
            SqliteConnections.number(connection, "SELECT count(*) FROM sqlite_schema");
            long pages = pagesInLog(connection);
            SqliteConnections.run(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            return pages;
        } catch (SQLException failed) {
            throw problem(
                            DUMP_DAMAGED,
                            "the database and the log beside it do not fit together: %s",
                            SqliteConnections.words(failed))
                    .causedBy(failed)
                    .remedy(
                            "Restore an older backup instead.",
                            "If the log is not from the same moment as the database, move it away and restore again.");
        }
    }

    private static long pagesInLog(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(PASSIVE)")) {
            return row.next() ? row.getLong(2) : 0;
        }
    }

    private static SqliteHeader header(Path copy) throws IOException {
        try (InputStream in = Files.newInputStream(copy)) {
            return SqliteHeader.read(in.readNBytes(SqliteHeader.LENGTH));
        }
    }

    private static Note note(String code, String text) {
        return new Note(code, text);
    }
}
