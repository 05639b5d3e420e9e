package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.ErrorCode.VERIFICATION_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import recovery.core.dump.sqlite.SqliteHeader;
import recovery.core.error.RecoveryException;
import recovery.core.target.CopyFacts.Measurement;
import recovery.core.target.LoadWatch;

/**
 * A database file that came out of an encrypted backup, held in memory until it is known to be whole and sound: its end is
 * proven by the layers around it, its length by its header, its structure by SQLite. One that is larger than the limit
 * is handed on as it comes. Closing wipes what is held. For one thread.
 */
final class MemoryImage implements AutoCloseable {
    private static final int FIRST_BYTES = 1 << 20;

    private final InputStream content;
    private final LoadWatch watch;
    private byte[] bytes;
    private int length;
    private boolean whole;

    private MemoryImage(InputStream content, LoadWatch watch) {
        this.content = content;
        this.watch = watch;
        this.bytes = new byte[SqliteHeader.LENGTH];
    }

    /** Reads {@code content} to its end or to the limit, whichever comes first. */
    static MemoryImage read(InputStream content, MemoryLimit limit, LoadWatch watch) throws IOException {
        MemoryImage image = new MemoryImage(content, watch);
        image.readHead(limit);
        return image;
    }

    private void readHead(MemoryLimit limit) throws IOException {
        length = content.readNBytes(bytes, 0, bytes.length);
        SqliteHeader header = SqliteHeader.read(Arrays.copyOf(bytes, length));
        long expected = header.pageCount().orElse(0) * header.pageSize();
        if (!limit.holds(expected) || limit.bytes() < FIRST_BYTES) {
            return;
        }
        grow(Math.max(expected, FIRST_BYTES), limit);
        while (!whole && length <= limit.bytes()) {
            watch.cancellation().check();
            if (length == bytes.length) {
                readOne(limit);
            } else {
                int count = content.read(bytes, length, Math.min(FIRST_BYTES, bytes.length - length));
                whole = count < 0;
                length += Math.max(count, 0);
            }
        }
        if (whole) {
            header.checkLength(length);
        }
    }

    /** Room that a file of the expected length needs no more of is not asked for before its end has been looked for. */
    private void readOne(MemoryLimit limit) throws IOException {
        int next = content.read();
        whole = next < 0;
        if (!whole) {
            grow(2L * length, limit);
            bytes[length++] = (byte) next;
        }
    }

    private void grow(long wanted, MemoryLimit limit) {
        byte[] larger = Arrays.copyOf(bytes, Math.toIntExact(Math.min(wanted, limit.bytes() + 1)));
        Arrays.fill(bytes, (byte) 0);
        bytes = larger;
    }

    /** What {@code integrity_check} says, if all of it is in memory; a file with faults is refused. */
    Optional<Measurement> checked() {
        if (!whole) {
            return Optional.empty();
        }
        byte[] image = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        try (Connection connection = SqliteConnections.memory(image)) {
            long pages = SqliteConnections.number(connection, "PRAGMA page_count");
            Measurement found = new MemoryCheck(connection, watch).integrity(pages);
            if (!found.wrong().isEmpty()) {
                throw unsound(String.join("; ", found.wrong().stream().limit(5).toList()));
            }
            return Optional.of(found);
        } catch (SQLException failed) {
            throw problem(DUMP_DAMAGED, "SQLite cannot read the backup: %s", SqliteConnections.words(failed))
                    .causedBy(failed)
                    .remedy("Restore an older backup instead.");
        } finally {
            if (image != bytes) {
                Arrays.fill(image, (byte) 0);
            }
        }
    }

    private static RecoveryException unsound(String wrong) {
        return problem(
                        VERIFICATION_FAILED,
                        "the backup is not sound, and nothing of it was written: integrity: %s",
                        wrong)
                .remedy("Restore an older backup.", "Keep this backup for an inquiry.");
    }

    /** All of the file, from its first byte, once. */
    InputStream all() {
        InputStream held = new ByteArrayInputStream(bytes, 0, length);
        return whole ? held : new SequenceInputStream(held, content);
    }

    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }
}
