package recovery.core.target.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpReader;
import recovery.core.dump.Entry;
import recovery.core.dump.RowBlock;
import recovery.core.dump.RowSource;
import recovery.core.error.Note;

/** A dump whose parts a test lists by hand, each on a line of its own from line 1 on. */
final class ListedDump implements DumpReader {
    private final List<Supplier<DumpPart>> parts = new ArrayList<>();
    private Iterator<Supplier<DumpPart>> next;
    private long line;

    static ListedDump of(String... statements) {
        ListedDump dump = new ListedDump();
        for (String statement : statements) {
            dump.statement(statement);
        }
        return dump;
    }

    ListedDump statement(String sql) {
        return add(statementOf(sql, ++line, OptionalLong.empty()));
    }

    /** An INSERT whose number of rows the reader could read off. */
    ListedDump insert(String sql, long rows) {
        return add(statementOf(sql, ++line, OptionalLong.of(rows)));
    }

    static DumpPart.Statement statementOf(String sql, long line, OptionalLong rows) {
        return new DumpPart.Statement(Entry.NONE, sql, 0, line, rows);
    }

    ListedDump rows(String table, String columns, String... lines) {
        return rows(table, columns, "UTF8", UTF_8, () -> {}, lines);
    }

    /** Rows in another encoding; {@code atEnd} runs before the end is told and may throw, as for a cut dump. */
    ListedDump rows(String table, String columns, String encoding, Charset charset, Runnable atEnd, String... lines) {
        long at = ++line;
        line += lines.length + 1;
        RowSource source = new Lines(List.of(lines), charset, atEnd);
        return add(new DumpPart.Rows(Entry.NONE, table, columns, encoding, source, 0, at));
    }

    @Override
    public long position() {
        return 0;
    }

    ListedDump add(DumpPart part) {
        parts.add(() -> part);
        return this;
    }

    /** Everything of another dump; its lines stay as they are. */
    ListedDump append(ListedDump other) {
        parts.addAll(other.parts);
        return this;
    }

    /** Runs when the loader asks for the next part. */
    ListedDump then(Runnable action, String sql) {
        long at = ++line;
        parts.add(() -> {
            action.run();
            return statementOf(sql, at, OptionalLong.empty());
        });
        return this;
    }

    @Override
    public Optional<DumpPart> next() {
        if (next == null) {
            next = parts.iterator();
        }
        return next.hasNext() ? Optional.of(next.next().get()) : Optional.empty();
    }

    @Override
    public DumpHeader header() {
        return new DumpHeader(Optional.empty(), Optional.empty());
    }

    @Override
    public Proof proof() {
        return Proof.NONE;
    }

    @Override
    public List<Note> notes() {
        return List.of();
    }

    /** One line per block, so that a COPY takes several writes. */
    private static final class Lines implements RowSource {
        private final List<String> lines;
        private final Charset charset;
        private final Runnable atEnd;
        private int next;

        Lines(List<String> lines, Charset charset, Runnable atEnd) {
            this.lines = lines;
            this.charset = charset;
            this.atEnd = atEnd;
        }

        @Override
        public boolean read(RowBlock block) {
            if (next == lines.size()) {
                atEnd.run();
                return false;
            }
            byte[] bytes = (lines.get(next++) + "\n").getBytes(charset);
            System.arraycopy(bytes, 0, block.bytes(), 0, bytes.length);
            block.set(bytes.length, 1, false);
            return true;
        }

        @Override
        public long rowCount() {
            return next;
        }
    }
}
