package recovery.core.target.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.backup.BackupFormat;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.layer.Cancellation;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadWatch;

/** Rows that are bound to a prepared statement must end as the rows of the statements that they were taken from. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InsertedRowsTest {
    private static final String PLAIN = "INSERT INTO t VALUES(";

    /** With a comment in it a statement is read by SQLite itself. */
    private static final String TO_SQLITE = "INSERT INTO t VALUES(/**/";

    private static final List<String> VALUES = List.of(
            "NULL",
            "0",
            "-0",
            "007",
            "-1",
            "999999999999999999",
            "9223372036854775807",
            "-9223372036854775808",
            "9223372036854775808",
            "0x7f",
            "1.0",
            "-0.0",
            "5.0e-324",
            "1.7976931348623157e308",
            "9.0e+999",
            "-9.0e+999",
            "3.14159265358979323846264338327950288",
            "0.1",
            "1e2",
            "9007199254740993.0",
            "''",
            "'it''s'",
            "'a;b -- c /* d'",
            "'1.50'",
            "'12'",
            "' 7 '",
            "'ü€𝄞'",
            "'line one\nline two\r\n'",
            "replace('a\\nb\\n','\\n',char(10))",
            "replace(replace('a\\r\\nü','\\r',char(13)),'\\n',char(10))",
            "unistr('a\\u000ab\\\\c')",
            "unistr('\\u00e4')",
            "X''",
            "x'00ff10'",
            "CAST(X'616263' AS TEXT)",
            "1+1",
            "(2)",
            "'x'||'y'");

    @TempDir
    Path home;

    private SqliteTarget target;
    private Path copy;

    @BeforeEach
    void targetWithoutLiveFile() throws IOException {
        target = new SqliteTarget(Files.createDirectory(home.resolve("live")).resolve("shop.db"));
        copy = home.resolve("live").resolve("shop.db_restoring_1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE t(a INTEGER, b TEXT, c REAL, d NUMERIC, e BLOB, f);",
                "PRAGMA encoding='UTF-16le'; CREATE TABLE t(a INTEGER, b TEXT, c REAL, d NUMERIC, e BLOB, f);",
                "CREATE TABLE t(a ANY, b ANY, c ANY, d ANY, e ANY, f ANY) STRICT;",
                "CREATE TABLE t(a, b, c, d, e, f, g AS (typeof(a) || b) STORED);",
                "CREATE TABLE t(a, b UNIQUE ON CONFLICT REPLACE, c, d, e, f);",
                "CREATE TABLE t(a, b, c UNIQUE ON CONFLICT IGNORE, d, e, f);",
                "CREATE TABLE t(a DECIMAL(10,2), b VARCHAR, c DOUBLE, d DATE, e BOOLEAN, f INT); CREATE TABLE log(n, x);"
                        + " CREATE TRIGGER seen AFTER INSERT ON t BEGIN"
                        + " INSERT INTO log SELECT count(*), new.c FROM t; END;",
                "CREATE TABLE s(a, b, c, d, e, f); CREATE VIEW t AS SELECT * FROM s; CREATE TRIGGER i INSTEAD OF INSERT ON t"
                        + " BEGIN INSERT INTO s VALUES(new.f, new.e, new.d, new.c, new.b, new.a); END;",
                "CREATE VIRTUAL TABLE t USING fts5(a, b, c, d, e, f);",
            })
    void areTheSameAsSqliteMakesThem(String definitions) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        StringBuilder inserts = new StringBuilder();
        List<String> row = new ArrayList<>();
        int columnsThatChange = 6;
        for (int i = 0; i < 4000; i++) {
            if (i % 400 == 0) {
                columnsThatChange = 1 + random.nextInt(6);
                row = new ArrayList<>();
                for (int column = 0; column < 6; column++) {
                    row.add(VALUES.get(random.nextInt(VALUES.size())));
                }
            }
            row.set(random.nextInt(columnsThatChange), VALUES.get(random.nextInt(VALUES.size())));
            inserts.append(PLAIN).append(String.join(",", row)).append(");\n");
        }
        for (String value : VALUES) {
            inserts.append((PLAIN + (value + ",").repeat(5) + value + ");\n").repeat(70));
        }

        List<String> bound = contents(definitions + "\n" + inserts);
        target.drop(copy.getFileName().toString());
        List<String> read = contents(definitions + "\n" + inserts.toString().replace(PLAIN, TO_SQLITE));

        assertThat(read).hasSizeGreaterThan(20);
        assertThat(bound).as("seed %d", seed).isEqualTo(read);
    }

    @Test
    void keepTheNumbersThatSqliteGivesThem() throws Exception {
        String script = """
                CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, x DEFAULT 7, y);
                CREATE TABLE "o d;d"(x, y, CHECK (y > 0)) ;
                %s
                DELETE FROM sqlite_sequence;
                INSERT INTO sqlite_sequence VALUES('t', 500);
                INSERT INTO t(y) VALUES(4);
                """.formatted("INSERT INTO t(y) VALUES(1);\n".repeat(60) + "INSERT INTO t VALUES(100,2,3);\n"
                + "INSERT INTO t(y) VALUES(2);\n".repeat(60) + "INSERT INTO \"o d;d\" VALUES(1,2);\n".repeat(1200));

        load(script, Shop.quiet());

        Path byShell = home.resolve("by-shell.db");
        Shop.shell(byShell, script);
        assertThat(Shop.dump(copy)).isEqualTo(Shop.dump(byShell)).hasSizeGreaterThan(1300);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO l VALUES(1); INSERT INTO l VALUES(2); END;",
                "INSERT INTO t SELECT 10000;",
            })
    void nameTheStatementThatSqliteRefusesWhereverItStands(String more) throws Exception {
        String begin = "CREATE TABLE l(x); CREATE TABLE t(x UNIQUE, CHECK (x <> 'wrong'));" + more + "\n";
        for (int wrong : new int[] {17, 66, 67, 101, 1016, 1017, 1499}) {
            StringBuilder script = new StringBuilder(begin);
            int position = 0;
            for (int i = 0; i < 1500; i++) {
                position = i == wrong ? script.length() : position;
                script.append(PLAIN).append(i == wrong ? "'wrong'" : i).append(");\n");
            }
            String expected =
                    "SQLite refused the statement in line %d: CHECK constraint failed: x <> 'wrong' (at byte %d of the dump)"
                            .formatted(wrong + 2, position);

            assertThatThrownBy(() -> load(script.toString(), Shop.quiet())).hasMessage(expected);

            target.drop(copy.getFileName().toString());
            assertThat(Shop.names(copy.getParent())).isEmpty();
        }
    }

    @Test
    void nameTheStatementWhoseKeyIsThereAlready() {
        String script = "CREATE TABLE t(x PRIMARY KEY, y);\n"
                + PLAIN + "1,1);\n"
                + (PLAIN + "NULL,2.5);\n").repeat(130)
                + PLAIN + "1,2.5);\n"
                + (PLAIN + "NULL,2.5);\n").repeat(130);

        assertThatThrownBy(() -> load(script, Shop.quiet()))
                .hasMessageStartingWith("SQLite refused the statement in line 133: UNIQUE constraint failed: t.x");
    }

    @Test
    void areRefusedBeforeWhatTheReaderFindsBehindThem() {
        String rows = (PLAIN + "1);\n").repeat(3000);

        assertThatThrownBy(() -> load("CREATE TABLE t(x CHECK (x < 1));\n" + rows + "'", Shop.quiet()))
                .hasMessageStartingWith("SQLite refused");
        target.drop(copy.getFileName().toString());
        assertThatThrownBy(() -> load("CREATE TABLE t(x);\n" + rows + "INSERT", Shop.quiet()))
                .hasMessageStartingWith("the script ends inside the statement that begins in line 3002");
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .as("threads that are left behind")
                .doesNotContain("script-reader");
    }

    @Test
    void endInTheMiddleWhenSomebodyAsks() throws Exception {
        Cancellation cancellation = new Cancellation();
        AtomicLong rows = new AtomicLong();
        LoadWatch watch = new LoadWatch() {
            @Override
            public void object(String name) {}

            @Override
            public void rows(long more) {
                if (rows.addAndGet(more) > 5000) {
                    cancellation.ask();
                }
            }

            @Override
            public Cancellation cancellation() {
                return cancellation;
            }
        };

        assertThatThrownBy(() -> load("CREATE TABLE t(x);\n" + (PLAIN + "1);\n").repeat(100_000), watch))
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        stopped -> assertThat(stopped.code()).isEqualTo(ErrorCode.CANCELLED));

        assertThat(rows.get()).isBetween(5000L, 7000L);
        target.drop(copy.getFileName().toString());
        assertThat(Shop.names(copy.getParent())).isEmpty();
    }

    @Test
    void areCounted() throws Exception {
        LoadResult loaded = load("CREATE TABLE t(x);\n" + (PLAIN + "1);\n").repeat(12_345), Shop.quiet());

        assertThat(loaded.rows()).isEqualTo(12_345);
        assertThat(loaded.notes()).isEmpty();
    }

    @Test
    void leaveTheHeaderAsTheScriptWantsIt() throws Exception {
        load("""
                PRAGMA user_version = 42; PRAGMA application_id = 7;
                BEGIN; PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA encoding = 'UTF-16be';
                CREATE TABLE t(x);
                COMMIT;
                """, Shop.quiet());

        byte[] header = Files.readAllBytes(copy);
        assertThat(new int[] {header[16], header[17]}).as("page size").containsExactly(0x20, 0);
        assertThat(header[55]).as("largest root page: auto_vacuum").isPositive();
        assertThat(header[59]).as("encoding").isEqualTo((byte) 3);
        assertThat(header[63]).as("user version").isEqualTo((byte) 42);
        assertThat(header[67]).as("incremental vacuum").isEqualTo((byte) 1);
        assertThat(header[71]).as("application id").isEqualTo((byte) 7);
    }

    /** Every value with its type and all its digits, or why the script was refused. */
    private List<String> contents(String script) throws Exception {
        try {
            load(script, Shop.quiet());
        } catch (RecoveryException refused) {
            return List.of(String.valueOf(refused.getMessage()));
        }
        List<String> all = new ArrayList<>(Shop.query(copy, "SELECT sql FROM sqlite_schema ORDER BY name"));
        for (String table : Shop.query(
                copy,
                "SELECT name FROM pragma_table_list WHERE type IN ('table', 'virtual') AND name NOT LIKE 'sqlite%'")) {
            for (String column : Shop.query(
                    copy, "SELECT name FROM pragma_table_xinfo('" + table + "') WHERE hidden IN (0, 2, 3)")) {
                all.addAll(Shop.query(
                        copy,
                        "SELECT '%1$s.%2$s ' || rowid || ' ' || typeof(%2$s) || ' ' || quote(%2$s) || CASE typeof(%2$s) WHEN 'real' THEN printf(' %%!.26g', %2$s) ELSE '' END FROM %1$s ORDER BY rowid"
                                .formatted(table, column)));
            }
        }
        return all;
    }

    private LoadResult load(String script, LoadWatch watch) throws IOException {
        try (SqliteCopy open = (SqliteCopy) target.createCopy(copy.getFileName().toString())) {
            return open.load(BackupFormat.SQL, new ByteArrayInputStream(script.getBytes(UTF_8)), watch);
        }
    }
}
