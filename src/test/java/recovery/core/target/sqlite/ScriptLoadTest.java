package recovery.core.target.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.backup.BackupFormat;
import recovery.core.error.ErrorCode;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Cancellation;
import recovery.core.target.CopyFacts;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadResult.TableRows;
import recovery.core.target.LoadWatch;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ScriptLoadTest {
    private static final String NAME = "shop.db_restoring_1";

    @TempDir
    Path home;

    private SqliteTarget target;
    private Path copy;

    @BeforeEach
    void targetWithoutLiveFile() throws IOException {
        Path folder = Files.createDirectory(home.resolve("live"));
        target = new SqliteTarget(folder.resolve("shop.db"));
        copy = folder.resolve(NAME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop-dump.sql", "shop-d1-export.sql.gz"})
    void loadsWhatSqlitesOwnShellLoads(String sample) throws Exception {
        Path script = home.resolve(sample);
        try (InputStream in = getClass().getResourceAsStream("/backups/" + sample)) {
            Files.copy(in, script);
        }
        LoadResult loaded;
        CopyFacts facts;
        try (SqliteCopy open = (SqliteCopy) target.createCopy(NAME);
                BackupStream stream = BackupStream.open(script, new Cancellation())) {
            loaded = open.load(Shop.backup(script, BackupFormat.SQL), stream, LoadOptions.USUAL, Shop.quiet());
            facts = open.measure(loaded.tables().stream().map(TableRows::table).toList(), loaded, Shop.quiet());
        }

        assertThat(loaded.tables())
                .isNotEmpty()
                .allSatisfy(table -> assertThat(table.expected())
                        .as(table.table())
                        .hasValue(facts.rows().get(table.table())));
        assertThat(loaded.rows()).isGreaterThan(10_000);
        assertThat(loaded.notes()).isEmpty();
        assertThat(facts.measurements())
                .extracting(CopyFacts.Measurement::name)
                .containsExactly("integrity", "orphans", "sequences-in-backup");
        assertThat(facts.measurements())
                .allSatisfy(one -> assertThat(one.wrong()).isEmpty());
        assertThat(Shop.names(copy.getParent())).containsExactly(NAME);

        Path byShell = home.resolve("by-shell.db");
        Process shell = new ProcessBuilder("sqlite3", byShell.toString())
                .redirectErrorStream(true)
                .start();
        try (var out = shell.getOutputStream()) {
            boolean oneTransaction = sample.contains("d1");
            out.write((oneTransaction ? "BEGIN;" : "").getBytes(UTF_8));
            out.write(Shop.bytes(sample));
            out.write((oneTransaction ? "COMMIT;" : "").getBytes(UTF_8));
        }
        assertThat(new String(shell.getInputStream().readAllBytes(), UTF_8)).isEmpty();
        assertThat(shell.waitFor()).isZero();
        assertThat(Shop.dump(copy)).isEqualTo(Shop.dump(byShell)).hasSizeGreaterThan(10_000);
        assertThat(Shop.rows(copy)).isEqualTo(Shop.rows(byShell));
    }

    @Test
    void keepsWhatBelongsToTheData() throws Exception {
        LoadResult loaded = load("""
                PRAGMA page_size = 8192; PRAGMA encoding = 'UTF-16le'; PRAGMA auto_vacuum = 1;
                PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secret_sauce = 1;
                CREATE TABLE t (x);
                INSERT INTO t VALUES ('ü');
                PRAGMA user_version = 42; PRAGMA application_id = 7; VACUUM;
                """);

        assertThat(
                        Shop.query(
                                copy,
                                "SELECT page_size || ' ' || encoding || ' ' || auto_vacuum || ' ' || user_version || ' '"
                                        + " || application_id FROM pragma_page_size, pragma_encoding, pragma_auto_vacuum, pragma_user_version, pragma_application_id"))
                .containsExactly("8192 UTF-16le 1 42 7");
        assertThat(Files.readAllBytes(copy)[18])
                .as("write version of a WAL database")
                .isEqualTo((byte) 2);
        assertThat(loaded.notes())
                .containsExactly(new Note("PRAGMA_SKIPPED", "Not run, because unknown: secret_sauce."));
        assertThat(Shop.names(copy.getParent())).containsExactly(NAME);
    }

    @Test
    void doesNotGuessRowsThatTheScriptDoesNotTell() throws Exception {
        LoadResult loaded = load("""
                CREATE TABLE a (x PRIMARY KEY); CREATE TABLE b (x); CREATE TABLE c AS SELECT 1; CREATE TABLE d (x);
                INSERT INTO A VALUES (1), (2); INSERT OR IGNORE INTO b VALUES (1);
                INSERT INTO d VALUES (1); DROP TABLE d; CREATE TABLE d (x);
                """);

        assertThat(loaded.tables())
                .containsExactly(
                        new TableRows("a", OptionalLong.of(2)),
                        new TableRows("b", OptionalLong.empty()),
                        new TableRows("c", OptionalLong.empty()),
                        new TableRows("d", OptionalLong.of(0)));
        assertThat(loaded.notes()).extracting(Note::code).containsExactly("ROWS_NOT_COUNTED");
    }

    @Test
    void namesTheLineThatSqliteRefused() {
        assertThatThrownBy(() -> load("""
                        CREATE TABLE t (x PRIMARY KEY);
                        INSERT INTO t VALUES (1);
                        INSERT INTO t VALUES (2),
                          (3);
                        INSERT INTO t VALUES (2);
                        INSERT INTO t VALUES (5);
                        """))
                .hasMessage(
                        "SQLite refused the statement in line 5: UNIQUE constraint failed: t.x (at byte 91 of the dump)");
    }

    @Test
    void saysWhatADataOnlyScriptLacks() {
        assertThatThrownBy(() -> load("INSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2);\n"))
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        refused -> assertThat(refused.report()).isEqualTo("""
                                LOAD_FAILED: SQLite refused the statement in line 1: no such table: t (at byte 0 of the dump)
                                  remedy: The script brings rows for a table that it does not create: put the statements that create it in front."""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ATTACH 'OUT' AS other|DUMP_DANGEROUS",
                "VACUUM INTO 'OUT'|DUMP_DANGEROUS",
                "VACUUM main INTO 'OUT'|DUMP_DANGEROUS",
                "PRAGMA temp_store_directory = 'OUT'|DUMP_DANGEROUS",
                "backup to OUT|LOAD_FAILED",
                "restore from OUT|LOAD_FAILED",
                "/* x */ backup to OUT|LOAD_FAILED",
                "SELECT load_extension('OUT')|LOAD_FAILED",
                "SELECT writefile('OUT', 'x')|LOAD_FAILED",
                "CREATE VIRTUAL TABLE v USING csv(filename = 'OUT')|LOAD_FAILED",
            })
    void neverReachesBeyondTheFile(String statement, ErrorCode code) throws Exception {
        Path out = home.resolve("out.db");

        assertThatThrownBy(() -> load("CREATE TABLE t (x);\n" + statement.replace("OUT", out.toString()) + ";\n"))
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));

        assertThat(out).doesNotExist();
        target.drop(NAME);
        assertThat(Shop.names(copy.getParent())).isEmpty();
    }

    @Test
    void findsOrphansOfAScript() throws Exception {
        load("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p); INSERT INTO c VALUES (9);");

        try (SqliteCopy open =
                new SqliteCopy(new DatabaseFolder(copy.resolveSibling("shop.db")), NAME, MemoryLimit.usual())) {
            CopyFacts facts =
                    open.measure(List.of("c"), new LoadResult(List.of(), List.of(), true, true), Shop.quiet());
            assertThat(facts.measurements().get(1).wrong())
                    .containsExactly("row 1 of table c has no parent in table p");
        }
    }

    @Test
    void stopsAStatementThatWouldNeverEnd() throws Exception {
        LoadWatch watch = Shop.quiet();
        Thread impatient = new Thread(() -> {
            try {
                Thread.sleep(500);
            } catch (InterruptedException woken) {
                Thread.currentThread().interrupt();
            }
            watch.cancellation().ask();
        });
        impatient.start();

        assertThatThrownBy(() -> load(
                        "CREATE TABLE t (x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                                + " INSERT INTO t SELECT max(i) FROM n;",
                        watch))
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        stopped -> assertThat(stopped.code()).isEqualTo(ErrorCode.CANCELLED));
        impatient.join();
    }

    @Test
    void takesALargeValue() throws Exception {
        String hex = "ab".repeat(12_000_000);

        load("CREATE TABLE t (x);INSERT INTO t VALUES (X'" + hex + "');INSERT INTO t VALUES (1);");

        assertThat(Shop.query(copy, "SELECT sum(length(x)) FROM t")).containsExactly("12000001");
    }

    private LoadResult load(String script) throws IOException {
        return load(script, Shop.quiet());
    }

    private LoadResult load(String script, LoadWatch watch) throws IOException {
        try (SqliteCopy open = (SqliteCopy) target.createCopy(NAME)) {
            return open.load(BackupFormat.SQL, new ByteArrayInputStream(script.getBytes(UTF_8)), watch);
        }
    }
}
