package recovery.core.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import recovery.core.error.ErrorCode;
import recovery.core.target.sqlite.MemoryLimit;
import recovery.core.verify.Verification;
import recovery.harness.RestoreBench;

/** Files written and judged by the program sqlcipher itself, also while it has them open. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SqlCipherRefereeTest {
    private static final String KEY = "it's a Schlüssel";
    private static final String PRAGMA_KEY = "PRAGMA key = 'it''s a Schlüssel';";
    private static final String ROWS =
            "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); CREATE INDEX i ON t (b); WITH RECURSIVE n(i) AS (SELECT 1 UNION"
                    + " ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO t SELECT i, 'row ' || i FROM n;";

    @TempDir
    private Path folder;

    private Path live;
    private RestoreBench bench;

    @BeforeEach
    void openTheService() throws IOException {
        live = Files.createDirectory(folder.resolve("live")).resolve("app.db");
        bench = RestoreBench.encrypted(folder, live, Optional.of(KEY), new MemoryLimit(64 << 20));
    }

    @AfterEach
    void closeTheService() {
        bench.close();
    }

    private static String sqlcipher(Path file, String sql) throws IOException, InterruptedException {
        Process tool = new ProcessBuilder("sqlcipher", "-bail", file.toString())
                .redirectErrorStream(true)
                .start();
        tool.getOutputStream().write(sql.getBytes(UTF_8));
        tool.getOutputStream().close();
        String output = new String(tool.getInputStream().readAllBytes(), UTF_8);
        assertThat(tool.waitFor()).as(output).isZero();
        return output;
    }

    @ParameterizedTest
    @CsvSource({
        "'', SQLCipher 3",
        "PRAGMA cipher_page_size = 4096;, SQLCipher 3",
        "PRAGMA cipher_page_size = 65536;, SQLCipher 3",
        "PRAGMA kdf_iter = 4000;, SQLCipher 2",
        "PRAGMA cipher_use_hmac = OFF; PRAGMA kdf_iter = 4000;, SQLCipher 1",
        "PRAGMA cipher_use_hmac = OFF; PRAGMA kdf_iter = 4000; PRAGMA cipher_page_size = 512;, SQLCipher 1"
    })
    void whatItWroteComesBackAsItWas(String pragmas, String version) throws Exception {
        Path backup = folder.resolve("app.db");
        String settings = PRAGMA_KEY + (pragmas == null ? "" : pragmas);
        sqlcipher(backup, settings + ROWS);
        String dump = sqlcipher(backup, settings + "\n.dump\n");
        assertThat(dump).contains("row 3000");
        RestoreReport report = bench.put("app.db", Files.readAllBytes(backup)).restore("app.db");

        assertThat(report.error()).isEmpty();
        assertThat(live).hasSameBinaryContentAs(backup);
        assertThat(sqlcipher(live, settings + "\n.dump\n")).isEqualTo(dump);
        assertThat(report.notes())
                .anySatisfy(note -> assertThat(note.text()).startsWith("The key opens the backup: " + version + ","));
        assertThat(report.verification().status())
                .isEqualTo(version.endsWith("1") ? Verification.Status.INCOMPLETE : Verification.Status.PASSED);
        assertThat(report.verification().tables())
                .singleElement()
                .satisfies(table -> assertThat(table.restored()).hasValue(3000));
    }

    /** An application that has the file open and says when it is ready. */
    private Process application(String sql) throws IOException {
        Process tool = new ProcessBuilder("sqlcipher", "-bail", live.toString())
                .redirectErrorStream(true)
                .start();
        tool.getOutputStream().write((PRAGMA_KEY + sql + "SELECT 're' || 'ady';\n").getBytes(UTF_8));
        tool.getOutputStream().flush();
        BufferedReader said = tool.inputReader(UTF_8);
        String line = said.readLine();
        while (line != null && !line.equals("ready")) {
            line = said.readLine();
        }
        assertThat(line).isEqualTo("ready");
        return tool;
    }

    @Test
    void aSafetyCopyHoldsWhatIsInTheLogOnly() throws Exception {
        sqlcipher(live, PRAGMA_KEY + ROWS);
        Process application = application(
                "PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 0; INSERT INTO t SELECT a + 10000, 'late' FROM t;"
                        + " DELETE FROM t WHERE a < 100;");
        try {
            byte[] before = Files.readAllBytes(live);
            RestoreReport report = bench.backUp();

            assertThat(report.error()).isEmpty();
            assertThat(live).hasBinaryContent(before);
            assertThat(live.resolveSibling("app.db-wal")).isNotEmptyFile();
            Path copy = onlyFile(".db");
            assertThat(Files.getPosixFilePermissions(copy).toString()).doesNotContain("GROUP", "OTHERS");
            assertThat(
                            sqlcipher(
                                    Files.copy(copy, folder.resolve("copy.db")),
                                    PRAGMA_KEY
                                            + "PRAGMA integrity_check; SELECT count(*), sum(b = 'late'), max(a), min(a) FROM t;"))
                    .isEqualTo("ok\n5901|3000|13000|100\n");
        } finally {
            application.getOutputStream().close();
            application.waitFor();
        }
    }

    @Test
    void aSafetyCopyOfADamagedFileIsRefused() throws Exception {
        sqlcipher(live, PRAGMA_KEY + ROWS);
        byte[] bytes = Files.readAllBytes(live);
        bytes[5 * 1024 + 30] ^= 1;
        Files.write(live, bytes);
        RestoreReport report = bench.backUp();

        assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.BACKUP_FAILED);
        assertThat(report.error().orElseThrow().problem())
                .isEqualTo(
                        "the live file 'app.db' is damaged, so a copy of it is worth little: page 6 is not what was written");
        assertThat(names(live.getParent())).containsExactly("app.db");
        assertThat(names(bench.backups())).isEmpty();
    }

    @Test
    void aFileThatTheApplicationHasOpenIsNotSwapped() throws Exception {
        sqlcipher(live, PRAGMA_KEY + ROWS);
        Path backup = folder.resolve("other.db");
        sqlcipher(backup, PRAGMA_KEY + "CREATE TABLE other (x);");
        Process application = application("PRAGMA journal_mode = wal; SELECT count(*) FROM t;");
        try {
            byte[] before = Files.readAllBytes(live);
            RestoreReport report =
                    bench.put("other.db", Files.readAllBytes(backup)).restoreConfirmed("other.db");

            assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.DATABASE_IN_USE);
            assertThat(live).hasBinaryContent(before);
        } finally {
            application.getOutputStream().close();
            application.waitFor();
        }
        assertThat(bench.restoreConfirmed("other.db").error()).isEmpty();
        assertThat(live).hasSameBinaryContentAs(backup);
    }

    private Path onlyFile(String ending) throws IOException {
        return bench.backups()
                .resolve(names(bench.backups()).stream()
                        .filter(name -> name.endsWith(ending))
                        .findFirst()
                        .orElseThrow());
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
