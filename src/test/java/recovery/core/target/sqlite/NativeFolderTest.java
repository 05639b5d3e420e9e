package recovery.core.target.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NativeFolderTest {
    @TempDir
    Path state;

    @Test
    void deletesWhatKilledProcessesLeftAndNothingElse() throws Exception {
        long own = ProcessHandle.current().pid();
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        Path ofDead = leave("native-" + ended.pid());
        Path ofNamesake = leave("native-" + own);
        Path ofLiving =
                leave("native-" + ProcessHandle.current().parent().orElseThrow().pid());
        Path ofUser = leave("native-things");

        Path folder = NativeFolder.prepare(state);

        assertThat(folder).isEqualTo(state.resolve("native-" + own)).isEmptyDirectory();
        assertThat(ofDead.getParent()).doesNotExist();
        assertThat(ofNamesake).doesNotExist();
        assertThat(ofLiving).exists();
        assertThat(ofUser).exists();
    }

    private Path leave(String folder) throws Exception {
        return Files.createFile(Files.createDirectories(state.resolve(folder)).resolve("sqlite-libsqlitejdbc.so"));
    }
}
