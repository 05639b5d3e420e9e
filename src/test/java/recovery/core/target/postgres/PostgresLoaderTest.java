package recovery.core.target.postgres;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static recovery.core.error.ErrorCode.DUMP_TRUNCATED;
import static recovery.core.error.RecoveryException.problem;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadResult;
import recovery.harness.RealPostgres;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PostgresLoaderTest {
    private final LoadProbe copy = new LoadProbe(RealPostgres.MIDDLE);

    private RecoveryException failure(ListedDump dump) {
        return catchThrowableOfType(RecoveryException.class, () -> copy.load(dump));
    }

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.MIDDLE, RealPostgres.NEWEST})
    void loadsDefinitionsAndRowsIntoEveryServer(int version) {
        LoadProbe any = new LoadProbe(version);
        LoadResult result = any.load(ListedDump.of(
                        "SET transaction_timeout = 0",
                        "SET client_encoding = 'LATIN1'",
                        "SELECT pg_catalog.set_config('search_path', '', false)",
                        "CREATE TABLE public.t (id int, name text)",
                        "CREATE TABLE public.bare ()")
                .rows("public.t", "(id, name)", "LATIN1", ISO_8859_1, () -> {}, "1\tJürgen", "2\t\\\\.")
                .rows("public.bare", "", "", "", "")
                .insert("INSERT INTO public.t VALUES (3, 'a ? {fn x} ''')", 1)
                .statement("ALTER TABLE ONLY public.t ADD CONSTRAINT t_pkey PRIMARY KEY (id)"));

        assertThat(any.query("SELECT name FROM t ORDER BY id")).containsExactly("Jürgen", "\\.", "a ? {fn x} '");
        assertThat(LoadProbe.tables(result)).containsExactly("public.bare 3", "public.t 3");
        assertThat(any.rows()).isEqualTo(6);
        assertThat(any.objects)
                .containsExactly(
                        "SELECT pg_catalog.set_config('search_path', '', false)",
                        "CREATE TABLE public.t (id int, name text)",
                        "CREATE TABLE public.bare ()",
                        "public.t",
                        "public.bare",
                        "public.t",
                        "ALTER TABLE ONLY public.t ADD CONSTRAINT t_pkey PRIMARY KEY …");
        assertThat(LoadProbe.texts(result).size()).isEqualTo(version >= 17 ? 0 : 1);
        assertThat(result.foreignKeysProven()).isTrue();
    }

    @Test
    void leavesTheSessionAsItsOwnerExpectsIt() throws Exception {
        try (var connection = copy.connect();
                var statement = connection.createStatement()) {
            new PostgresLoader(connection, "shop", true)
                    .load(
                            ListedDump.of(
                                    "SET search_path = ''",
                                    "SET statement_timeout = 1",
                                    "SET session_replication_role = replica",
                                    "RESET ALL",
                                    "SELECT pg_sleep(0.01)"),
                            copy);
            try (var row = statement.executeQuery("SELECT current_setting('search_path')"
                    + " || current_setting('statement_timeout') || current_setting('synchronous_commit')")) {
                row.next();
                assertThat(row.getString(1)).isEqualTo("\"$user\", public0off");
            }
        }
    }

    @Test
    void storesNothingOfACutTable() {
        RecoveryException cut =
                problem(DUMP_TRUNCATED, "the dump ends inside table 't'").remedy("Look.");
        RecoveryException failure = failure(ListedDump.of("CREATE TABLE t (id int)")
                .rows(
                        "t",
                        "(id)",
                        "UTF8",
                        ISO_8859_1,
                        () -> {
                            throw cut;
                        },
                        "1",
                        "2"));

        assertThat(failure).isSameAs(cut);
        assertThat(copy.query("SELECT count(*) FROM t")).containsExactly("0");
        assertThat(sessions()).isEmpty();
    }

    @Test
    void storesNothingOfATableWhoseConnectionWasLost() {
        RecoveryException failure = failure(ListedDump.of("CREATE TABLE t (id int)")
                .rows(
                        "t",
                        "(id)",
                        "UTF8",
                        ISO_8859_1,
                        () -> copy.server.execute(
                                "postgres",
                                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '"
                                        + copy.database + "'"),
                        "1",
                        "2"));

        assertThat(failure.code()).isEqualTo(ErrorCode.DATABASE_UNREACHABLE);
        assertThat(copy.query("SELECT count(*) FROM t")).containsExactly("0");
    }

    @Test
    void namesTheRowTheDatabaseDidNotTake() {
        RecoveryException failure =
                failure(ListedDump.of("CREATE TABLE t (id int)").rows("t", "(id)", "1", "two", "3"));

        assertThat(failure.code()).isEqualTo(ErrorCode.LOAD_FAILED);
        assertThat(failure)
                .hasMessage("the rows of table 't' that begin at line 3 of the dump: invalid input syntax for type"
                        + " integer: \"two\" (SQL state 22P02); COPY t, line 2, column id: \"two\"");
        assertThat(failure.remedies())
                .containsExactly(
                        "The data of this backup contradicts its own definitions; restore an older backup.",
                        "Or correct the line in a copy of the file and restore that.");
        assertThat(copy.query("SELECT count(*) FROM t")).containsExactly("0");
    }

    @Test
    void namesLineAndPlaceOfASyntaxErrorInTheLastStatement() {
        RecoveryException failure = failure(ListedDump.of("CREATE TABLE t (id int)", "ALTER TABLE t\n  ADDD x int"));

        assertThat(failure.code()).isEqualTo(ErrorCode.LOAD_FAILED);
        assertThat(failure)
                .hasMessage("line 3 of the dump, 'ALTER TABLE t ADDD x int': syntax error at or near \"ADDD\""
                        + " (SQL state 42601); near 'ALTER TABLE t ADDD x int'");
        assertThat(failure.remedies()).contains("Restore an older backup instead.");
    }

    @Test
    void findsTheVeryInsertOfABatchThatFails() {
        ListedDump dump = ListedDump.of("CREATE TABLE t (id int PRIMARY KEY)");
        for (int i = 0; i < 2500; i++) {
            dump.insert("INSERT INTO t VALUES (" + (i == 1700 ? 3 : i) + ")", 1);
        }
        RecoveryException failure = failure(dump);

        assertThat(failure)
                .hasMessage("line 1702 of the dump, 'INSERT INTO t VALUES (3)': duplicate key value violates unique"
                        + " constraint \"t_pkey\"; Key (id)=(3) already exists (SQL state 23505)");
    }

    @Test
    void findsItAlsoInsideATransactionOfTheDump() {
        RecoveryException failure = failure(ListedDump.of("CREATE TABLE t (id int CHECK (id < 9))", "BEGIN")
                .insert("INSERT INTO t VALUES (1)", 1)
                .insert("INSERT INTO t VALUES (10)", 1)
                .statement("COMMIT"));

        assertThat(failure).hasMessageStartingWith("line 4 of the dump, 'INSERT INTO t VALUES (10)': new row for");
    }

    @Test
    void countsInsertsOfManyBatchesAndKeepsTheirOrder() {
        ListedDump dump = ListedDump.of("CREATE TABLE t (id int, n serial)", "BEGIN");
        for (int i = 0; i < 1500; i++) {
            dump.insert("INSERT INTO t (id) VALUES (" + i + "), (" + i + ")", 2);
        }
        dump.insert("INSERT INTO t (id) VALUES (length('" + "x".repeat(2_000_000) + "'))", 1);
        LoadResult result = copy.load(dump.statement("COMMIT"));

        assertThat(LoadProbe.tables(result)).containsExactly("public.t 3001");
        assertThat(copy.query("SELECT count(*) FROM t WHERE (n - 1) / 2 = id")).containsExactly("3000");
        assertThat(copy.rows()).isEqualTo(3001);
    }

    @Test
    void refusesAScriptThatEndsInsideATransaction() {
        RecoveryException failure = failure(ListedDump.of("BEGIN", "CREATE TABLE t (id int)"));

        assertThat(failure.code()).isEqualTo(ErrorCode.LOAD_FAILED);
        assertThat(failure).hasMessage("the dump ends inside a transaction, so what it loaded last is not stored");
        assertThat(copy.query("SELECT to_regclass('t')::text")).containsExactly((String) null);
    }

    @Test
    void skipsWhatADumpWithCleanDropsFromAnEmptyDatabase() {
        LoadResult result = copy.load(ListedDump.of(
                "BEGIN",
                "ALTER TABLE ONLY public.t DROP CONSTRAINT t_pkey",
                "DROP TABLE public.t",
                "DROP FUNCTION public.f(integer)",
                "DROP TYPE public.mood",
                "DROP TABLE gone.t",
                "DROP EXTENSION hstore",
                "COMMIT",
                "CREATE SCHEMA public",
                "CREATE OR REPLACE PROCEDURAL LANGUAGE plpgsql",
                "CREATE TABLE public.t (id int)"));

        assertThat(LoadProbe.texts(result))
                .containsExactly(
                        "SCHEMA_EXISTS: 1 statement skipped, because it is there already: 'CREATE SCHEMA public'"
                                + " (first at line 9).",
                        "DROP_SKIPPED: 6 statements skipped, because the copy is new and has no such object:"
                                + " 'ALTER TABLE ONLY public.t DROP CONSTRAINT t_pkey', 'DROP TABLE public.t',"
                                + " 'DROP FUNCTION public.f(integer)', 'DROP TYPE public.mood', 'DROP TABLE gone.t'"
                                + " and 1 more (first at line 2).");
        assertThat(LoadProbe.tables(result)).containsExactly("public.t 0");
    }

    @Test
    void loadsAsARoleThatMayDoLittle() {
        copy.server.withShopRoles();
        String role = copy.asPlainRole();
        LoadResult result = copy.load(ListedDump.of(
                "SET ROLE shop_owner",
                "CREATE SCHEMA sales AUTHORIZATION shop_owner",
                "ALTER SCHEMA sales OWNER TO shop_owner",
                "CREATE TABLE sales.t (id int)",
                "ALTER TABLE sales.t OWNER TO shop_owner",
                "COMMENT ON SCHEMA pg_catalog IS 'x'",
                "SET log_statement = 'all'",
                "GRANT SELECT ON pg_catalog.pg_authid TO shop_app",
                "SECURITY LABEL FOR anon ON TABLE sales.t IS 'x'"));

        assertThat(LoadProbe.texts(result))
                .containsExactly(
                        "OWNER_NOT_ALLOWED: 4 groups of objects kept the restoring role as owner, because it may not"
                                + " hand them to 'shop_owner' (first at line 1).",
                        "GRANT_SKIPPED: 1 grant left out, because the restoring role may not grant them:"
                                + " 'GRANT SELECT ON pg_catalog.pg_authid TO shop_app' (first at line 8).",
                        "SETTING_SKIPPED: 1 setting skipped, because this server does not accept them:"
                                + " 'log_statement' (first at line 7).",
                        "COMMENT_SKIPPED: 1 comment left out, because the restoring role does not own the object:"
                                + " 'COMMENT ON SCHEMA pg_catalog IS 'x'' (first at line 6).",
                        "SECURITY_LABEL_SKIPPED: 1 security label left out, because this server cannot take them:"
                                + " 'SECURITY LABEL FOR anon ON TABLE sales.t IS 'x'' (first at line 9).");
        assertThat(copy.query("SELECT tableowner FROM pg_tables WHERE schemaname = 'sales'"))
                .containsExactly(role);
    }

    @Test
    void appliesTheDumpsDatabaseSettingsOnlyWithoutALiveDatabase() {
        copy.withoutLive().load(ListedDump.of("ALTER DATABASE shop SET work_mem TO '7MB'"));

        assertThat(copy.query("SHOW work_mem")).containsExactly("7MB");
    }

    @Test
    void usesTheDefaultTablespaceIfTheDumpsIsMissing() {
        LoadResult result = copy.load(ListedDump.of("SET default_tablespace = fast_disks", "CREATE TABLE t (id int)"));

        assertThat(LoadProbe.texts(result))
                .containsExactly("TABLESPACE_MISSING: 1 setting replaced by the database's own, because this server"
                        + " lacks them: 'default_tablespace' (first at line 1).");
    }

    @Test
    void isCancelledWhileAStatementRuns() throws Exception {
        CompletableFuture<RecoveryException> failure =
                CompletableFuture.supplyAsync(() -> failure(ListedDump.of("SELECT pg_sleep(50)")));
        while (sessions().isEmpty()) {
            Thread.sleep(10);
        }
        copy.cancellation.ask();

        assertThat(failure.get(10, TimeUnit.SECONDS).code()).isEqualTo(ErrorCode.CANCELLED);
    }

    @Test
    void isCancelledBetweenStatements() {
        RecoveryException failure = failure(
                ListedDump.of("CREATE TABLE t (id int)").then(copy.cancellation::ask, "CREATE TABLE u (id int)"));

        assertThat(failure.code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(copy.query("SELECT to_regclass('u')::text")).containsExactly((String) null);
    }

    private List<String> sessions() {
        return new ArrayList<>(copy.server.query(
                "postgres",
                "SELECT query FROM pg_stat_activity WHERE query LIKE '%pg_sleep(50)%' AND datname = '" + copy.database
                        + "'"));
    }
}
