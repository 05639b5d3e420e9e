package recovery.core.dump.plain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpReader;
import recovery.core.dump.Entry;
import recovery.core.dump.RowBlock;
import recovery.core.dump.SqlTokens;

/**
 * Writes a dump as an SQL script in the shape of pg_dump: a comment above every object, rows in COPY blocks, and the line
 * at the end by which it proves that it is whole. Does not close the stream. For one thread and one dump.
 */
public final class PlainDumpWriter {
    private static final int BLOCK_BYTES = 1 << 18;
    private static final byte[] END_OF_ROWS = "\\.\n\n\n".getBytes(UTF_8);

    private final OutputStream out;
    private final String encoding;
    private final RowBlock block = new RowBlock(BLOCK_BYTES);
    private Entry entry = Entry.NONE;

    /** @param encoding of the rows that will come, PostgreSQL's name of it; the statements are in UTF-8 or a part of it */
    public PlainDumpWriter(OutputStream out, String encoding) {
        this.out = out;
        this.encoding = encoding;
    }

    /** Writes all parts of {@code dump}, whose rows are in the encoding of this script. */
    public void write(DumpReader dump, String serverVersion) throws IOException {
        begin(serverVersion);
        for (Optional<DumpPart> part = dump.next(); part.isPresent(); part = dump.next()) {
            if (part.get() instanceof DumpPart.Statement statement) {
                statement(statement);
            } else if (part.get() instanceof DumpPart.Rows rows) {
                rows(rows);
            } else {
                throw new IllegalStateException("a script has no place for " + part.get());
            }
        }
        text("--\n-- PostgreSQL database dump complete\n--\n\n");
    }

    private void begin(String serverVersion) throws IOException {
        text("--\n-- PostgreSQL database dump\n--\n\n");
        text("-- Dumped from database version " + serverVersion + "\n\n");
        text("SET statement_timeout = 0;\nSET lock_timeout = 0;\nSET idle_in_transaction_session_timeout = 0;\n");
        text("SET client_encoding = '" + encoding + "';\nSET standard_conforming_strings = on;\n");
        text("SELECT pg_catalog.set_config('search_path', '', false);\n");
        text("SET check_function_bodies = false;\nSET xmloption = content;\nSET client_min_messages = warning;\n");
        text("SET row_security = off;\n\n");
    }

    private void statement(DumpPart.Statement statement) throws IOException {
        String sql = statement.sql();
        if (setsEncoding(sql)) {
            return; // the text is another one here
        }
        comment(statement.entry(), "-- Name: ");
        // a comment at the end must not swallow the semicolon
        boolean openEnd = sql.substring(sql.lastIndexOf('\n') + 1).contains("--");
        text(sql + (openEnd ? "\n;\n" : ";\n") + (statement.entry().equals(Entry.NONE) ? "" : "\n"));
    }

    private static boolean setsEncoding(String sql) {
        if (!sql.regionMatches(true, 0, "set", 0, 3)) {
            return false;
        }
        SqlTokens tokens = SqlTokens.of(sql, 3);
        return tokens.begins("set client_encoding") || tokens.begins("set names");
    }

    private void rows(DumpPart.Rows rows) throws IOException {
        comment(rows.entry(), "-- Data for Name: ");
        String columns = rows.columns().isEmpty() ? "" : " " + rows.columns();
        text("COPY " + rows.table() + columns + " FROM stdin;\n");
        while (rows.rows().read(block)) {
            out.write(block.bytes(), 0, block.length());
        }
        out.write(END_OF_ROWS);
    }

    private void comment(Entry next, String beginning) throws IOException {
        boolean same = next.equals(entry);
        entry = next;
        if (next.kind().isEmpty() || (same && beginning.equals("-- Name: "))) {
            return;
        }
        text("\n--\n%s%s; Type: %s; Schema: %s; Owner: %s\n--\n\n"
                .formatted(
                        beginning,
                        oneLine(next.name()),
                        next.kind().toUpperCase(Locale.ROOT),
                        next.schema().map(PlainDumpWriter::oneLine).orElse("-"),
                        next.owner().map(PlainDumpWriter::oneLine).orElse("-")));
    }

    private static String oneLine(String name) {
        return name.replace('\n', ' ').replace('\r', ' ');
    }

    private void text(String text) throws IOException {
        out.write(text.getBytes(UTF_8));
    }
}
