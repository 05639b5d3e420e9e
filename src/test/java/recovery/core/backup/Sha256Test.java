package recovery.core.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Sha256Test {
    @TempDir
    Path directory;

    @Test
    void hashesAFolderByNamesAndBytesOfItsFiles() throws IOException {
        Path one = Files.createDirectories(directory.resolve("one/sub")).getParent();
        Path other = Files.createDirectories(directory.resolve("other/sub")).getParent();
        for (Path folder : new Path[] {one, other}) {
            Files.writeString(folder.resolve("toc.dat"), "contents");
            Files.writeString(folder.resolve("sub/1.dat"), "rows");
        }
        String hash = Sha256.of(one, () -> {});

        assertThat(hash).matches("[0-9a-f]{64}").isEqualTo(Sha256.of(other, () -> {}));
        Files.move(other.resolve("sub/1.dat"), other.resolve("sub/2.dat"));
        assertThat(Sha256.of(other, () -> {})).isNotEqualTo(hash);
        Files.move(other.resolve("sub/2.dat"), other.resolve("sub/1.dat"));
        Files.writeString(other.resolve("sub/1.dat"), "rowz");
        assertThat(Sha256.of(other, () -> {})).isNotEqualTo(hash);
    }

    @Test
    void equalsWhatTheToolsSay() throws IOException {
        assertThat(Sha256.of(Files.writeString(directory.resolve("empty"), ""), () -> {}))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(Sha256.of(Files.writeString(directory.resolve("million"), "a".repeat(1_000_000)), () -> {}))
                .isEqualTo("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    }

    @Test
    void asksBetweenReadsWhetherToGoOn() throws IOException {
        Path file = Files.write(directory.resolve("large"), new byte[1024 * 1024]);
        AtomicInteger asked = new AtomicInteger();

        assertThatThrownBy(() -> Sha256.of(file, () -> {
                    if (asked.incrementAndGet() == 3) {
                        throw new IllegalStateException("enough");
                    }
                }))
                .hasMessage("enough");
    }
}
