package recovery.core.dump.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import recovery.core.layer.FolderFiles;
import recovery.core.layer.OpenFile;

/** The data files of a directory archive, in the order of its table of contents (pg_backup_directory.c). For one thread. */
final class FolderBlocks implements DataBlocks {
    private final Folder folder;
    private final Iterator<TocEntry> entries;
    private Optional<LargeObjects> largeObjects = Optional.empty();
    private InputStream open = InputStream.nullInputStream();
    private long position;

    FolderBlocks(Folder folder, Toc toc) {
        this.folder = folder;
        this.position = folder.files().position();
        this.entries = toc.entries().stream().filter(TocEntry::hasData).iterator();
    }

    /** The files of one archive in a folder; {@code prefix} leads to them, with a slash at its end, or is empty. */
    record Folder(FolderFiles files, String prefix) {
        /** The content of a file, packed or not. */
        InputStream needed(String name) throws IOException {
            Member member = member(name);
            OpenFile file = member.open(files);
            return PackedContent.open(file, member.packing(), file::position);
        }

        /** As {@link #needed} for a file that is read twice. */
        InputStream again(String name) throws IOException {
            Member member = member(name);
            OpenFile file = member.present(files.again(member.path()), files);
            return PackedContent.open(file, member.packing(), file::position);
        }

        Member member(String name) {
            return find(name).orElseThrow(() -> missing(name));
        }

        boolean has(String name) {
            return find(name).isPresent();
        }

        private Optional<Member> find(String name) {
            for (Packing packing : Packing.values()) {
                String path = prefix + name + packing.suffix();
                OptionalLong size = files.size(path);
                if (size.isPresent()) {
                    return Optional.of(new Member(path, packing, size.getAsLong()));
                }
            }
            return Optional.empty();
        }

        RuntimeException missing(String name) {
            for (Packing packing : Packing.values()) {
                files.refuseOther(prefix + name + packing.suffix());
            }
            return MemberNames.missing(name, files.position());
        }
    }

    /** One file of the archive, as it was found. */
    record Member(String path, Packing packing, long sizeBytes) {
        OpenFile open(FolderFiles files) throws IOException {
            return present(files.open(path), files);
        }

        private OpenFile present(Optional<OpenFile> file, FolderFiles files) {
            return file.orElseThrow(() -> MemberNames.missing(path, files.position()));
        }
    }

    private record LargeObjects(TocEntry entry, InputStream list, LargeObjectFiles files) {}

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
        try (InputStream list = folder.again(name)) {
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
                    return Optional.of(
                            inTurn(entry, next.get().oid(), next.get().file()));
                }
                largeObjects.get().list().close();
                largeObjects = Optional.empty();
            }
            if (!entries.hasNext()) {
                folder.files().refuseChange();
                return Optional.empty();
            }
            TocEntry entry = entries.next();
            if (!entry.isLargeObjects()) {
                return Optional.of(own(entry));
            }
            String name = entry.data().file();
            InputStream list = folder.needed(name);
            largeObjects = Optional.of(new LargeObjects(entry, list, new LargeObjectFiles(list, name)));
        }
    }

    private DataBlock inTurn(TocEntry entry, long oid, String file) throws IOException {
        long begin = position;
        position += folder.member(file).sizeBytes();
        open = folder.needed(file);
        return new DataBlock(entry, OptionalLong.of(oid), open, begin);
    }

    /** Its place is what it would be if the files stood one behind the other. */
    private DataBlock own(TocEntry entry) {
        Member member = folder.member(entry.data().file());
        long begin = position;
        position += member.sizeBytes();
        OwnContent content = new OwnContent(begin, member.sizeBytes(), () -> opened(member, begin));
        return new DataBlock(entry, OptionalLong.empty(), content, begin);
    }

    private OwnContent.Opened opened(Member member, long begin) throws IOException {
        OpenFile file = member.open(folder.files());
        boolean done = false;
        try {
            LongSupplier place = () -> begin + file.position();
            InputStream content = PackedContent.open(file, member.packing(), place);
            done = true;
            return new OwnContent.Opened(file, content, place, () -> refuseChange(member, file.position()));
        } finally {
            if (!done) {
                file.close();
            }
        }
    }

    private static void refuseChange(Member member, long bytes) {
        if (bytes != member.sizeBytes()) {
            throw ArchiveProblems.damaged(
                    "its file '%s' changed while it was read: it had %d bytes, and now it has %d"
                            .formatted(member.path(), member.sizeBytes(), bytes),
                    bytes);
        }
    }
}
