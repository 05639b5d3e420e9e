package recovery.core.layer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static recovery.core.layer.GzipStreamTest.gzip;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import recovery.core.error.RecoveryException;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BackupStreamTest {
    private static final byte[] SQL = "SELECT 1;\n".getBytes(US_ASCII);

    @TempDir
    private Path folder;

    @Test
    void givesAnUnpackedFileAsItIs() throws Exception {
        try (BackupStream stream = BackupStream.open(file("dump.gz", SQL), new Cancellation())) {
            assertThat(stream.content().readAllBytes()).isEqualTo(SQL);
            assertThat(stream.content()).isSameAs(stream.content());
            assertThat(stream.filePosition()).isEqualTo(10);
            assertThat(stream.fileSize()).isEqualTo(10);
            assertThat(stream.notes()).isEmpty();
        }
    }

    @Test
    void takesOffGzipAlsoTwice() throws Exception {
        byte[] packed = gzip(gzip(SQL));
        try (BackupStream stream = BackupStream.open(file("dump.sql", packed), new Cancellation())) {
            assertThat(stream.content().readAllBytes()).isEqualTo(SQL);
            assertThat(stream.filePosition()).isEqualTo(packed.length);
        }
    }

    @Test
    void refusesEndlessLayers() throws Exception {
        Path file = file("bomb.gz", gzip(gzip(gzip(gzip(gzip(SQL))))));

        assertThatThrownBy(() -> BackupStream.open(file, new Cancellation()))
                .hasMessage("'bomb.gz' is packed more than 4 times in itself");
    }

    @Test
    void showsTheHeadOfTheContent() throws Exception {
        assertThat(Layers.head(file("dump.gz", gzip(SQL)), Opening.of(new Cancellation()), 6))
                .isEqualTo("SELECT".getBytes(US_ASCII));
        assertThat(Layers.head(file("dump.sql", SQL), Opening.of(new Cancellation()), 600))
                .isEqualTo(SQL);
    }

    @Test
    void refusesAFileWithoutContent() throws Exception {
        assertThatThrownBy(() -> BackupStream.open(file("a.sql", new byte[0]), new Cancellation()))
                .hasMessage("the file 'a.sql' is empty");
        assertThatThrownBy(() -> BackupStream.open(file("a.gz", gzip(new byte[0])), new Cancellation()))
                .hasMessage("'a.gz' holds nothing: there are 0 bytes inside its gzip layer");
    }

    @Test
    void refusesAFileThatIsNotThere() {
        assertThatThrownBy(() -> BackupStream.open(folder.resolve("gone"), new Cancellation()))
                .hasMessage("there is no file '%s'", folder.resolve("gone"));
        assertThatThrownBy(() -> BackupStream.open(folder, new Cancellation()))
                .hasMessage("the folder '%s' holds no 'toc.dat' and so no dump", folder.getFileName());
    }

    @ParameterizedTest
    @CsvSource({
        "1F9D90, packed with compress, Unpack it with \"uncompress 'a.bak'\"",
        "377ABCAF271C0004, packed with 7-Zip, Unpack it with \"7z x 'a.bak'\""
    })
    void namesALayerThatCannotBeTakenOffAndWhatToDo(String head, String how, String what) throws Exception {
        Path file = file("a.bak", HexFormat.of().parseHex(head));

        assertThatThrownBy(() -> BackupStream.open(file, new Cancellation()))
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        e -> assertThat(e.report())
                                .isEqualTo("BACKUP_UNSUPPORTED: 'a.bak' is " + how
                                        + ", which cannot be read here\n  remedy: " + what
                                        + " and restore the file that gives."));
    }

    @Test
    void stopsWhenSomebodyAsks() throws Exception {
        Cancellation cancellation = new Cancellation();
        try (BackupStream stream = BackupStream.open(file("a.sql", new byte[100_000]), cancellation)) {
            cancellation.ask();
            assertThatThrownBy(() -> stream.content().readAllBytes()).hasMessage("the restore was cancelled");
        }
    }

    private Path file(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }
}
