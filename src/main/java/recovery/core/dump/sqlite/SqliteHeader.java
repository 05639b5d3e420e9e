package recovery.core.dump.sqlite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static recovery.core.error.ErrorCode.BACKUP_NOT_RECOGNISED;
import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.ErrorCode.DUMP_TRUNCATED;
import static recovery.core.error.RecoveryException.problem;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import recovery.core.error.RecoveryException;

/**
 * The first 100 bytes of an SQLite database file. The layout is that of "Database File Format" of the SQLite project:
 *
 * <pre>
 *  0  "SQLite format 3\0"       18  write version (2 = WAL)     24  change counter    56  text encoding
 * 16  page size (1 = 65536)     20  reserved bytes of a page    28  size in pages     60  user version
 *                                                               92  change counter when the size was written
 * </pre>
 *
 * @param pageCount empty if an old version of SQLite wrote the file, which did not keep the count
 * @param writeAheadLog the database was in WAL mode: recent changes may lie in a second file
 * @param encoding 1 UTF-8, 2 UTF-16 little-endian, 3 UTF-16 big-endian, 0 nothing was stored yet
 */
public record SqliteHeader(
        int pageSize,
        int usablePageSize,
        OptionalLong pageCount,
        boolean writeAheadLog,
        int encoding,
        int userVersion,
        int applicationId) {
    /** How many bytes {@link #read} needs. */
    public static final int LENGTH = 100;

    private static final String MAGIC = "SQLite format 3\0";

    /**
     * Reads the header from the first bytes of a file.
     *
     * @param bytes as many as the file has, at most {@link #LENGTH} are looked at
     * @throws RecoveryException BACKUP_NOT_RECOGNISED, DUMP_TRUNCATED, DUMP_DAMAGED
     */
    public static SqliteHeader read(byte[] bytes) {
        int known = Math.min(bytes.length, MAGIC.length());
        if (bytes.length == 0 || !MAGIC.startsWith(new String(bytes, 0, known, ISO_8859_1))) {
            throw problem(BACKUP_NOT_RECOGNISED, "the backup is not an SQLite database file")
                    .remedy("Choose another backup; this one holds something else, or is encrypted.");
        }
        if (bytes.length < LENGTH) {
            throw truncated("the SQLite database file ends inside its header, after %d of %d bytes"
                    .formatted(bytes.length, LENGTH));
        }
        ByteBuffer header = ByteBuffer.wrap(bytes);
        int pageSize = header.getShort(16) == 1 ? 65_536 : header.getShort(16) & 0xFFFF;
        int reserved = header.get(20) & 0xFF;
        if (pageSize < 512 || Integer.bitCount(pageSize) != 1 || pageSize - reserved < 480) {
            throw damaged("the SQLite database file names an impossible page size of %d bytes".formatted(pageSize));
        }
        boolean counted = header.getInt(28) != 0 && header.getInt(24) == header.getInt(92);
        return new SqliteHeader(
                pageSize,
                pageSize - reserved,
                counted ? OptionalLong.of(header.getInt(28) & 0xFFFFFFFFL) : OptionalLong.empty(),
                header.get(18) == 2,
                header.getInt(56),
                header.getInt(60),
                header.getInt(68));
    }

    /** Changes the beginning of a file from WAL mode to the mode that needs no second file. */
    public static void leaveWriteAheadLog(byte[] file) {
        if (file.length >= LENGTH && file[18] == 2 && file[19] == 2) {
            file[18] = 1;
            file[19] = 1;
        }
    }

    /**
     * Proves that a file of {@code lengthBytes} is whole as far as its header can tell. A longer file is not an error:
     * SQLite may have been told to grow it in large steps, and does not look behind its last page.
     *
     * @throws RecoveryException DUMP_TRUNCATED
     */
    public void checkLength(long lengthBytes) {
        if (pageCount.isPresent()) {
            long expected = pageCount.getAsLong() * pageSize;
            if (lengthBytes < expected) {
                throw truncated("the SQLite database file ends after %d of %d bytes".formatted(lengthBytes, expected));
            }
        } else if (lengthBytes % pageSize != 0) {
            throw truncated("the SQLite database file ends inside its page %d, after %d bytes"
                    .formatted(lengthBytes / pageSize + 1, lengthBytes));
        }
    }

    private static RecoveryException truncated(String text) {
        return problem(DUMP_TRUNCATED, text)
                .remedy(
                        "Compare the file size with the original; the copy may have been cut short.",
                        "Restore an older backup instead.");
    }

    private static RecoveryException damaged(String text) {
        return problem(DUMP_DAMAGED, text).remedy("Restore an older backup instead.");
    }
}
