package recovery.core.dump.archive;

import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpReader;
import recovery.core.dump.Entry;
import recovery.core.error.Note;

/**
 * Reads an archive of pg_dump as the parts that pg_restore would run without options, in its order: definitions, data
 * as it comes in the file, indexes and constraints, privileges, and what depends on everything. The database itself is
 * neither created nor dropped, and nothing else is dropped.
 *
 * <p>The end is reported only after every entry with data had its block and every block that is read in turn was whole;
 * rows that are independent prove their own block, whenever they are read.
 */
final class ArchiveReader implements DumpReader {
    /** 1600 columns with long names. */
    private static final int LONGEST_COPY = 1 << 20;

    private final Toc toc;
    private final TocText text;
    private final DataBlocks blocks;
    private final LongSupplier position;
    private final List<String> databases;
    private final Pieces pieces;
    private final Surroundings surroundings;
    private final EntryParts entries;
    private Iterator<TocEntry> entriesOfPass = Collections.emptyIterator();
    private final Iterator<Pass> passes = List.of(Pass.values()).iterator();
    private Optional<Pass> pass = Optional.empty();
    private Optional<PartSource> current = Optional.empty();
    private Optional<DataBlocks.DataBlock> block = Optional.empty();
    private int nextOfData;
    private Proving proving = () -> {};
    private boolean withoutRows;
    private boolean begun;
    private boolean ended;

    /**
     * @param position how much of the dump was read
     * @param databases that the backup holds; empty if this is its only one
     */
    ArchiveReader(Toc toc, TocText text, DataBlocks blocks, LongSupplier position, List<String> databases) {
        this.toc = toc;
        this.text = text;
        this.blocks = blocks;
        this.position = position;
        this.databases = databases;
        this.pieces = new Pieces(toc.rules());
        this.surroundings = new Surroundings(toc, text);
        this.entries = new EntryParts(toc, text, surroundings, pieces);
    }

    /** Something that is checked before the first part is handed out. */
    interface Proving {
        void prove() throws IOException;
    }

    ArchiveReader proving(Proving first) {
        proving = first;
        return this;
    }

    @Override
    public DumpHeader header() {
        return new DumpHeader(toc.header().serverVersion(), toc.header().dumpVersion());
    }

    @Override
    public long position() {
        return position.getAsLong();
    }

    @Override
    public Proof proof() {
        return Proof.END_MARKED;
    }

    @Override
    public List<Note> notes() {
        return List.of();
    }

    @Override
    public List<Entry> contents() {
        return toc.entries().stream().map(toc::entry).toList();
    }

    @Override
    public List<String> databases() {
        return databases.isEmpty()
                ? toc.header().database().map(toc::text).stream().toList()
                : databases;
    }

    @Override
    public Optional<DumpReader> definitions() {
        ArchiveReader definitions = new ArchiveReader(toc, text, new NoRows(toc), () -> 0, databases);
        definitions.withoutRows = true;
        return Optional.of(definitions);
    }

    @Override
    public Optional<DumpPart> next() throws IOException {
        while (!ended) {
            if (current.isPresent()) {
                Optional<DumpPart> part = current.get().next();
                if (part.isPresent()) {
                    return part;
                }
            }
            current = advance();
            ended = current.isEmpty();
        }
        return Optional.empty();
    }

    /** What comes next; empty behind everything. */
    private Optional<PartSource> advance() throws IOException {
        if (!begun) {
            proving.prove();
            begun = true;
            return Optional.of(session());
        }
        while (true) {
            if (entriesOfPass.hasNext()) {
                return Optional.of(entries.of(entriesOfPass.next()));
            }
            Optional<PartSource> data = pass.equals(Optional.of(Pass.DATA)) ? data() : Optional.empty();
            if (data.isPresent() || !passes.hasNext()) {
                return data;
            }
            pass = Optional.of(passes.next());
            if (pass.get() != Pass.DATA) {
                entriesOfPass = ofPass(pass.get(), 0, toc.entries().size());
            }
        }
    }

    private PartSource session() {
        Iterator<String> settings = surroundings.session().iterator();
        return () ->
                settings.hasNext() ? Optional.of(Pieces.statement(Entry.NONE, settings.next(), 0)) : Optional.empty();
    }

    private Iterator<TocEntry> ofPass(Pass wanted, int from, int to) {
        return toc.entries().subList(from, to).stream()
                .filter(entry -> Pass.of(entry) == wanted && !entry.hasData() && EntryParts.isRestored(entry))
                .iterator();
    }

    /** The next block, after the entries without data that stand before it; at the end the rest of these. */
    private Optional<PartSource> data() throws IOException {
        if (block.isEmpty()) {
            block = blocks.next();
            int until = block.map(found -> found.entry().index())
                    .orElse(toc.entries().size());
            if (until > nextOfData) {
                entriesOfPass = ofPass(Pass.DATA, nextOfData, until);
                nextOfData = until;
            }
            if (entriesOfPass.hasNext()) {
                return Optional.of(entries.of(entriesOfPass.next()));
            }
        }
        Optional<PartSource> source = block.isPresent() ? Optional.of(opened(block.get())) : Optional.empty();
        block = Optional.empty();
        return source;
    }

    private PartSource opened(DataBlocks.DataBlock data) throws IOException {
        if (withoutRows) {
            return NoRows.part(toc.entry(data.entry()));
        }
        Entry entry = toc.entry(data.entry());
        if (data.oid().isPresent()) {
            return Pieces.largeObject(entry, data);
        }
        if (data.entry().texts().copy().isEmpty()) {
            return pieces.statements(entry, data.content(), data.position(), data.where(position));
        }
        return pieces.rows(entry, copyStatement(data.entry()), data, position);
    }

    private String copyStatement(TocEntry entry) throws IOException {
        String copy = toc.text(text.read(entry.texts().copy(), LONGEST_COPY)).strip();
        if (!copy.regionMatches(true, 0, "COPY ", 0, 5) || !copy.endsWith(";")) {
            throw problem(DUMP_DAMAGED, "the statement before the rows of '%s' is no COPY", toc.text(entry.tag()))
                    .at(entry.texts().copy().at())
                    .remedy("Copy the file from its origin again and compare the checksums.");
        }
        return copy.substring(0, copy.length() - 1);
    }
}
