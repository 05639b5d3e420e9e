package recovery.core.target.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.target.Salvage;
import recovery.harness.QuietWatch;

@Timeout(value = 300, threadMode = SEPARATE_THREAD)
class SqliteSalvageTest {
    private static final String TABLES = """
            CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT UNIQUE, note);
            CREATE TABLE orders (number INTEGER, customer_id REFERENCES customer, total REAL, rowid TEXT);
            CREATE TABLE keyed (b TEXT, a INTEGER, c, PRIMARY KEY (a, b)) WITHOUT ROWID;
            CREATE TABLE computed (x INT, y INT AS (x * 2) VIRTUAL, z INT AS (x * 3) STORED, w TEXT);
            CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, v);
            CREATE INDEX orders_of ON orders(customer_id);
            CREATE VIEW rich AS SELECT * FROM orders WHERE total > 50;
            CREATE TRIGGER t AFTER DELETE ON customer BEGIN SELECT 1; END;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)
              INSERT INTO customer SELECT i * 3, 'näme ' || i, 'm' || i || '@x', CASE i % 40 WHEN 0 THEN zeroblob(9000) ELSE NULL END FROM n;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
              INSERT INTO orders SELECT i, i % 900 * 3, i / 7.0, 'r' || i FROM n;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
              INSERT INTO keyed SELECT 'k' || i, i % 7, i FROM n;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
              INSERT INTO computed(x, w) SELECT i, 'w' || i FROM n;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
              INSERT INTO counted(v) SELECT i || char(0) || 'x' FROM n;
            DELETE FROM counted WHERE id > 290;
            UPDATE customer SET note = CAST(randomblob(3000) AS BLOB) WHERE id % 33 = 0;
            ALTER TABLE orders ADD COLUMN added TEXT DEFAULT 'later';
            ALTER TABLE orders ADD COLUMN more INT NOT NULL DEFAULT 7;
            INSERT INTO orders VALUES (99999, 3, 1.5, 'last', 'mine', 8);
            PRAGMA user_version = 42; PRAGMA application_id = 4711;
            """;

    @TempDir
    Path folder;

    private static final String[] SHAPES = {
        "PRAGMA page_size = 512", "PRAGMA page_size = 1024; PRAGMA encoding = 'UTF-16le'",
        "PRAGMA page_size = 4096; PRAGMA auto_vacuum = 1", "PRAGMA page_size = 65536",
        "PRAGMA page_size = 4096; PRAGMA encoding = 'UTF-16be'; PRAGMA auto_vacuum = 2", "PRAGMA page_size = 8192"
    };

    private Path database(String shape, String sql) throws SQLException, IOException {
        Path file = folder.resolve("original.db");
        Files.deleteIfExists(file);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(shape + ";" + sql);
        }
        return file;
    }

    private Salvage salvage(Path damaged) throws IOException {
        Path fresh = folder.resolve("fresh.db");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh);
        return new SqliteSalvage(damaged, fresh, new QuietWatch()).run();
    }

    private static Map<String, Set<String>> rows(Path file) throws SQLException {
        Map<String, Set<String>> all = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            for (String table : CopyMeasure.tablesOfType(connection, "'table'")) {
                all.put(table, rows(connection, table));
            }
        }
        return all;
    }

    private static Set<String> rows(Connection connection, String table) throws SQLException {
        Set<String> rows = new TreeSet<>();
        String number = table.equals("keyed") || table.startsWith("lost") ? "" : "_rowid_, ";
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT " + number + "* FROM \"" + table + '"')) {
            ResultSetMetaData columns = result.getMetaData();
            while (result.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    Object value = result.getObject(i);
                    row.append(
                                    value instanceof byte[] bytes
                                            ? new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
                                            : value)
                            .append('|');
                }
                rows.add(row.toString());
            }
        }
        return rows;
    }

    private static List<String> differences(Map<String, Set<String>> one, Map<String, Set<String>> other) {
        List<String> all = new ArrayList<>();
        Set<String> tables = new TreeSet<>(one.keySet());
        tables.addAll(other.keySet());
        for (String table : tables) {
            Set<String> missing = new TreeSet<>(one.getOrDefault(table, Set.of()));
            missing.removeAll(other.getOrDefault(table, Set.of()));
            Set<String> more = new TreeSet<>(other.getOrDefault(table, Set.of()));
            more.removeAll(one.getOrDefault(table, Set.of()));
            missing.stream().limit(3).forEach(row -> all.add("missing in " + table + ": " + row));
            more.stream().limit(3).forEach(row -> all.add("only in " + table + ": " + row));
        }
        return all;
    }

    private String integrity(Path file) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            return String.join("; ", SqliteConnections.column(connection, "PRAGMA integrity_check"));
        }
    }

    private String sqlite3(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sqlite3"));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectErrorStream(true)
                .start();
        process.waitFor();
        return new String(Files.readAllBytes(out), UTF_8);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void an_undamaged_file_comes_back_as_it_was(int shape) throws Exception {
        Path file = database(SHAPES[shape], TABLES);

        Salvage salvage = salvage(file);

        assertThat(differences(rows(file), rows(folder.resolve("fresh.db")))).isEmpty();
        assertThat(salvage.strays()).isZero();
        assertThat(salvage.notMade()).isEmpty();
        assertThat(salvage.losses()).containsExactly("no row is known to be lost, and nobody can tell that none is");
        assertThat(salvage.held()).isEqualTo("5,191 rows of 5 tables");
        String schema = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY 1, 2;"
                + " SELECT * FROM sqlite_sequence; PRAGMA user_version; PRAGMA application_id; PRAGMA encoding;"
                + " PRAGMA page_size; PRAGMA auto_vacuum; PRAGMA integrity_check";
        assertThat(sqlite3(folder.resolve("fresh.db").toString(), schema))
                .isEqualTo(sqlite3(file.toString(), schema))
                .contains("counted|300");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void of_overwritten_pages_no_wrong_row_comes_and_none_is_missed_that_the_shell_recovers(int shape)
            throws Exception {
        Path file = database(SHAPES[shape], TABLES);
        Map<String, Set<String>> original = rows(file);
        byte[] bytes = Files.readAllBytes(file);
        int size = bytes[16] == 0 ? 65_536 : (bytes[16] & 0xFF) << 8;
        for (int round = 0; round < 4; round++) {
            long seed = 31L * shape + round;
            Random random = new Random(seed);
            byte[] damaged = bytes.clone();
            int hits = 1 + random.nextInt(Math.max(1, bytes.length / size / 8));
            for (int hit = 0; hit < hits; hit++) {
                // zeros on the last page of a long row cannot be told from zeros of that row
                int page = 1 + random.nextInt(bytes.length / size - 1);
                byte with = random.nextBoolean() && bytes[page * size] != 0 ? (byte) 0 : (byte) 0xFF;
                java.util.Arrays.fill(damaged, page * size, (page + 1) * size, with);
            }
            compare(original, damaged, seed, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void of_a_cut_file_no_wrong_row_comes_and_none_is_missed_that_the_shell_recovers(int shape) throws Exception {
        Path file = database(SHAPES[shape], TABLES);
        byte[] bytes = Files.readAllBytes(file);
        for (int round = 0; round < 3; round++) {
            long seed = 77L * shape + round;
            int length = bytes.length / 3 + new Random(seed).nextInt(bytes.length / 2);
            compare(rows(file), java.util.Arrays.copyOf(bytes, length), seed, 1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4, 5})
    void of_flipped_bits_no_more_rows_are_wrong_than_bits_and_none_is_missed_that_the_shell_recovers(int shape)
            throws Exception {
        Path file = database(SHAPES[shape], TABLES);
        byte[] bytes = Files.readAllBytes(file);
        for (int round = 0; round < 4; round++) {
            long seed = 1000L * shape + round;
            Random random = new Random(seed);
            byte[] damaged = bytes.clone();
            int flips = 1 + random.nextInt(40);
            for (int flip = 0; flip < flips; flip++) {
                damaged[8192 + random.nextInt(bytes.length - 8192)] ^= (byte) (1 << random.nextInt(8));
            }
            compare(rows(file), damaged, seed, flips);
        }
    }

    private void compare(Map<String, Set<String>> original, byte[] damaged, long seed, int wrong) throws Exception {
        Path file = Files.write(folder.resolve("damaged.db"), damaged);
        Salvage salvage = salvage(file);
        Map<String, Set<String>> saved = rows(folder.resolve("fresh.db"));
        Map<String, Set<String>> referee = recovered(file);
        long never = 0;
        for (Map.Entry<String, Set<String>> table : original.entrySet()) {
            Set<String> here = saved.getOrDefault(table.getKey(), Set.of());
            never +=
                    here.stream().filter(row -> !table.getValue().contains(row)).count();
            Set<String> missed = new TreeSet<>(referee.getOrDefault(table.getKey(), Set.of()));
            missed.retainAll(table.getValue());
            missed.removeAll(here);
            assertThat(missed)
                    .as("rows of %s that the shell recovers, seed %d; %s", table.getKey(), seed, salvage.losses())
                    .isEmpty();
            String losses = String.join("; ", salvage.losses());
            if (!here.equals(table.getValue()) && wrong == 0 && !losses.contains("definitions are lost")) {
                assertThat(losses).as("seed %d", seed).contains("of '" + table.getKey() + "'");
            }
        }
        assertThat(never).as("rows that never were, seed %d", seed).isLessThanOrEqualTo(wrong);
        assertThat(integrity(folder.resolve("fresh.db"))).as("seed %d", seed).isEqualTo("ok");
    }

    private Map<String, Set<String>> recovered(Path file) throws Exception {
        Path script = folder.resolve("recovered.sql");
        Files.writeString(script, sqlite3(file.toString(), ".recover"));
        Path recovered = folder.resolve("recovered.db");
        Files.deleteIfExists(recovered);
        sqlite3(recovered.toString(), ".read " + script);
        return rows(recovered);
    }
}
