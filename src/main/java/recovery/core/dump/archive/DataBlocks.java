package recovery.core.dump.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** The data of an archive in the order of its file. For one thread. */
interface DataBlocks {
    /**
     * The next block, when the one before was read to its end or has a way of its own; empty once every entry with data
     * had its block.
     */
    Optional<DataBlock> next() throws IOException;

    /**
     * The data of one entry, or of one large object of it.
     *
     * @param oid of the large object
     * @param content without compression; reports its end only after it was proven
     * @param position where it begins in the archive
     */
    record DataBlock(TocEntry entry, OptionalLong oid, InputStream content, long position) {
        /** Its content, if that need not be read before the next block is asked for. */
        Optional<OwnContent> own() {
            return content instanceof OwnContent own ? Optional.of(own) : Optional.empty();
        }

        /** The place in the archive up to which it was read; {@code inTurn} if it is read in turn. */
        LongSupplier where(LongSupplier inTurn) {
            return own().<LongSupplier>map(own -> own::position).orElse(inTurn);
        }
    }
}
