package recovery.core.target.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static recovery.core.target.OnConflict.ADD_MISSING;
import static recovery.core.target.OnConflict.REPLACE;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.ErrorCode;
import recovery.core.target.OnConflict;

/** Others at work in the live file, a process that dies, and tables and rows that nobody has thought of. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TableWriteFaultsTest {
    private static final String ROWS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
            + " INSERT INTO t SELECT i, hex(zeroblob(100)) FROM n";

    @TempDir
    Path folder;

    private Merging two(String mode) throws Exception {
        return new Merging(folder, "CREATE TABLE t (id INTEGER PRIMARY KEY, v)", ROWS, "CREATE TABLE other (x)")
                .live(
                        "PRAGMA journal_mode = " + mode,
                        "DELETE FROM t WHERE id > 10000",
                        "INSERT INTO t VALUES (-1, 'now')");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wal", "delete"})
    void whoWritesMeanwhileWaitsAndWhoReadsSeesAllOrNothing(String mode) throws Exception {
        Merging files = two(mode);
        List<String> seen = new ArrayList<>();
        TableWrite.Moments moments = () -> {
            try (Connection other = SqliteConnections.existing(files.live, Duration.ZERO)) {
                seen.add(SqliteConnections.column(other, "SELECT count(*) FROM t")
                        .get(0));
                assertThatThrownBy(() -> SqliteConnections.run(other, "INSERT INTO other VALUES (1)"))
                        .matches(busy -> SqliteConnections.isBusy((java.sql.SQLException) busy));
            }
        };
        files.write(ADD_MISSING, moments, "t");
        assertThat(seen).containsExactly("10001");
        files.live("INSERT INTO other VALUES (2)");
        assertThat(Shop.shell(files.live, "SELECT count(*), min(id) FROM t")).containsExactly("20001|-1");
        assertThat(Shop.shell(files.live, "SELECT x FROM other")).containsExactly("2");
        assertThat(Shop.shell(files.live, "PRAGMA integrity_check")).containsExactly("ok");
    }

    @Test
    void aFileThatSomebodyKeepsLockedIsLeftAlone() throws Exception {
        Merging files = two("delete");
        try (Connection other = SqliteConnections.existing(files.live, Duration.ZERO)) {
            SqliteConnections.run(other, "BEGIN IMMEDIATE", "INSERT INTO other VALUES (3)");
            assertThatThrownBy(() -> files.restore(REPLACE, "t"))
                    .hasFieldOrPropertyWithValue("code", ErrorCode.DATABASE_IN_USE)
                    .hasMessage("'live.db' is open in another process");
            SqliteConnections.run(other, "COMMIT");
        }
        assertThat(files.inLive("SELECT count(*) FROM t")).containsExactly("10001");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wal", "delete"})
    void aProcessThatDiesBeforeTheCommitLeavesTheFileAsItWas(String mode) throws Exception {
        Merging files = two(mode);
        List<String> before = Shop.dump(files.live);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Dying.class.getName(),
                        files.live.toString(),
                        files.backup.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(77);
        assertThat(DatabaseFolder.sidecars(files.live)).isNotEmpty();

        assertThat(Shop.dump(files.live)).isEqualTo(before);
        assertThat(Shop.shell(files.live, "PRAGMA integrity_check")).containsExactly("ok");
        files.restore(REPLACE, "t");
        assertThat(Shop.dump(files.live)).containsExactlyInAnyOrderElementsOf(Shop.dump(files.backup));
    }

    /** Begins to restore a table and is gone when everything is written and nothing committed. */
    static final class Dying {
        private Dying() {}

        public static void main(String[] arguments) {
            new TableWrite(Path.of(arguments[0]), Path.of(arguments[1]), Duration.ofSeconds(10))
                    .run(Merging.chosen("t"), REPLACE, new TableWrite.Moments() {
                        @Override
                        public void begun() {}

                        @Override
                        public void written() {
                            Runtime.getRuntime().halt(77);
                        }
                    });
        }
    }

    @Test
    void everyRowIsWhereItShouldBe() throws Exception {
        long seed = System.nanoTime();
        for (int round = 0; round < 40; round++) {
            Path place = Files.createDirectory(folder.resolve("round" + round));
            check(place, new Random(seed + round), "seed " + seed + ", round " + round);
        }
    }

    private static void check(Path place, Random random, String seed) throws Exception {
        String[] kinds = {
            "(k INTEGER PRIMARY KEY, v)",
            "(k INTEGER PRIMARY KEY AUTOINCREMENT, v)",
            "(k TEXT PRIMARY KEY, v)",
            "(k INT, v ANY, w ANY AS (v || 1), PRIMARY KEY (k)) STRICT, WITHOUT ROWID",
            "(k INT UNIQUE, v)"
        };
        int kind = random.nextInt(kinds.length);
        boolean keyed = kind < 4;
        List<String> statements = new ArrayList<>(List.of("CREATE TABLE t " + kinds[kind]));
        if (random.nextBoolean()) {
            statements.add("CREATE INDEX i ON t (v)");
        }
        if (random.nextBoolean()) {
            statements.add("CREATE TRIGGER r BEFORE INSERT ON t BEGIN SELECT RAISE(ABORT, 'never'); END");
        }
        Map<Integer, String> backup = rows(random, 60);
        Map<Integer, String> live = new TreeMap<>(backup);
        live.keySet().removeIf(key -> random.nextInt(3) == 0);
        live.replaceAll((key, value) -> random.nextInt(4) == 0 ? "changed" + random.nextInt(9) : value);
        rows(random, 5).forEach(live::putIfAbsent);
        Merging files = new Merging(place, statements.get(0));
        fill(files, live, backup, keyed);
        for (String more : statements.subList(1, statements.size())) {
            files.live(more).backup(more);
        }
        OnConflict policy = random.nextBoolean() ? REPLACE : ADD_MISSING;

        files.restore(policy, "T");

        Map<Integer, String> expected = new TreeMap<>(backup);
        if (policy == ADD_MISSING) {
            expected.putAll(live);
        }
        List<String> rows = new ArrayList<>();
        expected.forEach((key, value) -> rows.add(key + "=" + value));
        assertThat(files.inLive("SELECT k || '=' || v FROM t ORDER BY CAST(k AS INT)"))
                .as(seed)
                .isEqualTo(rows);
        assertThat(files.inLive("SELECT sql FROM sqlite_schema WHERE sql <> '' AND name <> 'sqlite_sequence'"))
                .as(seed)
                .containsExactlyInAnyOrderElementsOf(statements);
        assertThat(files.inLive("PRAGMA integrity_check")).as(seed).containsExactly("ok");
    }

    private static Map<Integer, String> rows(Random random, int most) {
        Map<Integer, String> rows = new TreeMap<>();
        for (int i = random.nextInt(most); i > 0; i--) {
            rows.put(random.nextInt(200), "v" + random.nextInt(1000));
        }
        return rows;
    }

    /** Without a primary key a row is told by its number, which is made to be its key then. */
    private static void fill(Merging files, Map<Integer, String> live, Map<Integer, String> backup, boolean keyed)
            throws Exception {
        String into = keyed
                ? "INSERT INTO t (k, v) VALUES (%1$d, '%2$s')"
                : "INSERT INTO t (rowid, k, v) VALUES (%1$d, %1$d, '%2$s')";
        files.live(live.entrySet().stream()
                .map(row -> into.formatted(row.getKey(), row.getValue()))
                .toArray(String[]::new));
        files.backup(backup.entrySet().stream()
                .map(row -> into.formatted(row.getKey(), row.getValue()))
                .toArray(String[]::new));
    }
}
