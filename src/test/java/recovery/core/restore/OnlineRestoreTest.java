package recovery.core.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.ErrorCode;
import recovery.core.layer.Secrets;
import recovery.core.target.FileOptions;
import recovery.core.target.LoadOptions;
import recovery.core.target.Strategy;
import recovery.harness.RestoreBench;

/** Restores while other processes write: whatever was acknowledged to them is in the previous file or in the live one. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OnlineRestoreTest {
    private static final String TABLES = "CREATE TABLE log (n INTEGER PRIMARY KEY, padding);"
            + " CREATE TABLE twin (n INTEGER PRIMARY KEY);"
            + " CREATE TRIGGER both AFTER INSERT ON log BEGIN INSERT INTO twin VALUES (new.n); END;";

    @TempDir
    private Path folder;

    private Path live;

    @BeforeEach
    void nameTheLiveFile() throws Exception {
        live = Files.createDirectory(folder.resolve("live")).resolve("shop.db");
    }

    private static String sqlite3(Path file, String sql) throws IOException, InterruptedException {
        Process tool = new ProcessBuilder("sqlite3", "-cmd", ".timeout 60000", file.toString(), sql)
                .redirectErrorStream(true)
                .start();
        String output = new String(tool.getInputStream().readAllBytes(), UTF_8);
        assertThat(tool.waitFor()).as(output).isZero();
        return output.strip();
    }

    /** False if it failed, which it says. */
    private boolean accepts(String sql) throws IOException, InterruptedException {
        Process tool = new ProcessBuilder("sqlite3", "-cmd", ".timeout 60000", live.toString(), sql)
                .redirectErrorStream(true)
                .start();
        String said = new String(tool.getInputStream().readAllBytes(), UTF_8);
        boolean accepted = tool.waitFor() == 0;
        assertThat(said.isEmpty()).as(said).isEqualTo(accepted);
        return accepted;
    }

    private static Set<Long> numbers(Path file) throws Exception {
        assertThat(sqlite3(file, "PRAGMA integrity_check")).isEqualTo("ok");
        assertThat(sqlite3(file, "SELECT (SELECT count(*) FROM log) - (SELECT count(*) FROM twin)"))
                .isEqualTo("0");
        return sqlite3(file, "SELECT n FROM log").lines().map(Long::valueOf).collect(Collectors.toSet());
    }

    private List<String> beside() throws IOException {
        try (Stream<Path> files = Files.list(live.getParent())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static RestoreRequest online(String name, boolean skipSafetyCopy) {
        return new RestoreRequest(
                name,
                false,
                Optional.of(Strategy.ONLINE.toString()),
                true,
                Optional.empty(),
                LoadOptions.USUAL.with(new FileOptions(Optional.empty(), false, false, skipSafetyCopy)),
                Secrets.none(),
                "terminal");
    }

    /** The rows of the backup have negative numbers. */
    private byte[] backup() throws Exception {
        Path file = folder.resolve("backup.db");
        sqlite3(
                file,
                TABLES + "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 5000)"
                        + " INSERT INTO log SELECT -i, randomblob(200) FROM s;");
        return Files.readAllBytes(file);
    }

    /** One process that has the file open all the time. */
    private void keepWriting(Process shell, Set<Long> acknowledged, long from, long until) throws IOException {
        Writer input = shell.outputWriter(UTF_8);
        BufferedReader output = shell.inputReader(UTF_8);
        for (long n = from; n < until && !Thread.interrupted(); n++) {
            input.write("INSERT INTO log VALUES (%d, randomblob(100));\nSELECT %d;\n".formatted(n, n));
            input.flush();
            String line = output.readLine();
            if (line == null || !line.equals(Long.toString(n))) {
                throw new IOException("sqlite3 said: " + line);
            }
            acknowledged.add(n);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"delete", "wal"})
    void whatAnotherProcessCommitsMeanwhileIsNeverLostAndNeverTorn(String mode) throws Exception {
        sqlite3(live, "PRAGMA journal_mode = " + mode + ";" + TABLES);
        Process shell = new ProcessBuilder("sqlite3", "-bail", "-cmd", ".timeout 60000", live.toString())
                .redirectErrorStream(true)
                .start();
        Set<Long> acknowledged = new ConcurrentSkipListSet<>();
        Thread writer = new Thread(() -> {
            try {
                keepWriting(shell, acknowledged, 1, Long.MAX_VALUE);
            } catch (IOException ended) {
                Thread.currentThread().interrupt();
            }
        });
        writer.start();
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.sqlite(folder, live).put("shop.db", backup())) {
            await(acknowledged, 0);
            report = bench.restore(online("shop.db", false));
            await(acknowledged, acknowledged.size());
            assertThat(shell.isAlive()).isTrue();
        } finally {
            shell.destroy();
            writer.join();
        }
        assertThat(report.error()).isEmpty();
        String kept = report.rollback().previous().orElseThrow();
        assertThat(report.liveDatabase())
                .isEqualTo("'shop.db' holds the restored data, which was written into it in one transaction; what it"
                        + " held before is kept as '" + kept + "'.");
        assertThat(report.safetyCopy().orElseThrow().file()).endsWith(".db.gz");
        Set<Long> before = numbers(live.resolveSibling(kept));
        Set<Long> after = numbers(live);
        Set<Long> either = new TreeSet<>(before);
        either.addAll(after);
        assertThat(either).containsAll(acknowledged);
        assertThat(before).isNotEmpty().allMatch(n -> n > 0);
        assertThat(after).contains(-1L, -5000L).doesNotContainAnyElementsOf(before);
        assertThat(sqlite3(live, "SELECT count(*) FROM log WHERE n < 0")).isEqualTo("5000");
    }

    private static void await(Set<Long> acknowledged, int more) throws InterruptedException {
        while (acknowledged.size() <= more) {
            Thread.sleep(2);
        }
    }

    /** A program that opens the file anew for every write, as scripts do. */
    @ParameterizedTest
    @ValueSource(strings = {"delete", "wal"})
    void whatShortProgramsCommitAroundASwapOfFilesIsNeverLost(String mode) throws Exception {
        sqlite3(live, "PRAGMA journal_mode = " + mode + ";" + TABLES);
        Set<Long> acknowledged = new ConcurrentSkipListSet<>();
        Thread writer = new Thread(() -> {
            try {
                for (long n = 1; !Thread.interrupted(); n++) {
                    if (accepts("INSERT INTO log VALUES (%d, 1)".formatted(n))) {
                        acknowledged.add(n);
                    }
                    Thread.sleep(20);
                }
            } catch (IOException | InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        writer.start();
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.sqlite(folder, live).put("shop.db", backup())) {
            await(acknowledged, 0);
            do {
                report = bench.restoreConfirmed("shop.db");
                assertThat(report.error().map(RestoreReport.Failure::code).orElse(ErrorCode.DATABASE_IN_USE))
                        .isEqualTo(ErrorCode.DATABASE_IN_USE);
            } while (!report.success());
            await(acknowledged, acknowledged.size());
        } finally {
            writer.interrupt();
            writer.join();
        }
        Set<Long> either = new TreeSet<>(numbers(live));
        either.addAll(numbers(live.resolveSibling(report.rollback().previous().orElseThrow())));
        assertThat(either).containsAll(acknowledged).contains(-1L, -5000L);
    }

    @Test
    void aRollbackBringsBackWhatWasThereBefore() throws Exception {
        sqlite3(live, TABLES + "INSERT INTO log VALUES (1, 'old');");
        String before = sqlite3(live, ".dump");
        try (RestoreBench bench = RestoreBench.sqlite(folder, live).put("shop.db", backup())) {
            RestoreReport restored = bench.restore(online("shop.db", true));
            assertThat(restored.error()).isEmpty();
            assertThat(restored.safetyCopy()).isEmpty();
            assertThat(restored.strategy()).isEqualTo(Strategy.ONLINE);
            assertThat(sqlite3(live, "SELECT count(*) FROM log")).isEqualTo("5000");

            RestoreReport back =
                    bench.service().rollback(Optional.empty(), "terminal").await();
            assertThat(back.error()).isEmpty();
            assertThat(back.liveDatabase())
                    .isEqualTo("'shop.db' holds again what it held before; the restored data is kept as '%s'."
                            .formatted(back.rollback().previous().orElseThrow()));
            assertThat(bench.service().prune(false).previous()).hasSize(1);
        }
        assertThat(sqlite3(live, ".dump")).isEqualTo(before);
        assertThat(beside()).hasSize(2);
    }

    @Test
    void aDamagedLiveFileDoesNotBlockTheRescue() throws Exception {
        sqlite3(
                live,
                TABLES + "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 500)"
                        + " INSERT INTO log SELECT i, randomblob(200) FROM s;");
        byte[] damaged = Files.readAllBytes(live);
        java.util.Arrays.fill(damaged, 5 * 4096, 9 * 4096, (byte) 0x7f);
        Files.write(live, damaged);
        try (RestoreBench bench = RestoreBench.sqlite(folder, live).put("shop.db", backup())) {
            RestoreReport report = bench.restore(online("shop.db", false));

            assertThat(report.error()).isEmpty();
            assertThat(report.notes())
                    .filteredOn(note -> note.code().equals("NO_SAFETY_COPY"))
                    .singleElement()
                    .satisfies(note -> assertThat(note.text()).startsWith("No safety copy was made, because "));
            assertThat(live.resolveSibling(report.rollback().previous().orElseThrow()))
                    .hasBinaryContent(damaged);
        }
        assertThat(sqlite3(live, "PRAGMA integrity_check")).isEqualTo("ok");
    }

    @Test
    void aSafetyCopyThatCannotBeMadeStopsTheRestoreAndSaysHowToGoOnWithout() throws Exception {
        sqlite3(live, TABLES + "INSERT INTO log VALUES (1, 'old');");
        byte[] before = Files.readAllBytes(live);
        try (RestoreBench bench = new RestoreBench(
                        folder, new recovery.core.target.sqlite.SqliteTarget(live), Optional.of("no key at all"))
                .put("shop.db", backup())) {
            RestoreReport report = bench.restore(online("shop.db", false));

            assertThat(report.liveDatabase()).isEqualTo("'shop.db' is unchanged; nothing was renamed.");
            RestoreReport.Failure failure = report.error().orElseThrow();
            assertThat(failure.problem()).startsWith("no safety copy could be made: ");
            assertThat(failure.remedies())
                    .last()
                    .isEqualTo("Or restore without a safety copy: --skip-backup (skipBackup); what is live is kept as a"
                            + " file beside all the same.");
            assertThat(live).hasBinaryContent(before);
            assertThat(beside()).containsExactly("shop.db");
            assertThat(bench.restore(online("shop.db", true)).error()).isEmpty();
        }
    }

    @Test
    void aLiveFileThatIsNoDatabaseIsNotWrittenInto() throws Exception {
        Files.writeString(live, "not a database, and long enough for a header: ".repeat(5));
        try (RestoreBench bench = RestoreBench.sqlite(folder, live).put("shop.db", backup())) {
            RestoreReport report = bench.restore(online("shop.db", false));
            assertThat(report.error().orElseThrow().problem())
                    .isEqualTo(
                            "'shop.db' is encrypted or no SQLite database any more, so nothing can be written into it");
            assertThat(bench.restoreConfirmed("shop.db").error()).isEmpty();
        }
    }
}
