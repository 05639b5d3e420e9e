package recovery.core.dump.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.DumpReader;
import recovery.core.error.RecoveryException;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Cancellation;
import recovery.harness.Untar;

/** Directory archives in which something lies that should not, or lies otherwise than it should. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FolderShapesTest {
    @TempDir
    Path place;

    private Path archive;

    @BeforeEach
    void unpack() throws IOException {
        archive = Untar.into(place, ArchiveParts.BACKUPS.resolve("small").resolve("folder.tar"));
    }

    @Test
    void takesNoNoticeOfFilesThatAreNotOfTheArchive() throws IOException {
        ArchiveParts before = ArchiveParts.of(archive);
        Files.writeString(archive.resolve("README.txt"), "made on Monday", UTF_8);
        Files.writeString(archive.resolve("9999.dat.gz"), "of no entry", UTF_8);
        Files.createDirectory(archive.resolve("lost+found"));
        Files.createSymbolicLink(archive.resolve("elsewhere"), Path.of("/etc/passwd"));

        assertThat(ArchiveParts.of(archive).all).isEqualTo(before.all).isNotEmpty();
    }

    private static void refused(Path archive, String problem, String remedy) {
        assertThatThrownBy(() -> ArchiveParts.of(archive))
                .hasMessage(problem)
                .isInstanceOfSatisfying(
                        RecoveryException.class, e -> assertThat(e.remedies()).containsExactly(remedy));
    }

    @Test
    void followsNoLink() throws IOException {
        Path moved = Files.move(archive.resolve("3364.dat.gz"), place.resolve("moved.gz"));
        Files.createSymbolicLink(archive.resolve("3364.dat.gz"), moved);

        refused(
                archive,
                "'3364.dat.gz' in the folder 'folder' is no plain file",
                "Put the file itself there if it is a link, since links are not followed.");
    }

    @Test
    void readsNoFolderInPlaceOfAFile() throws IOException {
        Files.delete(archive.resolve("blob_4001.dat.gz"));
        Files.createDirectory(archive.resolve("blob_4001.dat.gz"));

        refused(
                archive,
                "'blob_4001.dat.gz' in the folder 'folder' is no plain file",
                "Put the file itself there if it is a link, since links are not followed.");
    }

    /** Without compression nothing in the file itself says where it ends. */
    @Test
    void refusesALargeObjectThatIsReplacedWhileTheArchiveIsRead() throws IOException {
        Files.delete(archive.resolve("blob_4001.dat.gz"));
        Path object = Files.writeString(archive.resolve("blob_4001.dat"), "unpacked", UTF_8);
        assertThat(ArchiveParts.of(archive).largeObjects).containsEntry(4001L, "unpacked");
        try (BackupStream stream = BackupStream.open(archive, new Cancellation())) {
            DumpReader reader = ArchiveParts.open(archive, stream, DumpChoice.EVERYTHING);
            assertThat(reader.next()).isPresent();
            long size = stream.fileSize();
            Files.writeString(object, "unpa", UTF_8);

            assertThatThrownBy(() -> ArchiveParts.of(reader))
                    .hasMessage(
                            "the folder 'folder' changed while it was read: it had %d bytes, and now it has %d",
                            size, size - 4)
                    .isInstanceOfSatisfying(
                            RecoveryException.class,
                            e -> assertThat(e.remedies())
                                    .containsExactly("Wait until nothing writes to it any more, and start again."));
        }
    }
}
