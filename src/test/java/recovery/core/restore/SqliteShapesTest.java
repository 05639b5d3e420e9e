package recovery.core.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import recovery.core.dump.DumpChoice;
import recovery.core.target.LoadOptions;
import recovery.core.target.RoleOptions;
import recovery.harness.RestoreBench;
import recovery.harness.SqliteShell;

/** Databases and scripts of every shape come back as sqlite3 itself reads them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SqliteShapesTest {
    private static final String RECOVERED = """
            BEGIN;
            PRAGMA writable_schema = on;
            PRAGMA encoding = 'UTF-8';
            PRAGMA page_size = '8192';
            PRAGMA auto_vacuum = '0';
            PRAGMA user_version = '5';
            PRAGMA application_id = '0';
            CREATE TABLE t(a,b);
            CREATE TABLE k(id INTEGER PRIMARY KEY, v TEXT);
            INSERT OR IGNORE INTO 't'( '_rowid_', 'a', 'b' ) VALUES( 1, 5, 'x' );
            INSERT OR IGNORE INTO 't'( '_rowid_', 'a', 'b' ) VALUES( 7, 5, X'00ff' );
            INSERT OR IGNORE INTO 'k'( 'id', 'v' ) VALUES( 3, 'a;b' );
            CREATE TABLE "lost_and_found"(rootpgno INTEGER, pgno INTEGER, nfield INTEGER, id INTEGER, c0, c1);
            INSERT INTO "lost_and_found" VALUES( 5, 5, 2, 1, 'lost', NULL );
            CREATE INDEX ti ON t(a);
            PRAGMA writable_schema = off;
            COMMIT;
            """;

    private static final Map<String, String> SHAPES = Map.ofEntries(
            Map.entry("fts5", """
                    CREATE VIRTUAL TABLE notes USING fts5(title, body);
                    INSERT INTO notes VALUES('a', 'hello; world'), ('b', 'begin');
                    CREATE TABLE docs(id INTEGER PRIMARY KEY, t); INSERT INTO docs VALUES(1, 'x y z');
                    CREATE VIRTUAL TABLE outside USING fts5(t, content='docs', content_rowid='id');
                    INSERT INTO outside(outside) VALUES('rebuild');
                    CREATE VIRTUAL TABLE contentless USING fts5(t, content='');
                    INSERT INTO contentless(rowid, t) VALUES(5, 'contentless');
                    CREATE VIRTUAL TABLE words USING fts5vocab('notes', 'row');"""),
            Map.entry("fts3 and fts4", """
                    CREATE VIRTUAL TABLE n3 USING fts3(title, body); INSERT INTO n3 VALUES('a', 'hello world');
                    CREATE VIRTUAL TABLE n4 USING fts4(title, body, tokenize=porter);
                    INSERT INTO n4 VALUES('a', 'running'), ('b', 'walked');"""),
            Map.entry("rtree", """
                    CREATE VIRTUAL TABLE r USING rtree(id, minx, maxx, miny, maxy, +label);
                    INSERT INTO r VALUES(1, 0, 1, 2, 3, 'lab'), (2, 5, 6, 7, 8, 'o''x');
                    CREATE VIRTUAL TABLE ri USING rtree_i32(id, a, b); INSERT INTO ri VALUES(1, -5, 7);
                    CREATE VIRTUAL TABLE "odd name" USING rtree(id, a, b);"""),
            Map.entry("without rowid and strict", """
                    CREATE TABLE w(a TEXT, b INT, c, PRIMARY KEY(b DESC, a)) WITHOUT ROWID;
                    INSERT INTO w VALUES('x', 1, x'00ff'), ('y', 2, NULL);
                    CREATE TABLE ws(k TEXT PRIMARY KEY, v ANY) STRICT, WITHOUT ROWID;
                    INSERT INTO ws VALUES('a', 1), ('b', '1'), ('c', 1.5);
                    CREATE TABLE st(i INTEGER, r REAL, t TEXT, b BLOB, a ANY) STRICT;
                    INSERT INTO st VALUES(1, 2, '3', x'34', '5');"""),
            Map.entry("generated columns and odd indexes", """
                    CREATE TABLE g(a INT, b INT GENERATED ALWAYS AS (a * 2) VIRTUAL, c TEXT AS (a || 'x') STORED, d INT);
                    INSERT INTO g(a, d) VALUES(1, 5), (2, 6);
                    CREATE INDEX gi ON g(b); CREATE INDEX ge ON g(lower(c)) WHERE a > 1;
                    CREATE UNIQUE INDEX gd ON g(d DESC);"""),
            Map.entry("sequences", """
                    CREATE TABLE s(id INTEGER PRIMARY KEY AUTOINCREMENT, x); INSERT INTO s(x) VALUES(1), (2), (3);
                    DELETE FROM s WHERE id = 3;
                    CREATE TABLE empty(id INTEGER PRIMARY KEY AUTOINCREMENT, x); INSERT INTO empty VALUES(100, 1);
                    DELETE FROM empty;"""),
            Map.entry("utf-16", """
                    PRAGMA encoding = 'UTF-16le'; CREATE TABLE t(x, y TEXT COLLATE NOCASE);
                    INSERT INTO t VALUES('äöü€😀', 'b'), (x'00', 1.5); CREATE INDEX ti ON t(y);"""),
            Map.entry("utf-16 big-endian", """
                    PRAGMA encoding = 'UTF-16be'; CREATE TABLE "t€"(x); INSERT INTO "t€" VALUES('äöü€😀');"""),
            Map.entry("control characters and blobs", """
                    CREATE TABLE t(x); INSERT INTO t VALUES('line' || char(10) || 'two' || char(13, 10) || 'three'),
                    (char(13)), (char(1, 2, 27)), ('\\n'), ('quo''te"s`[]'), (x''), (''), (NULL), (zeroblob(10)),
                    (x'deadbeef');"""),
            Map.entry("numbers at the edge", """
                    CREATE TABLE t(x); INSERT INTO t VALUES(-0.0), (9e999), (-9e999), (1e-300), (0.1), (1.0),
                    (123456789012345678), (-9223372036854775808), (9223372036854775807), (3.141592653589793), (1e15),
                    (1e16), (5e-324), (1.7976931348623157e308);
                    CREATE TABLE r(x REAL); INSERT INTO r VALUES(1), (-0.0), (9e999), (2e19), (0.30000000000000004);"""),
            Map.entry("odd names", """
                    CREATE TABLE "a b"("c""d" INT, [e f] TEXT, `g`, 'h'); INSERT INTO "a b" VALUES(1, '2', 3, 4);
                    CREATE TABLE "select"("from" INT); INSERT INTO "select" VALUES(1);
                    CREATE TABLE "ünï;cödé--"("x;y" INT /* c; */); INSERT INTO "ünï;cödé--" VALUES(7);
                    CREATE TABLE "a'b"(x); INSERT INTO "a'b" VALUES(1); CREATE TABLE "q""t"(x);
                    INSERT INTO "q""t" VALUES(2); CREATE VIEW "v w" AS SELECT * FROM "a b";
                    CREATE INDEX "i j" ON "a b"("e f" COLLATE NOCASE DESC);"""),
            Map.entry("triggers", """
                    CREATE TABLE a(x); CREATE TABLE log(m);
                    CREATE VIEW va AS SELECT x, CASE WHEN x > 1 THEN 'big;' ELSE 'small' END AS s FROM a;
                    CREATE TRIGGER t1 AFTER INSERT ON a WHEN new.x > 0 BEGIN
                        INSERT INTO log VALUES('in; ' || new.x);
                        UPDATE a SET x = CASE WHEN x = 1 THEN 10 ELSE x END;
                    END;
                    CREATE TRIGGER t2 INSTEAD OF INSERT ON va BEGIN
                        INSERT INTO a VALUES(new.x); SELECT CASE WHEN 1 THEN 2 END;
                    END;
                    INSERT INTO a VALUES(1), (2), (3);"""),
            Map.entry("foreign keys before their tables", """
                    CREATE TABLE c(id INTEGER PRIMARY KEY,
                        p INT REFERENCES p(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED);
                    CREATE TABLE p(id INTEGER PRIMARY KEY); INSERT INTO c VALUES(1, 1); INSERT INTO p VALUES(1);
                    PRAGMA user_version = 7; PRAGMA application_id = 99;"""),
            Map.entry("statistics", """
                    CREATE TABLE t(a, b); INSERT INTO t VALUES(1, 2), (3, 4); CREATE INDEX ti ON t(a); ANALYZE;"""),
            Map.entry("a table without rows", "CREATE TABLE t(a, b);"));

    private static final Map<String, String> SCRIPTS = Map.ofEntries(
            Map.entry("an export of D1", """
                    PRAGMA defer_foreign_keys=TRUE;
                    CREATE TABLE d1_migrations(
                    \t\tid         INTEGER PRIMARY KEY AUTOINCREMENT,
                    \t\tname       TEXT UNIQUE,
                    \t\tapplied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
                    );
                    INSERT INTO "d1_migrations" ("id","name","applied_at") VALUES(1,'0001_init.sql','2024-10-01 10:00:00');
                    CREATE TABLE c (id TEXT, p TEXT REFERENCES p(id));
                    INSERT INTO "c" ("id","p") VALUES('1','9');
                    CREATE TABLE p (id TEXT PRIMARY KEY);
                    INSERT INTO "p" ("id") VALUES('9');
                    DELETE FROM sqlite_sequence;
                    INSERT INTO "sqlite_sequence" ("name","seq") VALUES('d1_migrations',1);
                    CREATE INDEX ci ON c(p);
                    """),
            Map.entry("what .recover writes", RECOVERED),
            Map.entry("what .recover of an older sqlite3 writes", ".dbconfig defensive off\n" + RECOVERED),
            Map.entry("a recovered full text index", """
                    BEGIN;
                    PRAGMA writable_schema = on;
                    PRAGMA encoding = 'UTF-8';
                    CREATE TABLE s(id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT);
                    DELETE FROM sqlite_sequence;
                    INSERT OR IGNORE INTO 's'( 'id', 'v' ) VALUES( 3, 'a;b' );
                    INSERT OR IGNORE INTO 'sqlite_sequence'( '_rowid_', 'name', 'seq' ) VALUES( 1, 's', 9 );
                    INSERT INTO sqlite_schema VALUES('table', 'f', 'f', 0, 'CREATE VIRTUAL TABLE f USING fts5(a)');
                    CREATE TABLE 'f_data'(id INTEGER PRIMARY KEY, block BLOB);
                    CREATE TABLE 'f_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
                    CREATE TABLE 'f_content'(id INTEGER PRIMARY KEY, c0);
                    CREATE TABLE 'f_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
                    CREATE TABLE 'f_config'(k PRIMARY KEY, v) WITHOUT ROWID;
                    INSERT OR IGNORE INTO 'f_data'( 'id', 'block' ) VALUES( 1, X'' );
                    INSERT OR IGNORE INTO 'f_data'( 'id', 'block' ) VALUES( 10, X'00000000000000' );
                    INSERT OR IGNORE INTO 'f_config'( 'k', 'v' ) VALUES( 'version', 4 );
                    PRAGMA writable_schema = off;
                    COMMIT;
                    """),
            Map.entry("lines that end as on Windows", "CREATE TABLE t(x);\r\nINSERT INTO t VALUES('ab');\r\n"),
            Map.entry("rows put in by hand", """
                    CREATE TABLE t(id INTEGER PRIMARY KEY, n INT);
                    INSERT INTO t VALUES(1,1) ON CONFLICT(id) DO UPDATE SET n=n+1;
                    REPLACE INTO t VALUES(1,5);
                    INSERT OR REPLACE INTO t VALUES(1,6);
                    WITH q(x) AS (VALUES(4)) INSERT INTO t SELECT x,x FROM q;
                    INSERT INTO t DEFAULT VALUES;
                    """));

    @TempDir
    private Path folder;

    private Path original;
    private Path live;

    @BeforeEach
    void nameTheFiles() throws IOException {
        original = folder.resolve("original.db");
        live = Files.createDirectory(folder.resolve("live")).resolve("shop.db");
    }

    private void restore(String name, byte[] content, LoadOptions options) {
        try (RestoreBench bench = RestoreBench.sqlite(folder, live)) {
            RestoreReport report = bench.put(name, content).restore(name, true, options);

            assertThat(report.error()).isEmpty();
            assertThat(live.getParent()).isDirectoryContaining("glob:**/shop.db");
            assertThat(live.getParent().toFile().list()).containsExactly("shop.db");
        }
    }

    static Set<String> shapes() {
        return SHAPES.keySet();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void aDatabaseFileComesBackByteForByte(String shape) throws Exception {
        SqliteShell.run(original, SHAPES.get(shape));

        restore("shop.db", Files.readAllBytes(original), LoadOptions.USUAL);

        assertThat(live).hasSameBinaryContentAs(original);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void whatSqlitesShellDumpedComesBackAsItWas(String shape) throws Exception {
        String dump = SqliteShell.run(original, SHAPES.get(shape) + "\n.dump");

        restore("shop.sql", dump.getBytes(UTF_8), LoadOptions.USUAL);

        assertThat(SqliteShell.dump(live)).isEqualTo(dump);
    }

    static Set<String> scripts() {
        return SCRIPTS.keySet();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void aScriptMakesWhatSqlitesShellMakesOfIt(String kind) throws Exception {
        Path script = Files.writeString(folder.resolve("script.sql"), SCRIPTS.get(kind));
        SqliteShell.run(original, ".read " + script);

        restore("shop.sql", Files.readAllBytes(script), LoadOptions.USUAL);

        assertThat(SqliteShell.dump(live)).isEqualTo(SqliteShell.dump(original));
        assertThat(SqliteShell.run(live, "PRAGMA page_size; PRAGMA user_version; PRAGMA encoding;"))
                .isEqualTo(SqliteShell.run(original, "PRAGMA page_size; PRAGMA user_version; PRAGMA encoding;"));
    }

    @Test
    void textThatSqlite350WroteAsUnistrComesBack() throws Exception {
        String script = """
                PRAGMA foreign_keys=OFF;
                BEGIN TRANSACTION;
                CREATE TABLE t(x);
                INSERT INTO t VALUES(unistr('a\\u000ab\\u000d\\u0001 \\\\ \\u001b'));
                INSERT INTO t VALUES(unistr('\\+01f600 \\u00e4'));
                COMMIT;
                """;

        restore("shop.sql", script.getBytes(UTF_8), LoadOptions.USUAL);

        assertThat(SqliteShell.run(live, "SELECT hex(x) FROM t")).isEqualTo("610A620D01205C201B\nF09F988020C3A4\n");
    }

    @Test
    void rowsComeBackIntoTheDefinitionsOfSchemaFile() throws Exception {
        String schema = SHAPES.get("generated columns and odd indexes").replaceFirst("(?s)INSERT.*?;", "")
                + "CREATE TABLE f(t TEXT CHECK (t <> ''));";
        Path definitions = Files.writeString(folder.resolve("schema.sql"), schema);
        String rows = "INSERT INTO g(a, d) VALUES(1, 5), (2, 6);\nINSERT INTO f VALUES('x');\n";
        SqliteShell.run(original, schema + rows);
        LoadOptions options =
                new LoadOptions(DumpChoice.EVERYTHING, RoleOptions.AS_THEY_ARE, Set.of(), Optional.of(definitions));

        restore("shop.sql", rows.getBytes(UTF_8), options);

        assertThat(SqliteShell.dump(live)).isEqualTo(SqliteShell.dump(original));
    }
}
