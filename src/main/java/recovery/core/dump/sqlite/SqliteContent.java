package recovery.core.dump.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
        return read(in, whole, false, header -> Optional.empty());
    }

    /** Reads the log that lies beside a database with that header; empty if none does or it cannot be kept. */
    public interface Log {
        Optional<LogPages> read(SqliteHeader header) throws IOException;
    }

    /**
     * As {@link #read(InputStream, boolean)}, with the pages of a log.
     *
     * @param unfinished it may be shorter than its header says
     */
    public static SqliteContent read(InputStream in, boolean whole, boolean unfinished, Log log) throws IOException {
        byte[] first = in.readNBytes(SqliteHeader.LENGTH);
        SqliteHeader header = SqliteHeader.read(first);
        PageMap pages = new PageMap(header);
        LoggedPages logged = new LoggedPages(pages, log.read(header));
        byte[] page = Arrays.copyOf(first, header.pageSize());
        int length = first.length + in.readNBytes(page, first.length, page.length - first.length);
        long total = length;
        while (length == page.length && (whole || (pages.wantsMore() && total < HEAD_BYTES))) {
            logged.add(page);
            length = in.readNBytes(page, 0, page.length);
            total += length;
        }
        boolean complete = length < page.length;
        if (complete && !unfinished) {
            header.checkLength(total);
        }
        if (complete) {
            logged.end();
        } else {
            logged.add(page);
        }
        return new SqliteContent(header, total, complete, pages.tables(complete), pages.knowsSchema());
    }

    /** Hands on the newest of each page. */
    private static final class LoggedPages {
        private final PageMap pages;
        private final Optional<LogPages> log;
        private int number;

        LoggedPages(PageMap pages, Optional<LogPages> log) {
            this.pages = pages;
            this.log = log.filter(found -> found.databasePages() > 0);
        }

        void add(byte[] page) {
            number++;
            if (log.isEmpty()) {
                pages.add(page);
            } else if (number <= log.get().databasePages()) {
                pages.add(log.get().newest(number, page));
            }
        }

        /** Those that only the log has; a page that neither has ends them. */
        void end() {
            byte[] none = new byte[0];
            while (log.isPresent()
                    && number < log.get().databasePages()
                    && log.get().newest(number + 1, none).length > 0) {
                add(none);
            }
        }
    }
}
