package recovery.core.dump;

import java.io.InputStream;
import java.util.OptionalLong;

/** What a dump consists of, in order, as its {@link DumpReader} hands it out. */
public sealed interface DumpPart {

    /** Under which entry of the table of contents the part stands. */
    Entry entry();

    /** Byte of the dump at which the part begins, counted from 0; errors about it name it. */
    long position();

    /**
     * One SQL statement, without its closing semicolon and without comments before it.
     *
     * @param line line of the dump on which it begins, counted from 1; 0 in archives, which have none
     * @param rows how many rows an {@code INSERT … VALUES} adds; empty for every other statement, and for an INSERT
     *     whose number of rows cannot be read off
     */
    record Statement(Entry entry, String sql, long position, long line, OptionalLong rows) implements DumpPart {}

    /**
     * The rows of one table in the text format of COPY.
     *
     * @param table quoted as SQL and with its schema where the dump says it, e.g. {@code sales."Odd Table"}
     * @param columns the column list with its parentheses as in the dump, or empty
     * @param encoding PostgreSQL's name of the encoding of the bytes
     * @param rows must be read to its end before the next part is asked for, unless it is independent
     */
    record Rows(Entry entry, String table, String columns, String encoding, RowSource rows, long position, long line)
            implements DumpPart {}

    /**
     * A large object of an archive. The statement that creates it comes before.
     *
     * @param content must be read to its end before the next part is asked for
     */
    record LargeObject(Entry entry, long oid, InputStream content, long position) implements DumpPart {}
}
