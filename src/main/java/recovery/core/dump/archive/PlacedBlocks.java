package recovery.core.dump.archive;

import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import recovery.core.layer.OpenFile;

/**
 * The data blocks of a custom archive that lies bare in its file, after a walk found where each of them stands: every
 * one is read by a way of its own. For one thread, except {@link #position} and the contents.
 */
final class PlacedBlocks implements DataBlocks {
    private final Toc toc;
    private final Stretches file;
    private final ArchiveInput.Sizes sizes;
    private final AtomicLong position;
    private Iterator<Place> places = Collections.emptyIterator();
    private Optional<Placed> largeObjects = Optional.empty();

    /** {@code begin}: where the blocks begin. */
    PlacedBlocks(Toc toc, Stretches file, ArchiveInput.Sizes sizes, long begin) {
        this.toc = toc;
        this.file = file;
        this.sizes = sizes;
        this.position = new AtomicLong(begin);
    }

    /** A way into the file of the archive. Any thread may use it. */
    interface Stretches {
        /** The bytes from {@code begin} up to {@code end}, without that one. */
        OpenFile open(long begin, long end) throws IOException;
    }

    /** Where the block of an entry stands; {@code end} is behind its last byte. */
    record Place(TocEntry entry, long begin, long end) {
        long sizeBytes() {
            return end - begin;
        }
    }

    /** Where all blocks are, in the order of the file. */
    record Places(List<Place> blocks, long endOfFile) {}

    /** What the walk found; given before the first block is asked for. */
    void use(Places found) {
        places = found.blocks().iterator();
        long blockBytes = found.blocks().stream().mapToLong(Place::sizeBytes).sum();
        // what follows behind the blocks was read by the walk
        position.addAndGet(found.endOfFile() - position.get() - blockBytes);
    }

    /** How much of the archive was read to the end of a block. Any thread may ask. */
    long position() {
        return position.get();
    }

    @Override
    public Optional<DataBlock> next() throws IOException {
        while (true) {
            if (largeObjects.isPresent()) {
                Placed open = largeObjects.get();
                Optional<DataBlock> next = open.blocks().next();
                if (next.isPresent()) {
                    return next;
                }
                open.file().close();
                position.addAndGet(open.place().sizeBytes());
                largeObjects = Optional.empty();
            }
            if (!places.hasNext()) {
                return Optional.empty();
            }
            Place place = places.next();
            if (!place.entry().isLargeObjects()) {
                OwnContent content = new OwnContent(place.begin(), place.sizeBytes(), () -> opened(place));
                return Optional.of(new DataBlock(place.entry(), OptionalLong.empty(), content, place.begin()));
            }
            largeObjects = Optional.of(open(place));
        }
    }

    private record Placed(Place place, OpenFile file, ArchiveInput in, CustomBlocks blocks) {}

    private Placed open(Place place) throws IOException {
        OpenFile stretch = file.open(place.begin(), place.end());
        ArchiveInput in = ArchiveInput.stretch(stretch, place.begin(), place.sizeBytes());
        in.use(sizes);
        return new Placed(place, stretch, in, new CustomBlocks(in, toc, List.of(place.entry())));
    }

    private OwnContent.Opened opened(Place place) throws IOException {
        Placed open = open(place);
        boolean done = false;
        try {
            DataBlock block = open.blocks().next().orElseThrow();
            done = true;
            return new OwnContent.Opened(open.file(), block.content(), open.in()::position, () -> proveEnd(open));
        } finally {
            if (!done) {
                open.file().close();
            }
        }
    }

    private void proveEnd(Placed open) throws IOException {
        boolean more = open.blocks().next().isPresent();
        if (more || open.in().position() != open.place().end()) {
            throw ArchiveProblems.damaged(
                    "the data block of entry %d changed while it was read"
                            .formatted(open.place().entry().dumpId()),
                    open.in().position());
        }
        position.addAndGet(open.place().sizeBytes());
    }
}
