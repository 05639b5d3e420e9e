package recovery.core.dump.archive;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.DumpReader;
import recovery.core.layer.BackupStream;
import recovery.core.layer.FolderFiles;
import recovery.core.layer.OpenFile;

/**
 * Opens archives of pg_dump. Nothing but the table of contents is read then. Before the first part is handed out, all
 * data is proven to be there, except in a custom archive with layers around it, where that shows at the latest at its
 * end. In a custom archive without layers and in a folder the rows of a table are independent of all others.
 */
public final class Archives {
    private static final byte[] MAGIC = "PGDMP".getBytes(US_ASCII);

    private Archives() {}

    /**
     * A reader of a custom archive.
     *
     * @throws recovery.core.error.RecoveryException DUMP_TRUNCATED, DUMP_DAMAGED, BACKUP_UNSUPPORTED,
     *     BACKUP_NOT_RECOGNISED; REQUEST_UNUSABLE if {@code choice} names another database than that of the archive
     */
    public static DumpReader custom(BackupStream backup, DumpChoice choice) throws IOException {
        TocText.Source again = () -> backup.again().content();
        DumpReader archive = liesBare(backup.path())
                ? bare(backup.content(), again, backup::stretch, List.of())
                : layered(backup.content(), again);
        return ofChosen(archive, choice);
    }

    /**
     * A reader of an archive that is a folder or lies in a tar file. A folder of pg_dumpall gives the database that
     * {@code choice} names; if there are several and it names none, the first part is refused with DATABASE_NOT_CHOSEN.
     *
     * @throws recovery.core.error.RecoveryException as {@link #custom}
     */
    public static DumpReader members(BackupStream backup, DumpChoice choice) throws IOException {
        if (backup.folder().isEmpty()) {
            return ofChosen(tar(backup.content(), () -> backup.again().content(), List.of()), choice);
        }
        FolderFiles files = backup.folder().get();
        if (!files.has(Cluster.GLOBALS)) {
            return ofChosen(folder(new FolderBlocks.Folder(files, ""), List.of()), choice);
        }
        Cluster cluster = Cluster.read(files);
        List<String> databases = cluster.names();
        Optional<String> database = cluster.chosen(choice);
        if (database.isEmpty()) {
            return new UndecidedCluster(databases, cluster.notChosen());
        }
        String path = cluster.path(database.get());
        TocText.Source file = () -> present(files.open(path), path, files);
        if (path.endsWith("/")) {
            return folder(new FolderBlocks.Folder(files, path), databases);
        }
        TocText.Source again = () -> present(files.again(path), path, files);
        return path.endsWith(".tar")
                ? tar(file.open(), again, databases)
                : bare(
                        file.open(),
                        again,
                        (begin, end) -> present(files.stretch(path, begin, end), path, files),
                        databases);
    }

    private static OpenFile present(Optional<OpenFile> file, String path, FolderFiles files) {
        return file.orElseThrow(() -> MemberNames.missing(path, files.position()));
    }

    /** An archive of one database, which it names itself. */
    private static DumpReader ofChosen(DumpReader archive, DumpChoice choice) {
        if (choice.database().isPresent()
                && !archive.databases().contains(choice.database().get())) {
            throw problem(
                            REQUEST_UNUSABLE,
                            "the backup holds no database '%s', but %s",
                            choice.database().get(),
                            archive.databases().isEmpty()
                                    ? "does not say which one it holds"
                                    : "'%s'".formatted(archive.databases().get(0)))
                    .remedy("Leave the name of the database out, since the backup holds one only.");
        }
        return archive;
    }

    private static DumpReader layered(InputStream first, TocText.Source again) throws IOException {
        ArchiveInput in = new ArchiveInput(first, "too early");
        in.record(TocText.MOST_KEPT);
        Toc toc = TocReader.read(in);
        TocText text = new TocText(in.recorded(), again);
        return new ArchiveReader(toc, text, new CustomBlocks(in, toc), in::position, List.of());
    }

    private static DumpReader bare(
            InputStream first, TocText.Source again, PlacedBlocks.Stretches file, List<String> databases)
            throws IOException {
        ArchiveInput in = new ArchiveInput(first, "too early");
        in.record(TocText.MOST_KEPT);
        Toc toc = TocReader.read(in);
        long begin = in.position();
        TocText text = new TocText(in.recorded(), again);
        PlacedBlocks blocks = new PlacedBlocks(toc, file, in.sizes(), begin);
        return new ArchiveReader(toc, text, blocks, blocks::position, databases)
                .proving(() -> blocks.use(walk(again, in.sizes(), toc, begin)));
    }

    /** The file is the archive itself, so that its bytes can be stepped over without being read. */
    private static boolean liesBare(Path file) throws IOException {
        try (InputStream first = Files.newInputStream(file)) {
            return Arrays.equals(first.readNBytes(MAGIC.length), MAGIC);
        }
    }

    private static PlacedBlocks.Places walk(TocText.Source again, ArchiveInput.Sizes sizes, Toc toc, long blocksBegin)
            throws IOException {
        try (InputStream file = again.open()) {
            ArchiveInput in = new ArchiveInput(file, "too early");
            in.use(sizes);
            in.skip(blocksBegin);
            return new CustomBlocks(in, toc).walk();
        }
    }

    private static DumpReader folder(FolderBlocks.Folder folder, List<String> databases) throws IOException {
        try (InputStream table = folder.needed(TarScan.TABLE)) {
            ArchiveInput in = new ArchiveInput(table, "inside its table of contents");
            in.record(TocText.MOST_KEPT);
            Toc toc = TocReader.read(in);
            TocText text = new TocText(in.recorded(), () -> folder.again(TarScan.TABLE));
            FolderBlocks blocks = new FolderBlocks(folder, toc);
            return new ArchiveReader(toc, text, blocks, folder.files()::position, databases)
                    .proving(() -> FolderBlocks.prove(folder, toc, text));
        }
    }

    private static DumpReader tar(InputStream first, TocText.Source again, List<String> databases) throws IOException {
        TarScan scan = new TarScan(again.open(), Runtime.getRuntime().maxMemory() / 3);
        TarScan.Found table = scan.table();
        TocText text = new TocText(table.kept(), () -> table(again.open()));
        TarBlocks blocks = new TarBlocks(first, table.base());
        return new ArchiveReader(table.toc(), text, blocks, blocks::position, databases)
                .proving(() -> blocks.use(scan.members(text)));
    }

    /** The table of contents once more. */
    private static InputStream table(InputStream file) throws IOException {
        TarReader tar = new TarReader(file);
        Optional<TarReader.Member> member = tar.next();
        while (member.isPresent() && !TarScan.isTable(member.get().name())) {
            member = tar.next();
        }
        return tar.content();
    }
}
