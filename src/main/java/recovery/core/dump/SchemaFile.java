package recovery.core.dump;

import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.RecoveryException.problem;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import recovery.core.error.Note;

/**
 * A dump of rows, with definitions from another file around it: what that file creates comes first, then the rows,
 * then its indexes, constraints and triggers. A file that pg_dump wrote is divided so, and rows in it are left out; of
 * any other script all comes first, in its order, and whether rows then arrive in a possible order is the database's
 * to say. Materialized views are filled at the end, since neither file says that they were.
 *
 * <p>The other file is read as a whole and proven before the first part is handed out, so it must be small.
 */
public final class SchemaFile implements DumpReader {
    /** Definitions of thousands of tables take a few megabytes. */
    private static final int MOST_CHARACTERS = 64 << 20;

    private static final int BLOCK_BYTES = 1 << 16;

    private final DumpReader rows;
    private final List<DumpPart> before = new ArrayList<>();
    private final List<DumpPart> behind = new ArrayList<>();
    private final Deque<DumpPart> ready = new ArrayDeque<>();
    private final List<Note> notes;
    private long characters;
    private boolean ended;

    /**
     * Reads {@code schema} to its end.
     *
     * @throws recovery.core.error.RecoveryException the codes of the reader; BACKUP_UNSUPPORTED if it is too large
     */
    public SchemaFile(DumpReader schema, DumpReader rows) throws IOException {
        this.rows = rows;
        List<DumpPart> all = all(schema);
        if (schema.proof() == Proof.END_MARKED) {
            divide(all);
        } else {
            before.addAll(all);
        }
        notes = schema.notes();
        ready.addAll(before);
    }

    /** What the constructor says of {@code schema}, without rows. */
    static void check(DumpReader schema) throws IOException {
        new SchemaFile(schema, schema);
    }

    private List<DumpPart> all(DumpReader schema) throws IOException {
        List<DumpPart> all = new ArrayList<>();
        for (Optional<DumpPart> part = schema.next(); part.isPresent(); part = schema.next()) {
            kept(part.get()).ifPresent(all::add);
        }
        return all;
    }

    private void divide(List<DumpPart> all) {
        SelectionRules first = new SelectionRules(new SelectionScope(only(Section.PRE_DATA)));
        SelectionRules last = new SelectionRules(new SelectionScope(only(Section.POST_DATA)));
        List<DumpPart> refreshed = new ArrayList<>();
        for (DumpPart part : all) {
            if (part instanceof DumpPart.Statement statement) {
                if (isMaterializedView(statement)) {
                    refreshed.add(SelectedDump.following(statement, "REFRESH MATERIALIZED VIEW "));
                }
                if (first.of(statement) == SelectionRules.Verdict.TAKE) {
                    before.add(statement);
                }
                if (last.of(statement) == SelectionRules.Verdict.TAKE) {
                    behind.add(statement);
                }
            }
        }
        behind.addAll(refreshed);
    }

    private static boolean isMaterializedView(DumpPart.Statement statement) {
        return Subject.of(statement.sql())
                .filter(subject -> subject.definesRelation() && subject.kind().equals("MATERIALIZED VIEW"))
                .isPresent();
    }

    private static Selection only(Section section) {
        return new Selection(List.of(), List.of(), List.of(), Set.of(section));
    }

    /** Rows and statements in memory, whatever the reader does next; nothing for a large object, which is data. */
    private Optional<DumpPart> kept(DumpPart part) throws IOException {
        if (part instanceof DumpPart.Statement statement) {
            count(statement.sql().length());
            return Optional.of(statement);
        }
        if (part instanceof DumpPart.Rows found) {
            return Optional.of(new DumpPart.Rows(
                    found.entry(),
                    found.table(),
                    found.columns(),
                    found.encoding(),
                    keptRows(found.rows()),
                    found.position(),
                    found.line()));
        }
        try (OutputStream nowhere = OutputStream.nullOutputStream()) {
            ((DumpPart.LargeObject) part).content().transferTo(nowhere);
        }
        return Optional.empty();
    }

    private RowSource keptRows(RowSource source) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        RowBlock block = new RowBlock(BLOCK_BYTES);
        while (source.read(block)) {
            count(block.length());
            bytes.write(block.bytes(), 0, block.length());
        }
        return new KeptRows(bytes.toByteArray());
    }

    private void count(long more) {
        characters += more;
        if (characters > MOST_CHARACTERS) {
            throw problem(BACKUP_UNSUPPORTED, "the file with the definitions is larger than 64 MB")
                    .remedy("Name a file in SCHEMA_FILE that \"pg_dump --schema-only\" wrote.");
        }
    }

    @Override
    public Optional<DumpPart> next() throws IOException {
        if (!ready.isEmpty()) {
            return Optional.of(ready.poll());
        }
        if (ended) {
            return Optional.empty();
        }
        Optional<DumpPart> part = rows.next();
        if (part.isPresent()) {
            return part;
        }
        ended = true;
        ready.addAll(behind);
        return Optional.ofNullable(ready.poll());
    }

    @Override
    public DumpHeader header() {
        return rows.header();
    }

    @Override
    public long position() {
        return rows.position();
    }

    @Override
    public Proof proof() {
        return rows.proof();
    }

    @Override
    public List<Note> notes() {
        List<Note> all = new ArrayList<>(notes);
        all.addAll(rows.notes());
        return List.copyOf(all);
    }

    @Override
    public List<String> databases() {
        return rows.databases();
    }

    /** Whole rows from memory. */
    private static final class KeptRows implements RowSource {
        private final byte[] bytes;
        private int next;
        private long count;

        KeptRows(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public boolean read(RowBlock block) {
            int room = block.bytes().length;
            int end = Math.min(bytes.length, next + room);
            int rowEnd = end;
            while (end < bytes.length && rowEnd > next && !endsRow(rowEnd)) {
                rowEnd--;
            }
            boolean inRow = end < bytes.length && rowEnd == next;
            int until = inRow ? end : rowEnd;
            long found = 0;
            for (int i = next; i < until; i++) {
                found += endsRow(i + 1) ? 1 : 0;
            }
            System.arraycopy(bytes, next, block.bytes(), 0, until - next);
            block.set(until - next, found, inRow);
            next = until;
            count += found;
            return block.length() > 0;
        }

        /** The byte before {@code end} is a line feed that no backslash keeps inside its row. */
        private boolean endsRow(int end) {
            if (bytes[end - 1] != '\n') {
                return false;
            }
            int backslashes = 0;
            while (end - 2 - backslashes >= 0 && bytes[end - 2 - backslashes] == '\\') {
                backslashes++;
            }
            return backslashes % 2 == 0;
        }

        @Override
        public long rowCount() {
            return count;
        }
    }
}
