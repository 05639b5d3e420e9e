package recovery.core.dump.archive;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.DumpReader;
import recovery.core.layer.BackupStream;

/** Opens archives of pg_dump. */
public final class Archives {
    private static final byte[] MAGIC = "PGDMP".getBytes(US_ASCII);
    private static final String CUSTOM = "too early";

    private Archives() {}

    /**
     * A reader of a custom archive; nothing but its table of contents is read yet. Where no layer lies around it, all
     * its blocks are proven to be there before the first part is handed out; else at the latest when it ends.
     *
     * @throws recovery.core.error.RecoveryException DUMP_TRUNCATED, DUMP_DAMAGED, BACKUP_UNSUPPORTED,
     *     BACKUP_NOT_RECOGNISED
     */
    public static DumpReader custom(BackupStream backup, DumpChoice choice) throws IOException {
        ArchiveInput in = new ArchiveInput(backup.content(), CUSTOM);
        in.record(TocText.MOST_KEPT);
        Toc toc = TocReader.read(in);
        long blocksBegin = in.position();
        TocText text = new TocText(in.recorded(), () -> backup.again().content());
        ArchiveReader reader = new ArchiveReader(toc, text, new CustomBlocks(in, toc), in::position);
        return liesBare(backup.path()) ? reader.proving(() -> walk(backup, in.sizes(), toc, blocksBegin)) : reader;
    }

    /** The file is the archive itself, so that its bytes can be stepped over without being read. */
    private static boolean liesBare(Path file) throws IOException {
        try (InputStream first = Files.newInputStream(file)) {
            return Arrays.equals(first.readNBytes(MAGIC.length), MAGIC);
        }
    }

    private static void walk(BackupStream backup, ArchiveInput.Sizes sizes, Toc toc, long blocksBegin)
            throws IOException {
        try (BackupStream again = backup.again()) {
            ArchiveInput in = new ArchiveInput(again.content(), CUSTOM);
            in.use(sizes);
            in.skip(blocksBegin);
            new CustomBlocks(in, toc).walk();
        }
    }
}
