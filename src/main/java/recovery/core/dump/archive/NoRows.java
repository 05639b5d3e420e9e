package recovery.core.dump.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import recovery.core.dump.DumpPart;
import recovery.core.dump.Entry;
import recovery.core.dump.RowBlock;
import recovery.core.dump.RowSource;

/** The tables of an archive that have rows, for a look at its table of contents alone. For one thread. */
final class NoRows implements DataBlocks, RowSource {
    private final Iterator<TocEntry> entries;

    NoRows(Toc toc) {
        entries = toc.entries().stream()
                .filter(entry -> entry.hasData() && !entry.isLargeObjects())
                .iterator();
    }

    @Override
    public Optional<DataBlock> next() {
        return entries.hasNext()
                ? Optional.of(new DataBlock(entries.next(), OptionalLong.empty(), InputStream.nullInputStream(), 0))
                : Optional.empty();
    }

    /** The rows of {@code entry} as if there were none. */
    static PartSource part(Entry entry) {
        String table = SqlNames.qualified(entry.schema(), entry.name());
        NoRows none = new NoRows(List.of());
        Iterator<DumpPart> once = List.<DumpPart>of(new DumpPart.Rows(entry, table, "", "UTF8", none, 0, 0))
                .iterator();
        return () -> once.hasNext() ? Optional.of(once.next()) : Optional.empty();
    }

    private NoRows(List<TocEntry> none) {
        entries = none.iterator();
    }

    @Override
    public boolean read(RowBlock block) throws IOException {
        block.set(0, 0, false);
        return false;
    }

    @Override
    public long rowCount() {
        return 0;
    }
}
