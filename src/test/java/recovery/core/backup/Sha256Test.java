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
