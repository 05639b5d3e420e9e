package recovery.core.dump;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import recovery.core.error.Note;

/**
 * The definitions of a complete dump: its rows are passed over, read to their end where they stand between. For one thread;
 * does not close what it reads from.
 */
public final class DefinitionsOf implements DumpReader {
    private static final int BLOCK_BYTES = 1 << 18;

    private final DumpReader whole;
    private final DumpReader reader;

    /** Takes the short way through the table of contents where there is one. */
    public DefinitionsOf(DumpReader whole) {
        this.whole = whole;
        this.reader = whole.definitions().orElse(whole);
    }

    /** The definitions of this dump, with {@code rows} where its rows are, as one dump. */
    public DumpReader around(DumpReader rows) throws IOException {
        return new SchemaFile(this, rows);
    }

    @Override
    public Optional<DumpPart> next() throws IOException {
        while (true) {
            Optional<DumpPart> part = reader.next();
            if (part.isPresent() && part.get() instanceof DumpPart.Rows rows) {
                pass(rows);
            } else if (part.isEmpty() || (part.get() instanceof DumpPart.Statement statement && !isData(statement))) {
                return part;
            }
        }
    }

    private static boolean isData(DumpPart.Statement statement) {
        return statement.rows().isPresent() || statement.entry().section() == Section.DATA;
    }

    private static void pass(DumpPart.Rows rows) throws IOException {
        RowBlock block = new RowBlock(BLOCK_BYTES);
        boolean more = true;
        while (more) {
            more = rows.rows().read(block);
        }
    }

    @Override
    public DumpHeader header() {
        return whole.header();
    }

    @Override
    public long position() {
        return whole.position();
    }

    /** An archive says what belongs where without any proof of its rows. */
    @Override
    public Proof proof() {
        return reader == whole ? whole.proof() : Proof.END_MARKED;
    }

    @Override
    public List<Note> notes() {
        return List.of();
    }
}
