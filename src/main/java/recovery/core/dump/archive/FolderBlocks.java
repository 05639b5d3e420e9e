package recovery.core.dump.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;
import recovery.core.layer.FolderFiles;

/** The data files of a directory archive, in the order of its table of contents (pg_backup_directory.c). For one thread. */
final class FolderBlocks implements DataBlocks {
    private final Folder folder;
    private final Iterator<TocEntry> entries;
    private Optional<LargeObjects> largeObjects = Optional.empty();
    private InputStream open = InputStream.nullInputStream();

    FolderBlocks(Folder folder, Toc toc) {
        this.folder = folder;
        this.entries = toc.entries().stream().filter(TocEntry::hasData).iterator();
    }

    /** The files of one archive in a folder; {@code prefix} leads to them, with a slash at its end, or is empty. */
    record Folder(FolderFiles files, String prefix) {
        /** The content of a file, packed or not; empty if there is none. */
        Optional<InputStream> open(String name) throws IOException {
            for (Packing packing : Packing.values()) {
                Optional<InputStream> file = files.open(prefix + name + packing.suffix());
                if (file.isPresent()) {
                    return Optional.of(PackedContent.open(file.get(), packing, files::position));
                }
            }
            return Optional.empty();
        }

        InputStream needed(String name) throws IOException {
            return open(name).orElseThrow(() -> missing(name));
        }

        boolean has(String name) {
            for (Packing packing : Packing.values()) {
                if (files.has(prefix + name + packing.suffix())) {
                    return true;
                }
            }
            return false;
        }

        RuntimeException missing(String name) {
            for (Packing packing : Packing.values()) {
                files.refuseOther(prefix + name + packing.suffix());
            }
            return MemberNames.missing(name, files.position());
        }
    }

    private record LargeObjects(TocEntry entry, LargeObjectFiles files) {}

    /** Finds whether every file is there, without a look at what is in it. */
    static void prove(Folder folder, Toc toc, TocText text) throws IOException {
        long listed = 0;
        for (TocEntry entry : toc.entries()) {
            String name = entry.data().file();
            if (entry.hasData() && !folder.has(name)) {
                throw folder.missing(name);
            }
            if (entry.hasData() && entry.isLargeObjects()) {
                listed += proveLargeObjects(folder, name);
            }
        }
        LargeObjectCount.check(toc, text, listed, folder.files().position());
    }

    private static long proveLargeObjects(Folder folder, String name) throws IOException {
        try (InputStream list = folder.needed(name)) {
            LargeObjectFiles files = new LargeObjectFiles(list, name);
            long count = 0;
            for (Optional<LargeObjectFiles.LargeObject> next = files.next(); next.isPresent(); next = files.next()) {
                if (!folder.has(next.get().file())) {
                    throw folder.missing(next.get().file());
                }
                count++;
            }
            return count;
        }
    }

    @Override
    public Optional<DataBlock> next() throws IOException {
        open.close();
        while (true) {
            if (largeObjects.isPresent()) {
                TocEntry entry = largeObjects.get().entry();
                Optional<LargeObjectFiles.LargeObject> next =
                        largeObjects.get().files().next();
                if (next.isPresent()) {
                    return Optional.of(block(
                            entry, OptionalLong.of(next.get().oid()), next.get().file()));
                }
                largeObjects = Optional.empty();
            }
            if (!entries.hasNext()) {
                folder.files().refuseChange();
                return Optional.empty();
            }
            TocEntry entry = entries.next();
            if (!entry.isLargeObjects()) {
                return Optional.of(
                        block(entry, OptionalLong.empty(), entry.data().file()));
            }
            String list = entry.data().file();
            largeObjects = Optional.of(new LargeObjects(entry, new LargeObjectFiles(folder.needed(list), list)));
        }
    }

    private DataBlock block(TocEntry entry, OptionalLong oid, String file) throws IOException {
        long position = folder.files().position();
        open = folder.needed(file);
        return new DataBlock(entry, oid, open, position);
    }
}
