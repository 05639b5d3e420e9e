package recovery.core.dump.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.DumpReader;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Cancellation;
import recovery.harness.Untar;

/** No archive that is cut or changed restores as if it were whole, or ends in anything but a refusal. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DamagedArchivesTest {
    private static final Path SMALL = ArchiveParts.BACKUPS.resolve("small");
    private static final int TAR_BLOCK = 512;

    @TempDir
    Path folder;

    /** The bytes behind the first block of zeros in a tar file are padding. */
    @ParameterizedTest
    @CsvSource({"none.dump, 17", "gzip.dump, 7", "piped.dump, 19", "inserts.dump, 23", "tar.tar, 41", "folder.tar, 43"})
    void refusesItsPrefixes(String name, int step) throws Exception {
        byte[] whole = Files.readAllBytes(SMALL.resolve(name));
        int proven = name.endsWith(".tar") ? endOfTar(whole) : whole.length;
        for (int length = 0; length < proven; length += length > proven - 100 ? 1 : step) {
            Path cut = Files.write(folder.resolve(name), Arrays.copyOf(whole, length));
            int bytes = length;
            assertThatThrownBy(() -> ArchiveParts.of(cut))
                    .as("%s cut after %d bytes", name, length)
                    .isInstanceOfSatisfying(
                            RecoveryException.class,
                            e -> assertThat(e.code().name())
                                    .isIn(
                                            bytes < 5
                                                    ? List.of("BACKUP_NOT_RECOGNISED", "DUMP_TRUNCATED")
                                                    : List.of("DUMP_TRUNCATED")));
        }
        assertThat(ArchiveParts.of(Files.write(folder.resolve(name), Arrays.copyOf(whole, proven))).all)
                .isNotEmpty();
    }

    /** The checksum of what lies around the tar file stands behind its last block. */
    @ParameterizedTest
    @ValueSource(strings = {"tar.tar", "folder.tar"})
    void refusesATarFileWhoseLayerDoesNotFitItsChecksum(String name) throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(Files.readAllBytes(SMALL.resolve(name)));
        }
        byte[] bytes = packed.toByteArray();
        Path file = folder.resolve("small.tar.gz");
        assertThat(ArchiveParts.of(Files.write(file, bytes)).all).isNotEmpty();

        bytes[bytes.length - 8] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> ArchiveParts.of(file))
                .isInstanceOf(RecoveryException.class)
                .hasMessageStartingWith("the gzip file is damaged: the checksum of its content is ");
    }

    /** One with every kind of object. */
    @Test
    void refusesThePrefixesOfALargerArchive() throws Exception {
        byte[] whole =
                Files.readAllBytes(ArchiveParts.BACKUPS.resolve("everything").resolve("12-by-13.dump"));
        for (int length = 5; length < whole.length; length += length >= whole.length - 300 ? 1 : 97) {
            Path cut = Files.write(folder.resolve("cut.dump"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> ArchiveParts.of(cut))
                    .as("cut after %d bytes", length)
                    .isInstanceOfSatisfying(
                            RecoveryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DUMP_TRUNCATED));
        }
        flip(ArchiveParts.BACKUPS.resolve("everything").resolve("12-by-13.dump"), "12-by-13.dump", 200);
    }

    private static int endOfTar(byte[] tar) {
        int end = tar.length;
        while (end > 0 && tar[end - 1] == 0) {
            end--;
        }
        return (end + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK + TAR_BLOCK;
    }

    @Test
    void refusesAFolderInWhichAFileIsCutOrMissing() throws Exception {
        Path whole = Untar.into(folder, SMALL.resolve("folder.tar"));
        try (Stream<Path> files = Files.list(whole)) {
            for (Path file : files.sorted().toList()) {
                byte[] bytes = Files.readAllBytes(file);
                for (int length = 0; length < bytes.length; length += bytes.length > 200 ? 97 : 1) {
                    Files.write(file, Arrays.copyOf(bytes, length));
                    refused(whole, "%s cut after %d bytes".formatted(file.getFileName(), length));
                }
                Files.delete(file);
                refused(whole, file.getFileName() + " missing");
                Files.write(file, bytes);
            }
        }
        assertThat(ArchiveParts.of(whole).all).isNotEmpty();
    }

    private static void refused(Path backup, String how) {
        assertThatThrownBy(() -> ArchiveParts.of(backup))
                .as(how)
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        e -> assertThat(e.code().name())
                                .isIn("DUMP_TRUNCATED", "DUMP_DAMAGED", "BACKUP_NOT_RECOGNISED"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none.dump", "gzip.dump", "piped.dump", "inserts.dump", "tar.tar", "folder.tar"})
    void aFlippedBitIsRefusedProperlyOrChangesTextOnly(String name) throws Exception {
        flip(SMALL.resolve(name), name, 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop-pg17-lz4.dump", "shop-pg18-zstd.dump"})
    void aFlippedBitInALargerArchiveIsRefusedProperlyToo(String name) throws Exception {
        flip(ArchiveParts.BACKUPS.resolve(name), name, 12);
    }

    private void flip(Path archive, String name, int runs) throws IOException {
        long seed = new Random().nextLong();
        System.out.println("DamagedArchivesTest seed " + seed + " for " + name);
        Random random = new Random(seed);
        byte[] whole = Files.readAllBytes(archive);
        for (int i = 0; i < runs; i++) {
            byte[] flipped = whole.clone();
            int at = random.nextInt(whole.length);
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            try {
                ArchiveParts.of(Files.write(folder.resolve(name), flipped));
            } catch (RecoveryException e) {
                assertThat(e.code().name())
                        .as("seed %d, run %d, byte %d: %s", seed, i, at, e.getMessage())
                        .isIn(
                                "DUMP_TRUNCATED",
                                "DUMP_DAMAGED",
                                "DUMP_DANGEROUS",
                                "BACKUP_UNSUPPORTED",
                                "BACKUP_NOT_RECOGNISED");
            }
        }
    }

    @Test
    void findsAMissingEndBeforeItHandsOutAnything() throws Exception {
        byte[] whole = Files.readAllBytes(SMALL.resolve("none.dump"));
        Path cut = Files.write(folder.resolve("cut.dump"), Arrays.copyOf(whole, whole.length - 1));
        try (BackupStream stream = BackupStream.open(cut, new Cancellation())) {
            DumpReader reader = ArchiveParts.open(cut, stream, DumpChoice.EVERYTHING);
            assertThat(reader.header().dumpVersion()).isPresent();
            assertThatThrownBy(reader::next)
                    .hasMessage("the archive ends too early (at byte %d of the dump)", whole.length - 1);
        }
    }

    @Test
    void refusesABlockThatIsNotWhereTheTableOfContentsSays() throws Exception {
        byte[] archive = Files.readAllBytes(SMALL.resolve("none.dump"));
        Toc toc = TocReader.read(new ArchiveInput(new java.io.ByteArrayInputStream(archive), "too early"));
        long offset = toc.entries().stream()
                .filter(TocEntry::hasData)
                .findFirst()
                .orElseThrow()
                .data()
                .offset();
        for (int at = 0; at < archive.length; at++) {
            if (archive[at] == 2 && Optional.of(offset).equals(offsetAt(archive, at + 1))) {
                archive[at + 1]++;
            }
        }
        assertThatThrownBy(() -> ArchiveParts.of(Files.write(folder.resolve("moved.dump"), archive)))
                .hasMessageMatching("the archive is damaged: the data block of entry [0-9]+ should stand at byte %d "
                                .formatted(offset + 1)
                        + "\\(at byte %d of the dump\\)".formatted(offset));
    }

    private static Optional<Long> offsetAt(byte[] archive, int at) {
        if (at + 8 > archive.length) {
            return Optional.empty();
        }
        return Optional.of(java.nio.ByteBuffer.wrap(archive)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getLong(at));
    }
}
