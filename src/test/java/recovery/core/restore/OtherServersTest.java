package recovery.core.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.ErrorCode;
import recovery.core.error.Note;
import recovery.core.verify.Verification;
import recovery.harness.PgDumpReferee;
import recovery.harness.PostgresState;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** Whole restores on other versions, with other encodings and with a role that is no superuser. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OtherServersTest {
    private static final String[] SMALL = {
        "CREATE TABLE people (id serial PRIMARY KEY, name text NOT NULL, born date)",
        "INSERT INTO people (name, born) SELECT E'tab\\tback\\\\ ' || i, date '2000-01-01' + i"
                + " FROM generate_series(1, 300) i",
        "CREATE TABLE pets (owner int REFERENCES people, \"order\" text) PARTITION BY LIST (\"order\")",
        "CREATE TABLE pets_rest PARTITION OF pets DEFAULT",
        "INSERT INTO pets SELECT i, 'cat' FROM generate_series(1, 40) i",
        "CREATE INDEX pets_by_owner ON pets (owner)",
        "CREATE VIEW adults AS SELECT * FROM people WHERE born < '2000-06-01'",
        "CREATE FUNCTION age(people) RETURNS int LANGUAGE sql AS 'SELECT 1; -- ;'",
        "CREATE MATERIALIZED VIEW cats AS SELECT count(*) AS n FROM pets",
        "COMMENT ON TABLE people IS 'those; who ''own'' pets'"
    };

    @TempDir
    private Path folder;

    private RestoreReport restore(RealPostgres server, String live, byte[] dump) {
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            return bench.put("dump.sql", dump).restore("dump.sql");
        }
    }

    private static List<String> contents(RealPostgres server, String database) {
        return server.query(database, """
                SELECT relname || md5(query_to_xml(format('SELECT * FROM %s ORDER BY 1', c.oid::regclass), true, true, '')::text)
                FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
                UNION ALL SELECT last_value::text FROM people_id_seq
                UNION ALL SELECT concat_ws(' ', attrelid::regclass, attname, atttypid::regtype, attnotnull)
                FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
                WHERE relnamespace = 'public'::regnamespace AND relkind <> 'S' AND attnum > 0
                UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint
                WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
                UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
                UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
                UNION ALL SELECT description FROM pg_description WHERE objoid >= 16384
                ORDER BY 1""");
    }

    @ParameterizedTest
    @CsvSource({"12, 12", "12, 18", "15, 12", "15, 18"})
    void comesBackOnAnotherVersion(int from, int to) {
        RealPostgres origin = RealPostgres.version(from);
        String original = origin.newDatabase();
        origin.execute(original, SMALL);
        RealPostgres server = RealPostgres.version(to);
        String live = server.newDatabase();
        RestoreReport report = restore(server, live, new PostgresTools(origin).dump(original));

        assertThat(report.error()).isEmpty();
        assertThat(report.verification().status()).isEqualTo(Verification.Status.PASSED);
        assertThat(contents(server, live)).hasSizeGreaterThan(20).isEqualTo(contents(origin, original));
    }

    @ParameterizedTest
    @ValueSource(strings = {"LATIN1", "WIN1252", "EUC_JP", "UTF8"})
    void readsADumpInAnyEncoding(String encoding) {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String original = server.newDatabase();
        String word = encoding.equals("EUC_JP") ? "日本語 表" : "Grüße, ÄÖÜ ß";
        server.execute(
                original,
                "CREATE TABLE \"" + word + "\" (a text DEFAULT '" + word + "')",
                "INSERT INTO \"" + word + "\" VALUES ('" + word + "'), (E'" + word + "\\\\n\\t')",
                "COMMENT ON TABLE \"" + word + "\" IS '" + word + "'");
        String live = server.newDatabase();
        RestoreReport copied = restore(server, live, new PostgresTools(server).dump(original, "-E", encoding));
        String second = server.newDatabase();
        RestoreReport inserted =
                restore(server, second, new PostgresTools(server).dump(original, "-E", encoding, "--inserts"));

        PgDumpReferee referee = new PgDumpReferee(server);
        assertThat(List.of(copied.error(), inserted.error())).allMatch(java.util.Optional::isEmpty);
        assertThat(referee.canonical(live)).isEqualTo(referee.canonical(original));
        assertThat(referee.canonical(second)).isEqualTo(referee.canonical(original));
    }

    @ParameterizedTest
    @ValueSource(strings = {"LATIN1", "SQL_ASCII"})
    void keepsTheEncodingAndTheLocaleOfTheLiveDatabase(String encoding) {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String live = server.newDatabase() + "_enc";
        String original = server.newDatabase() + "_enc";
        for (String name : List.of(live, original)) {
            server.execute(
                    "postgres",
                    "CREATE DATABASE %s TEMPLATE template0 ENCODING '%s' LC_COLLATE 'C' LC_CTYPE 'C'"
                            .formatted(name, encoding));
        }
        new PostgresTools(server)
                .psql(
                        original,
                        "SET client_encoding = 'LATIN1';\nCREATE TABLE t (a text);\nINSERT INTO t VALUES ('Gr\u00fc\u00dfe');\n"
                                .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        RestoreReport report = restore(server, live, new PostgresTools(server).dump(original));

        PgDumpReferee referee = new PgDumpReferee(server);
        assertThat(report.error()).isEmpty();
        assertThat(referee.canonical(live)).isEqualTo(referee.canonical(original));
        assertThat(server.query(
                        "postgres",
                        "SELECT pg_encoding_to_char(encoding) || datcollate || datctype FROM pg_database WHERE datname = '"
                                + live + "'"))
                .containsExactly(encoding + "CC");
    }

    @Test
    void carriesLongLinesAndWideRows() {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String original = server.newDatabase();
        StringBuilder columns = new StringBuilder("CREATE TABLE wide (c0 text");
        StringBuilder values = new StringBuilder("INSERT INTO wide VALUES (repeat('x', 100)");
        for (int i = 1; i < 1_500; i++) {
            columns.append(", c").append(i).append(" int");
            values.append(", ").append(i);
        }
        server.execute(
                original,
                columns.append(")").toString(),
                values.append(")").toString(),
                "CREATE TABLE long (a bytea, b text)",
                "INSERT INTO long SELECT decode(repeat('00ff', 2097152), 'hex'), repeat(E'\\t\\\\\\n', 300000)");
        String live = server.newDatabase();
        RestoreReport report = restore(server, live, new PostgresTools(server).dump(original));

        PgDumpReferee referee = new PgDumpReferee(server);
        assertThat(report.error()).isEmpty();
        assertThat(referee.canonical(live)).isEqualTo(referee.canonical(original));
    }

    @Test
    void restoresAsARoleThatMayOnlyCreateDatabases() {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String role = "plain_" + ProcessHandle.current().pid();
        server.execute("postgres", "CREATE ROLE " + role + " LOGIN CREATEDB PASSWORD 'secret'");
        String original = server.newDatabase();
        server.execute(original, SMALL);
        server.execute(original, "CREATE TABLE one (a int)");
        String live = server.newDatabase();
        server.execute("postgres", "ALTER DATABASE " + live + " OWNER TO " + role);
        String comment = "COMMENT ON EXTENSION plpgsql IS 'PL/pgSQL procedural language';\n\n";
        String dump = new String(new PostgresTools(server).dump(original), UTF_8)
                .replaceFirst("(?m)^SET default_tablespace", comment + "SET default_tablespace");
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.as(role, "secret", folder, server, live)) {
            report = bench.put("dump.sql", dump).restore("dump.sql");
        }

        assertThat(report.error()).isEmpty();
        assertThat(report.notes())
                .containsExactly(
                        new Note(
                                "OWNER_NOT_ALLOWED",
                                "8 objects kept the restoring role as owner, because it may not hand them to 'postgres'"
                                        + " (first at line 38)."),
                        new Note(
                                "COMMENT_SKIPPED",
                                "1 comment left out, because the restoring role does not own the object: 'COMMENT ON"
                                        + " EXTENSION plpgsql IS 'PL/pgSQL procedural languag…' (first at line 21)."));
        PgDumpReferee referee = new PgDumpReferee(server);
        String[] bare = {"--no-owner", "--no-privileges", "--no-comments"};
        assertThat(referee.canonical(live, bare)).isEqualTo(referee.canonical(original, bare));
    }

    @Test
    void refusesARoleThatMayNotCreateDatabases() {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String role = "weak_" + ProcessHandle.current().pid();
        server.execute("postgres", "CREATE ROLE " + role + " LOGIN PASSWORD 'secret'");
        String live = server.newDatabase();
        server.execute("postgres", "ALTER DATABASE " + live + " OWNER TO " + role);
        List<String> before = PostgresState.of(server, live);
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.as(role, "secret", folder, server, live)) {
            String dump = RefusalTest.dump("CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);");
            report = bench.put("dump.sql", dump.getBytes(UTF_8))
                    .restore(new RestoreRequest(
                            "dump.sql", false, Optional.of("database"), false, Optional.empty(), "terminal"));
        }

        assertThat(report.error())
                .contains(new RestoreReport.Failure(
                        ErrorCode.RIGHTS_MISSING,
                        "'" + role + "' may not create or rename databases",
                        List.of("Run as a superuser: ALTER ROLE \"" + role + "\" CREATEDB;")));
        assertThat(PostgresState.of(server, live)).isEqualTo(before);
        assertThat(server.databasesLike(live + "_")).isEmpty();
    }
}
