package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.error.RecoveryException;

class RestoreLockTest {
    @TempDir
    private Path folder;

    @Test
    void theSecondOneIsToldWhoHoldsTheLock() {
        try (RestoreLock first = RestoreLock.take(folder, "20261120_030405 by ann, process 7 on db1", () -> {})) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> RestoreLock.take(folder, "another", () -> {}))
                    .isInstanceOf(RecoveryException.class)
                    .hasMessage("another restore is running: 20261120_030405 by ann, process 7 on db1");
        }
    }

    @Test
    void aLockThatWasGivenBackIsFree() {
        RestoreLock.take(folder, "a much longer name than the next", () -> {}).close();
        try (RestoreLock next = RestoreLock.take(folder, "next", () -> {})) {
            assertThat(next).isNotNull();
            assertThatThrownBy(() -> RestoreLock.take(folder, "x", () -> {})).hasMessageEndingWith("running: next");
        }
    }
}
