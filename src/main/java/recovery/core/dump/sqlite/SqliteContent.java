package recovery.core.dump.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * What is in a database file, found without SQLite in one pass from its first byte to its last, so that it may lie
 * behind any layers and be of any size.
 *
 * @param lengthBytes what was read of it
 * @param complete all of it was read, and it is as long as its header says
 * @param tables without those that SQLite and virtual tables keep for themselves, in the order of the file
 * @param allTables false if some could not be found in one pass, or not in the part that was read
 */
public record SqliteContent(
        SqliteHeader header, long lengthBytes, boolean complete, List<Table> tables, boolean allTables) {
    /** Rows are empty for virtual tables, and where not everything was read. The name is quoted as SQL. */
    public record Table(String name, OptionalLong rows) {}

    /** How much of a file is looked at for the names of its tables alone. */
    private static final long HEAD_BYTES = 64L << 20;

    public SqliteContent {
        tables = List.copyOf(tables);
    }

    /**
     * Reads a database file; {@code whole} or only until the names of its tables are known. Does not close {@code in}.
     *
     * @throws recovery.core.error.RecoveryException BACKUP_NOT_RECOGNISED, DUMP_TRUNCATED, DUMP_DAMAGED
     */
    public static SqliteContent read(InputStream in, boolean whole) throws IOException {
        return read(in, whole, false);
    }

    /** As {@link #read(InputStream, boolean)}; {@code unfinished}: it may be shorter than its header says. */
    public static SqliteContent read(InputStream in, boolean whole, boolean unfinished) throws IOException {
        byte[] first = in.readNBytes(SqliteHeader.LENGTH);
        SqliteHeader header = SqliteHeader.read(first);
        PageMap pages = new PageMap(header);
        byte[] page = Arrays.copyOf(first, header.pageSize());
        int length = first.length + in.readNBytes(page, first.length, page.length - first.length);
        long total = length;
        while (length == page.length && (whole || (pages.wantsMore() && total < HEAD_BYTES))) {
            pages.add(page);
            length = in.readNBytes(page, 0, page.length);
            total += length;
        }
        boolean complete = length < page.length;
        if (complete && !unfinished) {
            header.checkLength(total);
        } else if (!complete) {
            pages.add(page);
        }
        return new SqliteContent(header, total, complete, pages.tables(complete), pages.knowsSchema());
    }
}
