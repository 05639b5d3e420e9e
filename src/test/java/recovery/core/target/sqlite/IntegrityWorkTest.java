package recovery.core.target.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.target.CopyFacts;
import recovery.core.target.LoadWatch;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class IntegrityWorkTest {
    private static final String ROWS =
            "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO t SELECT i % 7, i, 'v' || i FROM n";

    @TempDir
    Path home;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CREATE TABLE t(a, \"b b\", c)|CREATE INDEX \"i'x\" ON t(a, \"b b\" DESC)|1",
                "CREATE TABLE t(a, rowid, c INTEGER PRIMARY KEY)|CREATE INDEX i ON t(a)|1",
                "CREATE TABLE t(a, b, c)|CREATE UNIQUE INDEX i ON t(b)|0",
                "CREATE TABLE t(a, b, c)|CREATE INDEX i ON t(b) WHERE a > 1|0",
                "CREATE TABLE t(a, b, c)|CREATE INDEX i ON t(b + 1)|0",
                "CREATE TABLE t(a, b, c)|CREATE INDEX i ON t(c COLLATE NOCASE)|0",
                "CREATE TABLE t(a, b, c COLLATE NOCASE)|CREATE INDEX i ON t(c)|0",
                "CREATE TABLE t(a, b, c COLLATE NOCASE)|CREATE INDEX i ON t(c COLLATE BINARY)|0",
                "CREATE TABLE t(a, b PRIMARY KEY, c)|CREATE INDEX i ON t(a)|0",
                "CREATE TABLE t(a, b, c, d AS (a + b))|CREATE INDEX i ON t(d)|0",
                "CREATE TABLE t(a, b, c)|CREATE INDEX i ON t(rowid)|0",
            })
    void checksTheUsualIndexByItselfAndLeavesTheRestToSqlite(String table, String index, int checks) throws Exception {
        Path file = Shop.database(home.resolve("x.db"), table);
        try {
            Shop.shell(file, index + ";");
        } catch (java.io.IOException noSuchIndex) {
            assertThat(noSuchIndex).hasMessageContaining("rowid");
        }

        try (Connection connection = SqliteConnections.immutable(file)) {
            assertThat(IndexCheck.of(connection, "t")).hasSize(checks);
        }
    }

    @Test
    void findsNothingInASoundFileOfAllKindsOfTables() throws Exception {
        Path file = Shop.database(
                home.resolve("x.db"),
                "CREATE TABLE t(a, b, c)",
                ROWS,
                "INSERT INTO t VALUES (NULL, NULL, NULL), (1.0, x'00', ''), (1, 'NULL', 0)",
                "CREATE INDEX i ON t(a)",
                "CREATE INDEX j ON t(c, b)",
                "CREATE TABLE w(a PRIMARY KEY, b) WITHOUT ROWID",
                "CREATE INDEX k ON w(b)",
                "INSERT INTO w SELECT b, a FROM t WHERE b IS NOT NULL",
                "CREATE TABLE e(x)",
                "CREATE INDEX l ON e(x)",
                "CREATE TABLE \"u 'q\"(x UNIQUE)",
                "INSERT INTO \"u 'q\" SELECT b FROM t",
                "CREATE VIRTUAL TABLE f USING fts5(x)",
                "INSERT INTO f SELECT c FROM t");

        assertThat(integrity(file).wrong()).isEmpty();
        assertThat(integrity(file).impossible()).isEmpty();
        assertThat(integrity(file).examined()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // entries of other values
                "UPDATE sqlite_schema SET sql = 'CREATE INDEX i ON t(b)' WHERE name = 'i'",
                // too few entries
                "UPDATE sqlite_schema SET sql = 'CREATE INDEX p ON t(b)' WHERE name = 'p'",
                // more entries than rows
                "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'more_i') WHERE name = 'i'",
                // not unique
                "UPDATE sqlite_schema SET sql = 'CREATE UNIQUE INDEX i ON t(a)' WHERE name = 'i'",
                // pages that belong to nothing
                "DELETE FROM sqlite_schema WHERE name = 'j'",
            })
    void findsWhatSqlitesOwnCheckFinds(String damage) throws Exception {
        Path file = Shop.database(
                home.resolve("x.db"),
                "CREATE TABLE t(a, b, c)",
                ROWS,
                "CREATE TABLE more AS SELECT * FROM t UNION ALL SELECT 8, 8, 8",
                "CREATE INDEX i ON t(a)",
                "CREATE INDEX more_i ON more(a)",
                "CREATE INDEX j ON t(c)",
                "CREATE INDEX p ON t(b) WHERE b > 250",
                "PRAGMA writable_schema = ON",
                damage);
        List<String> words = Shop.query(file, "PRAGMA integrity_check(100)").stream()
                .map(word -> word.replace('\n', ' ').strip())
                .toList();

        CopyFacts.Measurement found = integrity(file);

        assertThat(words).isNotEqualTo(List.of("ok"));
        assertThat(found.wrong()).isNotEmpty().isSubsetOf(words);
        assertThat(found.impossible()).isEmpty();
    }

    @Test
    void findsADamagedPage() throws Exception {
        Path file = Shop.database(home.resolve("x.db"), "CREATE TABLE t(a, b, c)", ROWS, "CREATE INDEX i ON t(a)");
        byte[] bytes = Files.readAllBytes(file);
        java.util.Arrays.fill(bytes, bytes.length - 4096, bytes.length - 2000, (byte) 0x55);
        Files.write(file, bytes, StandardOpenOption.TRUNCATE_EXISTING);

        assertThat(integrity(file).wrong()).isNotEmpty();
    }

    @Test
    void endsWhenSomebodyAsks() throws Exception {
        Path file = Shop.database(home.resolve("x.db"), "CREATE TABLE t(a, b, c)", ROWS, "CREATE INDEX i ON t(a)");
        LoadWatch watch = Shop.quiet();
        watch.cancellation().ask();

        assertThatThrownBy(() -> new ParallelMeasure(watch).of(file, false, List.of("t")))
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        stopped -> assertThat(stopped.code()).isEqualTo(ErrorCode.CANCELLED));
    }

    /** As a file is checked that a script has filled. */
    private static CopyFacts.Measurement integrity(Path file) throws Exception {
        CopyFacts facts = new ParallelMeasure(Shop.quiet()).of(file, false, List.of());
        assertThat(facts.copiedByteForByte()).isFalse();
        return facts.measurements().get(0);
    }
}
