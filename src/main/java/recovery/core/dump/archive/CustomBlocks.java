package recovery.core.dump.archive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The data blocks of a custom archive, read forward (pg_backup_custom.c).
 *
 * <pre>
 * rows:          1 | integer dumpId | chunks
 * large objects: 3 | integer dumpId | for each: integer oid, chunks | integer 0
 * </pre>
 *
 * Where the table of contents says the place of a block, it must stand there. For one thread.
 */
final class CustomBlocks implements DataBlocks {
    private static final int ROWS = 1;
    private static final int LARGE_OBJECTS = 3;

    private final ArchiveInput in;
    private final Toc toc;
    private final Map<Integer, TocEntry> missing = new HashMap<>();
    private Optional<ChunkStream> open = Optional.empty();
    private Optional<TocEntry> largeObjects = Optional.empty();
    private final List<Begun> begun = new ArrayList<>();
    private long endOfBlocks;

    /** {@code in} stands behind the table of contents. */
    CustomBlocks(ArchiveInput in, Toc toc) {
        this(in, toc, toc.entries());
    }

    /** {@code in} stands before the blocks of {@code entries}, and behind them nothing follows but the table of contents. */
    CustomBlocks(ArchiveInput in, Toc toc, List<TocEntry> entries) {
        this.in = in;
        this.toc = toc;
        for (TocEntry entry : entries) {
            if (entry.hasData() && missing.put(entry.dumpId(), entry) != null) {
                throw ArchiveProblems.damaged(
                        "its table of contents has two entries with number %d".formatted(entry.dumpId()),
                        in.position());
            }
        }
    }

    /** Steps over all blocks and finds where they stand and whether they are whole, without a look at what they hold. */
    PlacedBlocks.Places walk() throws IOException {
        while (find().isPresent()) {
            open.orElseThrow().skip();
        }
        List<PlacedBlocks.Place> places = new ArrayList<>();
        for (int i = 0; i < begun.size(); i++) {
            long end = i + 1 < begun.size() ? begun.get(i + 1).position() : endOfBlocks;
            places.add(new PlacedBlocks.Place(begun.get(i).entry(), begun.get(i).position(), end));
        }
        return new PlacedBlocks.Places(places, in.position());
    }

    @Override
    public Optional<DataBlock> next() throws IOException {
        Optional<Block> found = find();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Block block = found.get();
        return Optional.of(new DataBlock(
                block.entry(),
                block.oid(),
                PackedContent.open(block.chunks(), toc.header().packing(), in::position),
                block.position()));
    }

    /** Where the block of an entry begins. */
    private record Begun(TocEntry entry, long position) {}

    private record Block(TocEntry entry, OptionalLong oid, ChunkStream chunks, long position) {}

    private Optional<Block> find() throws IOException {
        if (open.filter(chunks -> !chunks.ended()).isPresent()) {
            throw new IllegalStateException("the block before was not read to its end");
        }
        while (true) {
            if (largeObjects.isEmpty() && (missing.isEmpty() || in.peek() < 0)) {
                end();
                return Optional.empty();
            }
            long position = in.position();
            TocEntry entry = largeObjects.isPresent() ? largeObjects.get() : begin();
            OptionalLong oid = entry.isLargeObjects() ? oid(entry) : OptionalLong.empty();
            if (entry.isLargeObjects() && oid.isEmpty()) {
                largeObjects = Optional.empty();
                continue;
            }
            ChunkStream chunks = new ChunkStream(in);
            open = Optional.of(chunks);
            return Optional.of(new Block(entry, oid, chunks, position));
        }
    }

    private TocEntry begin() throws IOException {
        long position = in.position();
        int type = in.take();
        int dumpId = in.takeInt();
        TocEntry entry = missing.remove(dumpId);
        if ((type != ROWS && type != LARGE_OBJECTS) || entry == null) {
            throw ArchiveProblems.damaged("no data block stands where one should begin", position);
        }
        if (entry.isLargeObjects() != (type == LARGE_OBJECTS)) {
            throw ArchiveProblems.damaged("the data block of entry %d is of another kind".formatted(dumpId), position);
        }
        if (entry.data().offset() >= 0 && entry.data().offset() != position) {
            throw ArchiveProblems.damaged(
                    "the data block of entry %d should stand at byte %d"
                            .formatted(dumpId, entry.data().offset()),
                    position);
        }
        begun.add(new Begun(entry, position));
        return entry;
    }

    /** Empty behind the last one of a block. */
    private OptionalLong oid(TocEntry entry) throws IOException {
        largeObjects = Optional.of(entry);
        long oid = in.takeInt() & 0xFFFFFFFFL;
        return oid == 0 ? OptionalLong.empty() : OptionalLong.of(oid);
    }

    private void end() throws IOException {
        endOfBlocks = in.position();
        if (missing.isEmpty() && in.peek() >= 0) {
            TocReader.skipRepeated(in, toc);
        }
        if (!missing.isEmpty()) {
            TocEntry first = missing.values().stream()
                    .min(java.util.Comparator.comparingInt(TocEntry::index))
                    .orElseThrow();
            throw ArchiveProblems.truncated(
                    "before the data of entry %d and %d more".formatted(first.dumpId(), missing.size() - 1),
                    in.position());
        }
    }
}
