package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.Selection;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.layer.Secrets;
import recovery.core.target.FileOptions;
import recovery.core.target.LoadOptions;
import recovery.core.target.OnConflict;
import recovery.core.target.Strategy;
import recovery.core.verify.Verification;
import recovery.harness.RestoreBench;

/** Somebody deleted 200 tickets: single tables of a backup come back into a live SQLite file, judged by sqlite3. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SqliteTablesTest {
    @TempDir
    private Path folder;

    private Path live;
    private byte[] script;
    private byte[] file;

    @BeforeEach
    void loseTickets() throws Exception {
        live = Files.createDirectory(folder.resolve("live")).toRealPath().resolve("shop.db");
        sqlite3("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);"
                + "INSERT INTO people VALUES (1, 'Ann');"
                + "CREATE TABLE tickets (id INTEGER PRIMARY KEY, person INT REFERENCES people, text TEXT);"
                + "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1234)"
                + " INSERT INTO tickets SELECT i, 1, 'ticket ' || i FROM n;");
        script = sqlite3(".dump").getBytes(StandardCharsets.UTF_8);
        file = Files.readAllBytes(live);
        sqlite3("PRAGMA journal_mode = wal; DELETE FROM tickets WHERE id BETWEEN 301 AND 500;"
                + "UPDATE people SET name = 'Anna'; UPDATE tickets SET text = 'new' WHERE id = 1;");
    }

    private String sqlite3(String sql) throws Exception {
        return sqlite3(live, sql);
    }

    private static String sqlite3(Path database, String sql) throws Exception {
        Process tool = new ProcessBuilder("sqlite3", database.toString(), sql)
                .redirectErrorStream(true)
                .start();
        String output = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tool.waitFor()).as(output).isZero();
        return output;
    }

    private RestoreBench bench() {
        return RestoreBench.sqlite(folder, live).put("shop.db", file).put("shop.sql", script);
    }

    private static RestoreRequest request(
            String backup, boolean dryRun, Optional<OnConflict> policy, String... tables) {
        Selection selection = new Selection(List.of(tables), List.of(), List.of(), Selection.ALL_SECTIONS);
        LoadOptions options = LoadOptions.USUAL
                .with(new DumpChoice(Optional.empty(), Optional.empty(), selection))
                .with(new FileOptions(policy, false, false, false));
        return new RestoreRequest(
                backup, dryRun, Optional.empty(), true, Optional.empty(), options, Secrets.none(), "terminal");
    }

    private List<String> names() throws Exception {
        try (Stream<Path> files = Files.list(live.getParent())) {
            return files.map(name -> name.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.db", "shop.sql"})
    void theDeletedOnesComeBackAndGoAgainByARollback(String backup) throws Exception {
        String before = sqlite3(".dump");
        try (RestoreBench bench = bench()) {
            RestoreReport report =
                    bench.restore(request(backup, false, Optional.of(OnConflict.ADD_MISSING), "tickets"));

            assertThat(report.error()).isEmpty();
            assertThat(report.strategy()).isEqualTo(Strategy.ONLINE);
            assertThat(report.verification().status()).isEqualTo(Verification.Status.PASSED);
            assertThat(report.tables().stream().map(Verification.TableCheck::name))
                    .containsExactly("tickets");
            String previous = report.rollback().previous().orElseThrow();
            assertThat(report.liveDatabase())
                    .isEqualTo(
                            "Rows of 1 table were written into 'shop.db' in one transaction; what it held before is kept as '"
                                    + previous + "'.");
            assertThat(report.notes().stream().map(note -> note.text()))
                    .contains("Table 'tickets': 200 rows added, 1,034 rows kept.");
            assertThat(sqlite3("SELECT count(*), min(text) FROM tickets")).isEqualTo("1234|new\n");
            assertThat(sqlite3("SELECT name FROM people")).isEqualTo("Anna\n");
            assertThat(sqlite3(live.resolveSibling(previous), ".dump")).isEqualTo(before);
            assertThat(names()).doesNotContain("shop.db_restoring_" + report.id());

            RestoreReport back =
                    bench.service().rollback(Optional.empty(), "terminal").await();
            assertThat(back.error()).isEmpty();
            assertThat(sqlite3(".dump")).isEqualTo(before);
        }
    }

    @Test
    void aDryRunTellsWhatWouldBecomeOfTheTableAndChangesNothing() throws Exception {
        String before = sqlite3(".dump");
        try (RestoreBench bench = bench()) {
            RestoreReport report = bench.restore(request("shop.db", true, Optional.empty(), "tickets"));
            assertThat(report.error()).isEmpty();
            assertThat(report.plan().orElseThrow().steps())
                    .contains(
                            "In 'shop.db' the tables 'tickets' become what they are in the backup: rows that came or changed since are gone from them. Every other table stays as it is, and no trigger runs.");
        }
        assertThat(sqlite3(".dump")).isEqualTo(before);
        assertThat(names()).noneMatch(name -> name.contains("_before_") || name.contains("_restoring_"));
    }

    @Test
    void whatCannotBeIsRefusedAndLeavesNothingBehind() throws Exception {
        String before = sqlite3(".dump");
        assertThat(refusal(request("shop.db", false, Optional.empty(), "tikets")))
                .isEqualTo("REQUEST_UNUSABLE: the backup holds no table that 'tikets' fits");
        assertThat(refusal(request("shop.db", false, Optional.of(OnConflict.ADD_MISSING))))
                .isEqualTo(
                        "REQUEST_UNUSABLE: what becomes of rows that are there is asked for single tables of SQLite only");
        assertThat(sqlite3(".dump")).isEqualTo(before);
        assertThat(names()).noneMatch(name -> name.contains("_before_") || name.contains("_restoring_"));
        sqlite3("PRAGMA journal_mode = delete");
        Files.delete(live);
        assertThat(refusal(request("shop.db", false, Optional.empty(), "tickets")))
                .isEqualTo("REQUEST_UNUSABLE: there is no live file that single tables could be written into");
    }

    private String refusal(RestoreRequest request) {
        try (RestoreBench bench = bench()) {
            RestoreReport.Failure failure = bench.restore(request).error().orElseThrow();
            assertThat(failure.code()).isEqualTo(ErrorCode.REQUEST_UNUSABLE);
            return failure.code() + ": " + failure.problem();
        } catch (RecoveryException atOnce) {
            return atOnce.code() + ": " + atOnce.getMessage();
        }
    }
}
