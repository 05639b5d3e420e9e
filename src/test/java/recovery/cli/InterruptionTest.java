package recovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs the signals of POSIX")
class InterruptionTest {
    private static final String DUMP = """
            --
            -- PostgreSQL database dump
            --

            CREATE TABLE t (a integer);

            COPY t (a) FROM stdin;
            1
            \\.

            --
            -- PostgreSQL database dump complete
            --
            """;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void aSignalStopsARestoreBeforeTheSwapAndTellsHowItEnded(String signal) throws Exception {
        Files.writeString(Files.createDirectory(folder.resolve("backups")).resolve("good.sql"), DUMP);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SlowRestore.class.getName(),
                        folder.toString())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            while (!Files.readString(err).contains("in the load")) {
                assertThat(process.isAlive()).as(Files.readString(err)).isTrue();
                Thread.sleep(50);
            }
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }

        assertThat(process.exitValue()).isEqualTo(130);
        assertThat(Files.readString(err))
                .contains("Stopping. Please wait: what was begun is being cleaned up.\n")
                .contains("CANCELLED: the restore was cancelled\n");
        assertThat(Files.readString(out))
                .contains("Restore of 'good.sql' into PostgreSQL database 'shop' on nowhere:5432: cancelled.\n")
                .contains("'shop' is unchanged; nothing was renamed.\n");
    }
}
