package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.DISK_FULL;
import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import recovery.core.dump.sqlite.SqliteHeader;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;
import recovery.core.layer.Cancellation;

/** Writes a database file byte by byte, and lets it pass only if it is as long as its own header says. */
final class DatabaseFileLoad {
    private static final int SLICE = 1 << 20;

    private DatabaseFileLoad() {}

    /** {@code unfinished}: a transaction is still to be rolled back, and then it may be shorter than it says. */
    static List<Note> write(InputStream content, Path copy, Cancellation cancellation, boolean unfinished)
            throws IOException {
        byte[] slice = new byte[SLICE];
        int length = content.readNBytes(slice, 0, slice.length);
        SqliteHeader header = SqliteHeader.read(Arrays.copyOf(slice, Math.min(length, SqliteHeader.LENGTH)));
        long written = 0;
        try (FileChannel channel = open(copy)) {
            while (length > 0) {
                cancellation.check();
                write(channel, ByteBuffer.wrap(slice, 0, length), copy);
                written += length;
                length = content.readNBytes(slice, 0, slice.length);
            }
        }
        return unfinished ? notes(header, written) : check(header, written);
    }

    /** Writes a file of which {@code head} was read already, whatever it is, and says how long it is. */
    static long writeAll(byte[] head, InputStream content, Path copy, Cancellation cancellation) throws IOException {
        byte[] slice = new byte[SLICE];
        long written = head.length;
        try (FileChannel channel = open(copy)) {
            write(channel, ByteBuffer.wrap(head), copy);
            for (int length = content.readNBytes(slice, 0, slice.length); length > 0; ) {
                cancellation.check();
                write(channel, ByteBuffer.wrap(slice, 0, length), copy);
                written += length;
                length = content.readNBytes(slice, 0, slice.length);
            }
        }
        return written;
    }

    /** Whether a file of that length is whole as far as its header can tell, and what is worth a note. */
    static List<Note> check(SqliteHeader header, long written) {
        header.checkLength(written);
        return notes(header, written);
    }

    private static FileChannel open(Path copy) {
        try {
            return FileChannel.open(copy, StandardOpenOption.WRITE);
        } catch (IOException failed) {
            throw problem(FILE_NOT_ACCESSIBLE, "cannot write '%s': %s", copy, Why.of(failed))
                    .causedBy(failed)
                    .remedy("Start the restore again.");
        }
    }

    private static void write(FileChannel channel, ByteBuffer slice, Path copy) {
        try {
            while (slice.hasRemaining()) {
                channel.write(slice);
            }
        } catch (IOException failed) {
            throw notWritten(copy, failed);
        }
    }

    /** A write that failed; that the disk is full is what it nearly always means. */
    static RecoveryException notWritten(Path copy, Exception failed) {
        long free = copy.toFile().getUsableSpace();
        boolean full = free < 2L * SLICE || String.valueOf(failed.getMessage()).contains("No space left");
        return full
                ? problem(DISK_FULL, "the disk is full: '%s' could not be written", copy)
                        .causedBy(failed)
                        .remedy("Free some space in '%s', then start again.".formatted(copy.getParent()))
                : problem(FILE_NOT_ACCESSIBLE, "cannot write '%s': %s", copy, Why.of(failed))
                        .causedBy(failed)
                        .remedy("Look at the disk that holds '%s'.".formatted(copy.getParent()));
    }

    private static List<Note> notes(SqliteHeader header, long written) {
        List<Note> notes = new ArrayList<>();
        if (header.writeAheadLog()) {
            notes.add(new Note(
                    "WAL_MODE",
                    "The backup is a database in WAL mode; if it was copied as a file while in use, its latest changes"
                            + " were in a '-wal' file that is not part of it."));
        }
        long expected = header.pageCount().orElse(0) * header.pageSize();
        if (expected > 0 && written > expected) {
            notes.add(new Note(
                    "BYTES_BEHIND_DATABASE",
                    "%d bytes follow behind the last page of the database; they were kept."
                            .formatted(written - expected)));
        }
        return notes;
    }

    /** Makes the file durable. */
    static void force(Path copy) throws IOException {
        if (Files.exists(copy)) {
            try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        }
    }
}
