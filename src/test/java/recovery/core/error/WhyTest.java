package recovery.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class WhyTest {
    @Test
    void saysInWordsWhatTheExceptionsOnlyName() {
        assertThat(Why.of(new AccessDeniedException("/a"))).isEqualTo("permission denied");
        assertThat(Why.of(new NoSuchFileException("/a"))).isEqualTo("no such file or folder");
        assertThat(Why.of(new FileAlreadyExistsException("/a"))).isEqualTo("a file of that name is there already");
        assertThat(Why.of(new FileSystemException("/a", null, "Read-only file system")))
                .isEqualTo("Read-only file system");
        assertThat(Why.of(new IOException("Input/output error"))).isEqualTo("Input/output error");
        assertThat(Why.of(new IOException())).isEqualTo("IOException");
    }

    @Test
    void recognisesAFullDisk() {
        assertThat(Why.isFullDisk(new FileSystemException("/a", null, "No space left on device")))
                .isTrue();
        assertThat(Why.isFullDisk(new IOException("Input/output error"))).isFalse();
    }
}
