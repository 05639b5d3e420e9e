package recovery.core.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.target.sqlite.SqliteTarget;
import recovery.core.verify.Verification;
import recovery.harness.Gpg;
import recovery.harness.PostgresTools;
import recovery.harness.RestoreBench;

/** A safety copy of a SQLite file, judged by the real sqlite3. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SafetySqliteTest {
    @TempDir
    private Path folder;

    private Path live;

    @BeforeEach
    void makeTheLiveDatabase() throws Exception {
        live = Files.createDirectory(folder.resolve("live")).resolve("shop.db");
        Files.write(live, PostgresTools.unpacked(RestoreBench.sample("shop.db.gz")));
    }

    private static String sqlite3(Path file, String sql) throws IOException, InterruptedException {
        Process tool = new ProcessBuilder("sqlite3", file.toString(), sql)
                .redirectErrorStream(true)
                .start();
        String output = new String(tool.getInputStream().readAllBytes(), UTF_8);
        assertThat(tool.waitFor()).as(output).isZero();
        return output;
    }

    private List<String> beside() throws IOException {
        try (Stream<Path> files = Files.list(live.getParent())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"delete", "wal"})
    void bringsBackTheWholeFile(String mode) throws Exception {
        sqlite3(live, "PRAGMA journal_mode = " + mode);
        String before = sqlite3(live, ".dump");
        try (RestoreBench bench = RestoreBench.sqlite(folder, live)) {
            RestoreReport report = bench.backUp();

            assertThat(report.error()).isEmpty();
            SafetyCopy copy = report.safetyCopy().orElseThrow();
            assertThat(copy.file()).matches("safety_shop\\.db_\\d{8}_\\d{6}\\.db\\.gz");
            assertThat(copy.exact()).isTrue();
            assertThat(report.verification().checks())
                    .extracting(Verification.Check::name)
                    .containsExactly("bytes", "end", "rows");
            assertThat(report.verification().status()).isEqualTo(Verification.Status.PASSED);
            assertThat(beside()).containsExactly("shop.db");
            sqlite3(live, "CREATE TABLE later (x)");
            assertThat(bench.restoreConfirmed(copy.file()).error()).isEmpty();
        }
        assertThat(sqlite3(live, ".dump")).isEqualTo(before);
    }

    /** Money moves between two tables all the time; every moment has the same sum. */
    @ParameterizedTest
    @ValueSource(strings = {"delete", "wal"})
    void itIsOneMomentOfAFileThatIsBeingWrittenTo(String mode) throws Exception {
        sqlite3(
                live,
                "PRAGMA journal_mode = %s; CREATE TABLE account (id INTEGER PRIMARY KEY, balance); ".formatted(mode)
                        + "INSERT INTO account VALUES (1, 1000); CREATE TABLE book (amount, padding);"
                        + " INSERT INTO book VALUES (1000, zeroblob(100000));");
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong written = new AtomicLong();
        Thread writer = new Thread(() -> write(stop, written));
        writer.start();
        try (RestoreBench bench = RestoreBench.sqlite(folder, live)) {
            while (written.get() == 0) {
                Thread.sleep(1);
            }
            RestoreReport report = bench.backUp();
            long during = written.get();
            while (written.get() == during) {
                Thread.sleep(1);
            }
            stop.set(true);
            writer.join();

            assertThat(report.error()).isEmpty();
            Path copy = folder.resolve("copy.db");
            Files.write(
                    copy,
                    PostgresTools.unpacked(Files.readAllBytes(bench.backups()
                            .resolve(report.safetyCopy().orElseThrow().file()))));
            assertThat(sqlite3(copy, "PRAGMA integrity_check")).isEqualTo("ok\n");
            assertThat(sqlite3(copy, "SELECT (SELECT sum(balance) FROM account) - (SELECT sum(amount) FROM book)"))
                    .isEqualTo("0\n");
        }
    }

    private void write(AtomicBoolean stop, AtomicLong written) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + live);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 60000");
            connection.setAutoCommit(false);
            while (!stop.get()) {
                statement.execute("UPDATE account SET balance = balance + 7");
                statement.execute("INSERT INTO book VALUES (7, zeroblob(5000))");
                connection.commit();
                written.incrementAndGet();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void encryptedNothingPlainReachesTheBackupDirectory() throws Exception {
        try (Gpg gpg = new Gpg()) {
            gpg.run(
                    new byte[0],
                    "--passphrase",
                    "",
                    "--quick-generate-key",
                    "s@example",
                    "future-default",
                    "default",
                    "never");
            String key = Base64.getEncoder().encodeToString(gpg.run(new byte[0], "--export", "s@example"));
            try (RestoreBench bench = new RestoreBench(folder, new SqliteTarget(live), Optional.of(key))) {
                RestoreReport report = bench.backUp();

                assertThat(report.error()).isEmpty();
                assertThat(report.verification().status()).isEqualTo(Verification.Status.INCOMPLETE);
                String file = report.safetyCopy().orElseThrow().file();
                assertThat(file).endsWith(".db.gz.gpg");
                byte[] plain = PostgresTools.unpacked(
                        gpg.run(Files.readAllBytes(bench.backups().resolve(file)), "--decrypt"));
                Path copy = Files.write(folder.resolve("copy.db"), plain);
                assertThat(sqlite3(copy, ".dump")).isEqualTo(sqlite3(live, ".dump"));
                assertThat(beside()).containsExactly("shop.db");
            }
        }
    }

    @Test
    void aDamagedFileIsNoSafetyCopy() throws Exception {
        byte[] bytes = Files.readAllBytes(live);
        java.util.Arrays.fill(bytes, bytes.length / 2, bytes.length / 2 + 5000, (byte) 0x5A);
        Files.write(live, bytes);
        try (RestoreBench bench = RestoreBench.sqlite(folder, live)) {
            RestoreReport report = bench.backUp();

            assertThat(report.error().orElseThrow().problem())
                    .startsWith("the live file 'shop.db' is damaged, so a copy of it is worth little: ");
            assertThat(beside()).containsExactly("shop.db");
            assertThat(Files.readAllBytes(live)).isEqualTo(bytes);
            try (Stream<Path> files = Files.list(bench.backups())) {
                assertThat(files).isEmpty();
            }
        }
    }

    @Test
    void aFullDiskBesideTheLiveFileLeavesNothing() throws Exception {
        Path small = Files.createDirectory(folder.resolve("small"));
        assertThat(new ProcessBuilder(
                                "mount",
                                "-t",
                                "tmpfs",
                                "-o",
                                "size=" + (Files.size(live) * 3 / 2),
                                "tmpfs",
                                small.toString())
                        .start()
                        .waitFor())
                .isZero();
        try {
            Path there = Files.copy(live, small.resolve("shop.db"));
            try (RestoreBench bench = RestoreBench.sqlite(folder, there)) {
                RestoreReport report = bench.backUp();

                assertThat(report.error().orElseThrow().problem())
                        .isEqualTo("the disk of 'shop.db' is full: its copy needs as much room as it");
                try (Stream<Path> files = Files.list(small)) {
                    assertThat(files).containsExactly(there);
                }
            }
        } finally {
            assertThat(new ProcessBuilder("umount", small.toString()).start().waitFor())
                    .isZero();
        }
    }
}
