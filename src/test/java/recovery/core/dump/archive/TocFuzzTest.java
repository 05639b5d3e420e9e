package recovery.core.dump.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import recovery.core.error.RecoveryException;

/**
 * Whatever bytes an archive has, it is read or refused. The normal build tries the seeds only; with the environment
 * variable {@code JAZZER_FUZZ=1} it makes up others until it is stopped.
 */
class TocFuzzTest {
    private static final long MOST_MEMORY = 1 << 20;

    @FuzzTest(maxDuration = "3m")
    void readsOrRefuses(byte[] archive) throws IOException {
        try {
            ArchiveInput in = new ArchiveInput(new ByteArrayInputStream(archive), "too early");
            Toc toc = TocReader.read(in, MOST_MEMORY);
            TocText text = new TocText(Optional.empty(), () -> new ByteArrayInputStream(archive));
            DataBlocks blocks = new CustomBlocks(in, toc);
            ArchiveParts.of(new ArchiveReader(toc, text, blocks, in::position, List.of()));
        } catch (RecoveryException e) {
            assertThat(e.code().name())
                    .isIn(
                            "DUMP_TRUNCATED",
                            "DUMP_DAMAGED",
                            "DUMP_DANGEROUS",
                            "BACKUP_UNSUPPORTED",
                            "BACKUP_NOT_RECOGNISED");
        }
    }
}
