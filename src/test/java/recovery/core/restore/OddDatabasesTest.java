package recovery.core.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import recovery.core.verify.Verification;
import recovery.harness.RestoreBench;
import recovery.harness.SqliteShell;

/** Databases as sqlite3 makes them and as they are seldom seen: as files they come over byte for byte, as scripts equal. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OddDatabasesTest {
    private static final String CONTENT = """
            CREATE TABLE texts (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT COLLATE NOCASE, "odd "" name" TEXT);
            INSERT INTO texts (v, "odd "" name") VALUES ('Grüße, мир, 世界, 🎉', 'quote '' and
            a line'), (char(0xFEFF) || 'mark', ''), (NULL, '-- no comment; /* neither */');
            INSERT INTO texts (id, v) VALUES (100000, 'far');
            DELETE FROM texts WHERE id = 100000;
            CREATE TABLE bytes (id INTEGER PRIMARY KEY, b BLOB);
            INSERT INTO bytes VALUES (1, x''), (2, x'00FF'), (3, zeroblob(200000)), (-5, randomblob(70000));
            CREATE TABLE numbers (r REAL, i INTEGER, n NUMERIC, a ANY);
            INSERT INTO numbers VALUES (-0.0, 9223372036854775807, '1e400', 1), (9e999, -9223372036854775808, -9e999, 'x'),
                (0.1, 0, 1.0, 5e-324), (1.7976931348623157e308, 1, 3.0, x'31');
            CREATE TABLE keyed (a TEXT, b INTEGER, c TEXT AS (a || b) STORED, d AS (b * 2), PRIMARY KEY (b, a)) WITHOUT ROWID;
            INSERT INTO keyed (a, b) VALUES ('x', 1), ('y', 1), ('x', 2);
            CREATE TABLE strict_one (id INTEGER PRIMARY KEY, x ANY, t TEXT NOT NULL) STRICT;
            INSERT INTO strict_one VALUES (1, 1, 'one'), (2, '1', 'text'), (3, 1.5, 'real');
            CREATE INDEX by_expression ON texts (lower(v), length("odd "" name")) WHERE v IS NOT NULL;
            CREATE UNIQUE INDEX by_bytes ON bytes (length(b) DESC, id);
            CREATE VIEW seen AS SELECT t.v, k.c FROM texts t LEFT JOIN keyed k ON k.b = t.id;
            CREATE TRIGGER noted AFTER UPDATE ON texts BEGIN INSERT INTO numbers (i) VALUES (new.id); SELECT 'END;'; END;
            CREATE VIRTUAL TABLE words USING fts5 (title, body, tokenize = 'porter');
            INSERT INTO words (rowid, title, body) VALUES (7, 'restoring', 'the quick restores'), (9, 'other', 'nothing');
            CREATE VIRTUAL TABLE old_words USING fts4 (body);
            INSERT INTO old_words VALUES ('ticket printer jammed');
            CREATE VIRTUAL TABLE boxes USING rtree (id, x0, x1, y0, y1);
            INSERT INTO boxes VALUES (1, 0.0, 1.5, 2.0, 3.0), (2, -10, 10, -5, 5);
            CREATE TABLE parents (id INTEGER PRIMARY KEY);
            CREATE TABLE children (id INTEGER PRIMARY KEY, parent REFERENCES parents DEFERRABLE INITIALLY DEFERRED);
            INSERT INTO parents VALUES (1); INSERT INTO children VALUES (1, 1), (2, NULL);
            ANALYZE;
            """;

    @TempDir
    private Path folder;

    /** Our SQLite keeps one more table of statistics, which is empty then, and the shell writes this line for each. */
    private static String dump(Path file) throws IOException, InterruptedException {
        return SqliteShell.dump(file).replace("ANALYZE sqlite_schema;\n", "");
    }

    private Path database(String before, String after) throws Exception {
        Path file = folder.resolve("original.db");
        SqliteShell.run(file, before + "BEGIN;" + CONTENT + "COMMIT;" + after);
        return file;
    }

    private static byte[] packed(byte[] content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(content);
        }
        return packed.toByteArray();
    }

    private RestoreReport restored(String name, byte[] content, Path live) {
        try (RestoreBench bench = RestoreBench.sqlite(folder, live)) {
            return bench.put(name, content).restoreConfirmed(name);
        }
    }

    private static void isProven(RestoreReport report) {
        assertThat(report.error()).isEmpty();
        Verification verification = report.verification();
        assertThat(verification.status()).as("%s", verification).isEqualTo(Verification.Status.PASSED);
    }

    @ParameterizedTest
    @CsvSource({
        "512, UTF-8, 0",
        "1024, UTF-16le, 1",
        "2048, UTF-16be, 2",
        "8192, UTF-16le, 0",
        "16384, UTF-8, 1",
        "32768, UTF-16be, 0",
        "65536, UTF-8, 2"
    })
    void whateverThePageSizeAndTheEncoding(int pageSize, String encoding, int vacuum) throws Exception {
        Path original = database(
                "PRAGMA page_size = %d; PRAGMA encoding = '%s'; PRAGMA auto_vacuum = %d;"
                        .formatted(pageSize, encoding, vacuum),
                "PRAGMA user_version = -7; PRAGMA application_id = 1234567;");
        byte[] content = Files.readAllBytes(original);
        Path asFile = folder.resolve("as-file.db");
        RestoreReport report = restored("odd.db.gz", packed(content), asFile);

        isProven(report);
        assertThat(Files.readAllBytes(asFile)).isEqualTo(content);

        Path asScript = folder.resolve("as-script.db");
        String settings = "PRAGMA page_size = %d; PRAGMA encoding = '%s';\n".formatted(pageSize, encoding);
        String script = settings + SqliteShell.dump(original);
        RestoreReport scripted = restored("odd.sql", script.getBytes(UTF_8), asScript);

        isProven(scripted);
        assertThat(SqliteShell.run(asScript, "PRAGMA encoding; PRAGMA page_size;"))
                .isEqualTo("%s\n%d\n".formatted(encoding, pageSize));
        assertThat(dump(asScript)).isEqualTo(dump(original));
        for (Path file : List.of(asFile, asScript)) {
            assertThat(SqliteShell.run(file, """
                            SELECT rowid FROM words WHERE words MATCH 'restore';
                            SELECT body FROM old_words WHERE old_words MATCH 'printer';
                            SELECT id FROM boxes WHERE x0 >= 0;
                            SELECT seq FROM sqlite_sequence;
                            """)).isEqualTo("7\nticket printer jammed\n1\n100000\n");
        }
    }

    @Test
    void withHundredsOfTables() throws Exception {
        StringBuilder script = new StringBuilder("BEGIN;\n");
        for (int i = 0; i < 500; i++) {
            script.append(
                    "CREATE TABLE t%1$d (id INTEGER PRIMARY KEY, v); CREATE INDEX i%1$d ON t%1$d (v);\n".formatted(i));
            script.append("INSERT INTO t%d VALUES (1, 'a'), (2, %d), (3, NULL);\n".formatted(i, i));
        }
        Path original = folder.resolve("original.db");
        SqliteShell.run(original, script + "COMMIT;");
        Path asScript = folder.resolve("as-script.db");
        Path asFile = folder.resolve("as-file.db");
        RestoreReport scripted = restored("many.sql", SqliteShell.dump(original).getBytes(UTF_8), asScript);
        RestoreReport report = restored("many.db", Files.readAllBytes(original), asFile);

        isProven(scripted);
        isProven(report);
        assertThat(scripted.rows()).isEqualTo(1500);
        assertThat(report.tables())
                .hasSize(500)
                .allMatch(table -> table.restored().orElse(0) == 3);
        assertThat(Files.readAllBytes(asFile)).isEqualTo(Files.readAllBytes(original));
        assertThat(dump(asScript)).isEqualTo(dump(original));
    }

    /** SQLite counts such a text up to the zero byte only, and its own shell writes no more of it into a script. */
    @Test
    void withZeroBytesInTexts() throws Exception {
        Path original = folder.resolve("original.db");
        SqliteShell.run(
                original,
                "CREATE TABLE t (v TEXT); INSERT INTO t VALUES (CAST(x'610062' AS TEXT)), (CAST(x'00' AS TEXT));");
        String hexes = SqliteShell.run(original, "SELECT hex(v), typeof(v), length(CAST(v AS BLOB)) FROM t;");
        Path asFile = folder.resolve("as-file.db");
        Path asScript = folder.resolve("as-script.db");
        isProven(restored("zero.db", Files.readAllBytes(original), asFile));
        isProven(restored(
                "zero.sql",
                "BEGIN;\nCREATE TABLE t (v TEXT);\nINSERT INTO t VALUES (CAST(x'610062' AS TEXT));\nINSERT INTO t VALUES (unistr('\\u0000'));\nCOMMIT;\n"
                        .getBytes(UTF_8),
                asScript));

        assertThat(SqliteShell.run(asFile, "SELECT hex(v), typeof(v), length(CAST(v AS BLOB)) FROM t;"))
                .isEqualTo(hexes);
        assertThat(SqliteShell.run(asScript, "SELECT hex(v) FROM t;")).startsWith("610062\n");
    }
}
