package recovery.harness;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpReader;
import recovery.core.dump.RowBlock;
import recovery.core.dump.archive.Archives;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Cancellation;

/** Measures how fast archives are read, without any database: give files or folders as arguments. */
public final class ArchiveReadingBench {
    private static final int RUNS = 5;

    private ArchiveReadingBench() {}

    public static void main(String[] backups) throws IOException {
        for (String backup : backups) {
            for (int run = 0; run < RUNS; run++) {
                measure(Path.of(backup));
            }
        }
    }

    private static void measure(Path backup) throws IOException {
        long begin = System.nanoTime();
        long processorBegin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long bytes = 0;
        long rows = 0;
        RowBlock block = new RowBlock(1 << 20);
        try (BackupStream stream = BackupStream.open(backup, new Cancellation())) {
            boolean custom = Files.isRegularFile(backup) && !backup.toString().contains(".tar");
            DumpReader reader = custom
                    ? Archives.custom(stream, DumpChoice.EVERYTHING)
                    : Archives.members(stream, DumpChoice.EVERYTHING);
            for (Optional<DumpPart> part = reader.next(); part.isPresent(); part = reader.next()) {
                if (part.get() instanceof DumpPart.Rows data) {
                    while (data.rows().read(block)) {
                        bytes += block.length();
                    }
                    rows += data.rows().rowCount();
                }
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        double processor = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - processorBegin) / 1e9;
        System.out.printf(
                "%s: %d rows, %d MB in %.2f s, %.0f MB/s; %.2f s of processor, %.0f MB/s%n",
                backup.getFileName(),
                rows,
                bytes >> 20,
                seconds,
                bytes / seconds / 1e6,
                processor,
                bytes / processor / 1e6);
    }
}
