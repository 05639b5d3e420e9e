package recovery.core.dump.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;

/** The data of an archive in the order of its file. For one thread. */
interface DataBlocks {
    /** The next block, when the one before was read to its end; empty once every entry with data had its block. */
    Optional<DataBlock> next() throws IOException;

    /**
     * The data of one entry, or of one large object of it.
     *
     * @param oid of the large object
     * @param content without compression; reports its end only after it was proven
     * @param position where it begins in the archive
     */
    record DataBlock(TocEntry entry, OptionalLong oid, InputStream content, long position) {}
}
