package recovery.core.layer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static recovery.core.layer.GzipStreamTest.gzip;
import static recovery.core.layer.GzipStreamTest.joined;
import static recovery.core.layer.PackedBytes.refusesFlippedBits;
import static recovery.core.layer.PackingTools.noise;
import static recovery.core.layer.PackingTools.rows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.RecoveryException;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OneFileStreamTest {
    private static final byte[] ROWS = joined("-- rows\n".getBytes(US_ASCII), rows(300_000));
    private static final String LONG = "a-folder-with-a-long-name/".repeat(8) + "shop.sql";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"--format=gnu", "--format=pax", "--format=ustar", "--format=v7", "--format=oldgnu"})
    void takesTheOnlyFileOutOfATar(String format) throws Exception {
        Path in = Files.createDirectories(folder.resolve("in/sub"));
        Files.write(in.resolve("shop.sql"), ROWS);
        Files.createFile(in.resolve("done"));
        Files.write(in.resolve("._shop.sql"), noise(100));

        assertThat(content(tar(format, "."))).isEqualTo(ROWS);
        assertThat(content(gzip(tar(format, ".")))).isEqualTo(ROWS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--format=gnu", "--format=pax"})
    void readsNamesOfAnyLength(String format) throws Exception {
        Path file = folder.resolve("in").resolve(LONG);
        Files.createDirectories(file.getParent());
        Files.write(file, ROWS);
        Files.writeString(folder.resolve("in/other.sql"), "SELECT 1;");

        assertThatThrownBy(() -> content(tar(format, ".")))
                .hasMessageContaining("'./" + LONG.substring(0, 98) + "…'")
                .hasMessageContaining("'./other.sql'");
    }

    @Test
    void refusesSeveralFilesByNameBeforeTheFirstIsRead() throws Exception {
        Path in = Files.createDirectories(folder.resolve("in"));
        Files.write(in.resolve("assets.db"), noise(5000));
        Files.write(in.resolve("assets.db-wal"), noise(500));
        Path file = Files.write(folder.resolve("a.tar.gz"), gzip(tar("--format=gnu", "assets.db", "assets.db-wal")));

        assertThatThrownBy(() -> BackupStream.open(file, new Cancellation()))
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        e -> assertThat(e.report())
                                .isEqualTo("BACKUP_UNSUPPORTED: 'a.tar.gz' is a tar archive of several files:"
                                        + " 'assets.db', 'assets.db-wal'\n  remedy: Unpack it, and restore the one of"
                                        + " its files that is the backup."));
    }

    @Test
    void leavesWhatPgDumpWroteWhereverItsTableOfContentsStands() throws Exception {
        Path in = Files.createDirectories(folder.resolve("in"));
        Files.write(in.resolve("3001.dat.gz"), gzip(ROWS));
        Files.write(in.resolve("toc.dat"), "PGDMP".getBytes(US_ASCII));
        byte[] tar = tar("--format=gnu", "./3001.dat.gz", "./toc.dat");

        assertThat(content(tar)).isEqualTo(tar);
        assertThat(content(gzip(tar))).isEqualTo(tar);
        assertThat(behind(gzip(tar))).isEqualTo(tar);
    }

    @Test
    void saysThatATarHoldsNothing() throws Exception {
        Files.createDirectories(folder.resolve("in/sub"));

        assertThatThrownBy(() -> content(tar("--format=gnu", ".")))
                .hasMessage("'packed' holds nothing: there is no file in its tar archive");
    }

    @Test
    void refusesEveryPrefixOfATar() throws Exception {
        Files.createDirectories(folder.resolve("in"));
        Files.write(folder.resolve("in/shop.sql"), Arrays.copyOf(ROWS, 700));
        byte[] tar = tar("--format=pax", "shop.sql");
        int end = tar.length;
        while (tar[end - 1] == 0) {
            end--;
        }
        // a block of zeros behind the last block of the file
        int proof = (end + 511) / 512 * 512 + 512;
        for (int length = 512; length < proof; length += 37) {
            byte[] prefix = Arrays.copyOf(tar, length);
            assertThat(catchThrowable(() -> content(prefix)))
                    .as("cut after %d bytes", length)
                    .hasMessage("the tar archive ends too early, at byte %d of the file", length);
        }
        assertThat(content(Arrays.copyOf(tar, proof))).isEqualTo(Arrays.copyOf(ROWS, 700));
    }

    @Test
    void namesADamagedHeaderOfATar() throws Exception {
        Files.createDirectories(folder.resolve("in"));
        Files.write(folder.resolve("in/shop.sql"), Arrays.copyOf(ROWS, 700));
        Files.createFile(folder.resolve("in/empty"));
        byte[] tar = tar("--format=gnu", "shop.sql", "empty");
        tar[512 + 1024 + 3] ^= 1;

        assertThatThrownBy(() -> content(tar))
                .hasMessage("the tar archive is damaged: the checksum of a member's header does not fit,"
                        + " at byte 1536 of the file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zip -q - shop.sql",
                "zip -q -0 - shop.sql",
                "zip -q -r - .",
                "zip -q -fz - shop.sql",
                "zip -q -fd - shop.sql"
            })
    void takesTheOnlyFileOutOfAZip(String command) throws Exception {
        Files.createDirectories(folder.resolve("in/sub"));
        Files.write(folder.resolve("in/shop.sql"), ROWS);
        byte[] zip = run(command.split(" "));

        assertThat(content(zip)).isEqualTo(ROWS);
        assertThat(content(gzip(zip))).isEqualTo(ROWS);
    }

    @Test
    void takesTheOnlyFileOutOfAZipThatJavaWrote() throws Exception {
        assertThat(content(zip("folder/", "folder/shop.sql"))).isEqualTo(ROWS);
        assertThat(content(joined(zip("shop.sql"), new byte[300]))).isEqualTo(ROWS);
    }

    @Test
    void refusesAZipOfSeveralFilesAndOneWithAPassword() throws Exception {
        Files.createDirectories(folder.resolve("in"));
        Files.write(folder.resolve("in/shop.sql"), ROWS);
        byte[] secret = run("zip", "-q", "-P", "secret", "-", "shop.sql");

        assertThatThrownBy(() -> content(zip("a.sql", "b.sql", "c/", "c/d.sql")))
                .hasMessage("'packed' is a zip archive of several files: 'a.sql', 'b.sql', 'c/d.sql'");
        assertThatThrownBy(() -> content(secret))
                .hasMessageStartingWith(
                        "the zip archive of 'packed' is encrypted with a password of zip, which cannot be read here");
    }

    @Test
    void refusesEveryPrefixOfAZip() throws Exception {
        Files.createDirectories(folder.resolve("in"));
        Files.write(folder.resolve("in/shop.sql"), Arrays.copyOf(ROWS, 500));
        for (byte[] zip :
                List.of(zip(Arrays.copyOf(ROWS, 500), "shop.sql"), run("zip", "-q", "-X", "zip.zip", "shop.sql"))) {
            for (int length = 4; length < zip.length; length += 3) {
                byte[] prefix = Arrays.copyOf(zip, length);
                assertThat(catchThrowable(() -> content(prefix)))
                        .as("cut after %d of %d bytes", length, zip.length)
                        .isInstanceOf(RecoveryException.class)
                        .hasMessage("the zip archive ends too early, at byte %d of the file", length);
            }
        }
    }

    @Test
    void refusesFlippedBytesOfBoth() throws Exception {
        byte[] content = Arrays.copyOf(ROWS, 500);
        Files.createDirectories(folder.resolve("in"));
        Files.write(folder.resolve("in/shop.sql"), content);
        byte[] tar = Arrays.copyOf(tar("--format=pax", "shop.sql"), 4096);
        byte[] zip = run("zip", "-q", "-X", "zip.zip", "shop.sql");

        refusesFlippedBits(
                zip,
                content,
                500,
                true,
                (in, position, notes) -> OneFileStream.zip(
                        in, new Layer.Surroundings("a", position, notes, Opening.of(new Cancellation()))));
        refusesFlippedBits(
                tar,
                content,
                500,
                false,
                (in, position, notes) -> OneFileStream.tar(
                        in, new Layer.Surroundings("a", position, notes, Opening.of(new Cancellation()))));
    }

    private byte[] content(byte[] packed) throws IOException {
        Path file = Files.write(folder.resolve("packed"), packed);
        try (BackupStream stream = BackupStream.open(file, new Cancellation())) {
            return PackingTools.unpacked(stream.content());
        }
    }

    private byte[] behind(byte[] packed) throws IOException {
        try (var stream = Layers.behind(Files.write(folder.resolve("packed"), packed))) {
            return stream.readAllBytes();
        }
    }

    private byte[] tar(String format, String... files) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of("tar", format, "--sort=name", "-cf", "-", "-C"));
        command.add(folder.resolve("in").toString());
        command.addAll(List.of(files));
        return run(command.toArray(String[]::new));
    }

    /** Runs in the folder; a command that names a {@code zip.zip} writes that, others to standard output. */
    private byte[] run(String... command) throws Exception {
        Path out = folder.resolve("out");
        Path zip = folder.resolve("in/zip.zip");
        Process process = new ProcessBuilder(command)
                .directory(folder.resolve("in").toFile())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(List.of(command).toString()).isZero();
        if (!Files.exists(zip)) {
            return Files.readAllBytes(out);
        }
        byte[] bytes = Files.readAllBytes(zip);
        Files.delete(zip);
        return bytes;
    }

    private static byte[] zip(String... names) throws IOException {
        return zip(ROWS, names);
    }

    private static byte[] zip(byte[] content, String... names) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(packed)) {
            for (String name : names) {
                zip.putNextEntry(new ZipEntry(name));
                if (!name.endsWith("/")) {
                    zip.write(content);
                }
            }
        }
        return packed.toByteArray();
    }
}
