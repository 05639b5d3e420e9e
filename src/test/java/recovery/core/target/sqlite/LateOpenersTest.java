package recovery.core.target.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.error.Note;
import recovery.core.target.Target.SwapResult;

/** A program opens the live file when it has its second name already and not yet lost the live one. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LateOpenersTest {
    private static final String COPY = "shop.db_restoring_1";
    private static final String KEEP = "shop.db_before_1";

    @TempDir
    private Path home;

    private Path live;
    private Process late;

    @BeforeEach
    void makeBoth() throws Exception {
        Path folder = Files.createDirectory(home.toRealPath().resolve("live"));
        live = Shop.database(
                folder.resolve("shop.db"),
                "PRAGMA journal_mode = wal",
                "CREATE TABLE t (x)",
                "INSERT INTO t VALUES ('old')");
        Shop.database(folder.resolve(COPY), "CREATE TABLE t (x)", "INSERT INTO t VALUES ('new')");
    }

    private SwapResult swap() {
        return new SqliteTarget(live, new FileSteps.Renamer() {
                    @Override
                    public void link(Path file, Path secondName) throws IOException {
                        FileSteps.Renamer.REAL.link(file, secondName);
                        open();
                    }
                })
                .swap(COPY, KEEP);
    }

    private void open() throws IOException {
        late = new ProcessBuilder(
                        "sqlite3",
                        live.toString(),
                        ".timeout 30000",
                        "INSERT INTO t VALUES ('late'); SELECT 'written';")
                .redirectErrorStream(true)
                .start();
        Path files = Path.of("/proc/" + late.pid() + "/fd");
        while (!isOpen(files)) {
            LockSupport.parkNanos(5_000_000);
        }
    }

    private boolean isOpen(Path files) throws IOException {
        try (var all = Files.list(files)) {
            return all.anyMatch(file -> {
                try {
                    return Files.readSymbolicLink(file).equals(live);
                } catch (IOException gone) {
                    throw new UncheckedIOException(gone);
                }
            });
        } catch (UncheckedIOException gone) {
            return false;
        }
    }

    private String said() throws Exception {
        String said = new String(late.getInputStream().readAllBytes(), UTF_8);
        late.waitFor();
        return said;
    }

    @Test
    void itIsToldThatTheFileIsNoDatabaseAndBothFilesStayWhatTheyAre() throws Exception {
        SwapResult result = swap();

        assertThat(result.notes()).extracting(Note::code).containsExactly("OPENED_IN_THE_SWAP");
        assertThat(result.notes().get(0).text())
                .startsWith("sqlite3 (pid %d) opened the file in the moment of the swap".formatted(late.pid()));
        assertThat(said()).contains("file is not a database").doesNotContain("written");
        assertThat(Shop.names(live.getParent())).containsExactly("shop.db", KEEP);
        assertThat(Shop.query(live, "SELECT x FROM t UNION ALL SELECT * FROM pragma_integrity_check"))
                .containsExactly("new", "ok");
        assertThat(Shop.query(
                        live.resolveSibling(KEEP), "SELECT x FROM t UNION ALL SELECT * FROM pragma_integrity_check"))
                .containsExactly("old", "ok");
    }

    /** As backups by links have: what they hold must stay what it is. */
    @Test
    void aFileThatHasAnotherNameIsLeftAsItIs() throws Exception {
        Path link = Files.createLink(home.resolve("link.db"), live);
        SwapResult result = swap();

        assertThat(result.notes()).extracting(Note::code).containsExactly("PREVIOUS_STILL_OPEN");
        said();
        assertThat(Shop.query(link, "SELECT x FROM t WHERE x = 'old'")).containsExactly("old");
        assertThat(Shop.query(live, "SELECT x FROM t")).containsExactly("new");
    }
}
