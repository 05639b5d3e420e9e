package recovery.core.layer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static recovery.core.layer.GzipStreamTest.gzip;
import static recovery.core.layer.GzipStreamTest.joined;
import static recovery.core.layer.PackingTools.piped;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.RecoveryException;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LayersTest {
    private static final byte[] SQL = "SELECT 'layers';\n".repeat(100).getBytes(US_ASCII);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {"zstd", "lz4", "bzip2", "xz", "zstd gzip", "gzip lz4", "bzip2 xz gzip zstd", "lz4 lz4 lz4 lz4"})
    void takesOffLayersInAnyOrder(String layers) throws Exception {
        byte[] packed = SQL;
        for (String layer : layers.split(" ")) {
            packed = piped(packed, layer, "-c");
        }

        assertThat(content(packed, Limits.GENEROUS)).isEqualTo(SQL);
    }

    @Test
    void takesOffWhatZstandardPackedInParallel() throws Exception {
        byte[] frame = piped(SQL, "zstd", "-c");
        byte[] size = HexFormat.of().parseHex("502A4D1804000000AABBCCDD");

        assertThat(content(joined(size, frame, size, frame), Limits.GENEROUS)).isEqualTo(joined(SQL, SQL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd", "bzip2", "lz4"})
    void refusesABombByItsRatio(String packer) throws Exception {
        byte[] bomb = piped(new byte[100_000_000], packer, "-c");

        assertThatThrownBy(() -> content(bomb, new Limits(200, 1L << 50)))
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        e -> assertThat(e.report())
                                .matches(
                                        "BACKUP_UNSUPPORTED: \\d+ bytes of 'packed' unpack to \\d{8}, which is more than"
                                                + " 200 times as much\n  remedy: If you know where it comes from, set"
                                                + " MAX_COMPRESSION_RATIO to more and start again."));
    }

    @Test
    void refusesABombInsideOfABomb() throws Exception {
        byte[] bomb = gzip(gzip(new byte[200_000_000]));
        assertThat(bomb).hasSizeLessThan(10_000);

        assertThatThrownBy(() -> content(bomb, Limits.GENEROUS))
                .hasMessageMatching("\\d+ bytes of 'packed' unpack to \\d+, which is more than 5000 times as much");
    }

    @Test
    void refusesMoreContentThanIsAllowed() throws Exception {
        byte[] packed = gzip(SQL);

        assertThat(content(packed, new Limits(1, SQL.length))).isEqualTo(SQL);
        assertThatThrownBy(() -> content(packed, new Limits(1, SQL.length - 1)))
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        e -> assertThat(e.report())
                                .isEqualTo("BACKUP_UNSUPPORTED: 'packed' unpacks to more than 1699 bytes, which is the"
                                        + " most that is allowed\n  remedy: If you know where it comes from, set"
                                        + " MAX_CONTENT_SIZE to more and start again."));
    }

    @Test
    void theNameSaysNothing() throws Exception {
        Path file = Files.write(folder.resolve("shop.sql.gz"), piped(SQL, "xz", "-c"));

        try (InputStream stream = Layers.behind(file)) {
            assertThat(stream.readAllBytes()).isEqualTo(SQL);
        }
    }

    private byte[] content(byte[] packed, Limits limits) throws IOException {
        Path file = Files.write(folder.resolve("packed"), packed);
        Opening opening = new Opening(new Cancellation(), Secrets.none(), limits);
        try (BackupStream stream = BackupStream.open(file, opening)) {
            InputStream content = stream.content();
            return limits.ratio() == 200 ? drained(content) : content.readAllBytes();
        }
    }

    private static byte[] drained(InputStream content) throws IOException {
        content.transferTo(java.io.OutputStream.nullOutputStream());
        return new byte[0];
    }
}
