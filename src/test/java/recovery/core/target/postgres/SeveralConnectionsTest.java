package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.RoleOptions;
import recovery.harness.DatabaseText;
import recovery.harness.RealPostgres;

/** Which connections a load takes, under which settings each of them works, and what stays in order. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SeveralConnectionsTest {
    private final LoadProbe copy = new LoadProbe(RealPostgres.MIDDLE).over(4);

    private static Stream<String> rows(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> i + "\t" + i);
    }

    private static DumpText twoTables() {
        return new DumpText()
                .table("t", "id integer, n integer")
                .table("u", "id integer, n integer")
                .rows("t", "id, n", rows(3000))
                .rows("u", "id, n", rows(3000))
                .key("t", "PRIMARY KEY (id)")
                .key("u", "PRIMARY KEY (id)")
                .index("t_n", "t USING btree (n)")
                .foreignKey("u", "(n) REFERENCES public.t(id)");
    }

    /** What one connection makes of it is what four make of it. */
    private void isTheSame(DumpText dump) {
        LoadProbe alone = new LoadProbe(RealPostgres.MIDDLE);
        LoadResult expected = alone.load(dump.reader());
        LoadResult result = copy.load(dump.reader());

        assertThat(DatabaseText.difference(
                        DatabaseText.of(alone.server, alone.database), DatabaseText.of(copy.server, copy.database)))
                .isEmpty();
        assertThat(LoadProbe.texts(result)).isEqualTo(LoadProbe.texts(expected));
        assertThat(copy.left()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "3, 2", "4, 3"})
    void worksWithAsManyConnectionsAsARoleMayHave(int limit, int workers) {
        String role = copy.asPlainRole();
        copy.server.execute("postgres", "ALTER ROLE " + role + " CONNECTION LIMIT " + limit);
        copy.over(6);
        LoadResult result = copy.load(twoTables().reader());

        assertThat(result.rows()).isEqualTo(6000);
        assertThat(copy.opened()).isEqualTo(workers);
        assertThat(LoadProbe.texts(result))
                .containsExactly("CONNECTIONS_SCARCE: The server had room for " + workers
                        + " of 6 connections, so the load took longer than it could.");
        assertThat(copy.left()).isEmpty();
    }

    @Test
    void worksOverTheFirstOneAloneIfThereIsNoOther() {
        String role = copy.asPlainRole();
        copy.server.execute("postgres", "ALTER ROLE " + role + " CONNECTION LIMIT 1");
        LoadResult result = copy.load(twoTables().reader());

        assertThat(result.rows()).isEqualTo(6000);
        assertThat(copy.opened()).isZero();
        assertThat(LoadProbe.texts(result))
                .containsExactly(
                        "CONNECTIONS_SCARCE: The server had room for 1 of 4 connections, so the load took longer than"
                                + " it could.");
        assertThat(copy.query(
                        "SELECT count(*) FROM pg_constraint WHERE convalidated AND conname IN ('t_key', 'u_key')"))
                .containsExactly("2");
    }

    @Test
    void fewerThanWantedIsTheOnlyReasonToGoOnWithFewer() {
        copy.by(() -> {
            throw new SQLException("the password has expired", "28P01");
        });
        RecoveryException failure = catchThrowableOfType(
                RecoveryException.class, () -> copy.load(twoTables().reader()));

        assertThat(failure.code()).isEqualTo(ErrorCode.DATABASE_UNREACHABLE);
        assertThat(copy.left()).isEmpty();
    }

    @Test
    void measuresOverOneConnectionIfThereIsNoOther() throws Exception {
        copy.load(twoTables().reader());
        String role = copy.asPlainRole();
        copy.server.execute("postgres", "ALTER ROLE " + role + " CONNECTION LIMIT 1");
        copy.server.execute(copy.database, "ALTER TABLE t OWNER TO " + role, "ALTER TABLE u OWNER TO " + role);
        PostgresConnections connections = new PostgresConnections(Targets.settings(copy.server, copy.database, role));
        List<String> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
        new Sessions(Reach.over(connections, copy.database, 4), Targets.watch())
                .workOff(
                        List.of("t", "u", "t", "u", "t"),
                        (session, table) -> seen.add(
                                session.backend() + " " + session.text("SELECT count(*)::text FROM public." + table)));

        assertThat(seen).hasSize(5).allMatch(text -> text.endsWith(" 3000"));
        assertThat(Set.copyOf(seen)).hasSize(1);
        new PlannerStatistics(Reach.over(connections, copy.database, 4), Targets.watch()).collect();
        assertThat(copy.query("SELECT reltuples::int FROM pg_class WHERE oid = 't'::regclass"))
                .containsExactly("3000");
        assertThat(copy.left()).isEmpty();
    }

    @Test
    void takesAtMostHalfOfTheConnectionsThatAreFree() throws Exception {
        try (Connection connection = copy.connect()) {
            int jobs = Jobs.fitting(connection);
            assertThat(jobs).isBetween(1, Jobs.ofThisHost());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.MIDDLE, RealPostgres.NEWEST})
    void limitsOfTimeOfTheRoleDoNotHold(int version) throws Exception {
        LoadProbe any = new LoadProbe(version);
        String role = any.asPlainRole();
        for (String limit : List.of(
                "statement_timeout = '400ms'",
                "lock_timeout = '300ms'",
                "idle_in_transaction_session_timeout = '300ms'",
                "idle_session_timeout = '300ms'",
                "transaction_timeout = '400ms'")) {
            String name = limit.substring(0, limit.indexOf(' '));
            if (!any.query("SELECT 1 FROM pg_settings WHERE name = '" + name + "'")
                    .isEmpty()) {
                any.server.execute("postgres", "ALTER ROLE " + role + " SET " + limit);
            }
        }
        PostgresConnections connections = new PostgresConnections(Targets.settings(any.server, any.database, role));
        DumpText dump = new DumpText()
                .entry(
                        "slow",
                        "FUNCTION",
                        "CREATE FUNCTION public.slow(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS"
                                + " 'SELECT $1 + (SELECT count(*)::int FROM (SELECT pg_catalog.pg_sleep(0.7)) x)'")
                .table("t", "id integer, n integer")
                .table("u", "id integer, n integer CHECK (public.slow(n) > 0)")
                .rows("t", "id, n", rows(2))
                .rows("u", "id, n", rows(2))
                .key("t", "PRIMARY KEY (id)")
                .index("t_slow", "t USING btree (public.slow(n))")
                .index("t_slow_2", "t USING btree (public.slow(id))");
        try (Connection first = connections.loading(any.database)) {
            LoadResult result = new PostgresLoader(first, "shop", true)
                    .over(3, () -> connections.loading(any.database))
                    .load(dump.reader(), any);
            assertThat(result.rows()).isEqualTo(4);
        }
        assertThat(any.left()).isEmpty();
    }

    @Test
    void settingsOfTheDumpHoldOnEveryConnection() {
        isTheSame(new DumpText()
                .sql(
                        "SET DateStyle = 'SQL, DMY'",
                        "SET IntervalStyle = 'sql_standard'",
                        "SET standard_conforming_strings = off",
                        "SET escape_string_warning = off",
                        "SET TIME ZONE 'Asia/Kolkata'",
                        "SET default_toast_compression = 'pglz'",
                        "CREATE SCHEMA s",
                        "SELECT pg_catalog.set_config('search_path', 's', false)")
                .entry("t", "TABLE", "CREATE TABLE t (id integer, d date, i interval, at timestamptz)")
                .dataFor("t")
                .sql("COPY t (id, d, i, at) FROM stdin;\n1\t03/04/2024\t-1 2:03:04\t03/04/2024 00:00:00\n"
                        + "2\t13/12/2024\t1-2\t01/02/2024 12:00:00\n\\.\n\nSET IntervalStyle = 'postgres'")
                .entry("t_d", "INDEX", "CREATE INDEX t_d ON t USING btree (d) WHERE (d > '03/04/2023'::date)")
                .sql("SET DateStyle = 'ISO, MDY'")
                .entry("t_d2", "INDEX", "CREATE INDEX t_d2 ON t USING btree (at) WHERE (d > '03/04/2023'::date)"));

        assertThat(copy.query("SELECT pg_get_expr(indpred, indrelid) FROM pg_index WHERE indrelid = 's.t'::regclass"
                        + " ORDER BY indexrelid::regclass::text"))
                .containsExactly("(d > '2023-04-03'::date)", "(d > '2023-03-04'::date)");
        assertThat(copy.query("SELECT d || ' ' || (at AT TIME ZONE 'UTC') || ' ' || i FROM s.t ORDER BY id"))
                .containsExactly(
                        "2024-04-03 2024-04-02 18:30:00 -1 days -02:03:04",
                        "2024-12-13 2024-02-01 06:30:00 1 year 2 mons");
    }

    @Test
    void aRoleThatTheDumpTakesOnOwnsWhatIsMadeOverEveryConnection() {
        copy.server.withShopRoles();
        copy.server.execute(copy.database, "GRANT ALL ON SCHEMA public TO shop_owner, shop_app");
        copy.load(new DumpText()
                .sql("SET SESSION AUTHORIZATION 'shop_owner'")
                .table("t", "id integer, n integer")
                .sql("RESET SESSION AUTHORIZATION", "SET SESSION AUTHORIZATION 'shop_app'")
                .table("u", "id integer, n integer")
                .rows("u", "id, n", rows(10))
                .sql("SET SESSION AUTHORIZATION 'shop_owner'")
                .rows("t", "id, n", rows(10))
                .entry(
                        "t who",
                        "TRIGGER",
                        "CREATE TRIGGER who BEFORE UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION"
                                + " pg_catalog.suppress_redundant_updates_trigger()")
                .key("t", "PRIMARY KEY (id)")
                .entry("t_st", "STATISTICS", "CREATE STATISTICS public.t_st ON id, n FROM public.t")
                .sql("SET SESSION AUTHORIZATION 'shop_app'")
                .entry("u_st", "STATISTICS", "CREATE STATISTICS public.u_st ON id, n FROM public.u")
                .sql("RESET SESSION AUTHORIZATION")
                .reader());

        assertThat(copy.query("SELECT stxname || ' ' || pg_get_userbyid(stxowner) FROM pg_statistic_ext ORDER BY 1"))
                .containsExactly("t_st shop_owner", "u_st shop_app");
        assertThat(copy.query("SELECT relname || ' ' || pg_get_userbyid(relowner) FROM pg_class WHERE relname IN"
                        + " ('t', 'u', 't_key') ORDER BY 1"))
                .containsExactly("t shop_owner", "t_key shop_owner", "u shop_app");
    }

    /** Each row tells who brought it. */
    private static final String BROUGHT_BY = "n integer DEFAULT pg_backend_pid()";

    private int backends() {
        return Integer.parseInt(
                copy.query("SELECT count(DISTINCT n) FROM public.t").get(0));
    }

    @Test
    void scriptsWithoutSectionsRunOverOneConnectionInTheirOrder() {
        ListedDump dump = ListedDump.of("CREATE TABLE public.t (id int, " + BROUGHT_BY + ")");
        for (int i = 0; i < 20; i++) {
            dump.rows("public.t", "(id)", "" + i);
            dump.statement("CREATE INDEX t_" + i + " ON public.t (id) WHERE id > " + i);
        }
        copy.load(dump);

        assertThat(copy.opened()).isZero();
        assertThat(backends()).isEqualTo(1);
        assertThat(copy.query("SELECT string_agg(id::text, ' ' ORDER BY ctid) FROM public.t"))
                .containsExactly("0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19");
    }

    @Test
    void rowsInATransactionOfTheDumpComeOverItsConnection() {
        copy.load(new DumpText()
                .sql("BEGIN")
                .table("t", "id integer, " + BROUGHT_BY)
                .rows("t", "id", IntStream.range(0, 100).mapToObj(String::valueOf))
                .key("t", "PRIMARY KEY (id)")
                .sql("COMMIT")
                .reader());

        assertThat(backends()).isEqualTo(1);
    }

    /** Rows of a script of which somebody has put the definitions in front. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rowsBehindTriggersAreSeenByThemInTheirOrder(boolean inserts) {
        DumpText dump = new DumpText()
                .entry(
                        "slow",
                        "FUNCTION",
                        "CREATE FUNCTION public.slow(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS"
                                + " 'SELECT $1 + (SELECT count(*)::int FROM (SELECT pg_catalog.pg_sleep(1)) x)'")
                .table("log", "id integer, seen integer")
                .table("t", "id integer")
                .rows("t", "id", Stream.of("-1"))
                .index("t_slow", "t USING btree (public.slow(id)) WHERE (id < 0)")
                .entry(
                        "seen",
                        "FUNCTION",
                        "CREATE FUNCTION public.seen() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.log"
                                + " SELECT NEW.id, count(*) FROM public.t WHERE id >= 0; RETURN NEW; END'")
                .entry(
                        "t tell",
                        "TRIGGER",
                        "CREATE TRIGGER tell AFTER INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.seen()");
        for (int i = 0; i < 30; i++) {
            if (inserts) {
                dump.dataFor("t").sql("INSERT INTO public.t VALUES (" + i + ")");
            } else {
                dump.rows("t", "id", Stream.of("" + i));
            }
        }
        copy.load(dump.reader());

        assertThat(copy.query("SELECT count(*) FROM log WHERE seen = id + 1")).containsExactly("30");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rowsBehindForeignKeysComeInTheirOrder(boolean inserts) {
        copy.asPlainRole();
        DumpText dump = new DumpText()
                .table("t", "id integer")
                .table("u", "id integer")
                .key("t", "PRIMARY KEY (id)")
                .foreignKey("u", "(id) REFERENCES public.t(id)");
        for (int i = 0; i < 30; i++) {
            if (inserts) {
                dump.dataFor("t").sql("INSERT INTO public.t VALUES (" + i + ")");
                dump.dataFor("u").sql("INSERT INTO public.u VALUES (" + i + ")");
            } else {
                dump.rows("t", "id", Stream.of("" + i)).rows("u", "id", Stream.of("" + i));
            }
        }
        copy.load(dump.reader());

        assertThat(copy.query("SELECT count(*) FROM t JOIN u USING (id)")).containsExactly("30");
    }

    @Test
    void aDeadlockWithSomebodyElseIsGotOver() throws Exception {
        copy.server.execute(copy.database, "CREATE TABLE public.other (id integer)");
        AtomicBoolean ended = new AtomicBoolean();
        String locks = "CREATE FUNCTION public.locks() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN"
                + " LOCK TABLE public.other IN ACCESS EXCLUSIVE MODE; RETURN 1; END $$";
        DumpText dump = new DumpText()
                .entry("locks", "FUNCTION", locks)
                .entry("wants_both", "FUNCTION", immutable("wants_both", "RETURN public.locks();"))
                .table("t", "id integer, n integer")
                .rows("t", "id, n", rows(1))
                .index("t_both", "t USING btree (public.wants_both(), id)");
        CompletableFuture<Integer> outsider = CompletableFuture.supplyAsync(() -> holdOtherAndWant(2, ended));
        try {
            copy.load(dump.reader());
        } finally {
            ended.set(true);
        }
        assertThat(outsider.get(60, TimeUnit.SECONDS)).isPositive();
        assertThat(copy.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_both'::regclass"))
                .containsExactly("t");
        assertThat(copy.left()).isEmpty();
    }

    private static String immutable(String name, String body) {
        return "CREATE FUNCTION public." + name + "() RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN " + body
                + " END $$";
    }

    /** Sequences count what is undone as well. */
    @ParameterizedTest
    @CsvSource({
        "40P01, deadlock detected, 3, true, 3",
        "40P01, deadlock detected, 99, false, 10",
        "XX000, tuple concurrently updated, 3, true, 3",
        "XX000, tuple concurrently deleted, 99, false, 10",
        "XX000, cache lookup failed for relation 5, 99, false, 1",
        "P0001, tuple concurrently updated, 99, false, 1"
    })
    void whatOthersWereInTheWayOfIsRunAgain(String state, String message, int until, boolean ends, int runs) {
        DumpText dump = new DumpText()
                .sql("CREATE SEQUENCE public.runs")
                .entry(
                        "fails",
                        "FUNCTION",
                        immutable(
                                "fails",
                                "IF nextval('public.runs') < %d THEN RAISE EXCEPTION USING ERRCODE = '%s', MESSAGE = '%s'; END"
                                                .formatted(until, state, message)
                                        + " IF; RETURN 1;"))
                .table("t", "id integer, n integer")
                .rows("t", "id, n", rows(1))
                .index("t_late", "t USING btree (public.fails(), id)");
        RecoveryException failure = catchThrowableOfType(RecoveryException.class, () -> copy.load(dump.reader()));

        if (ends) {
            assertThat(failure).isNull();
        } else {
            assertThat(failure)
                    .hasMessageContaining("index 'public.t_late': " + message + " (SQL state " + state + ")");
        }
        // a run that goes well calls it more than once
        assertThat(Integer.parseInt(
                        copy.query("SELECT last_value FROM public.runs").get(0)))
                .isBetween(runs, ends ? runs + 5 : runs);
        assertThat(copy.left()).isEmpty();
    }

    /**
     * Holds {@code other}, waits until the build of the index waits for it, and then wants the table that the build has
     * locked; it is patient itself, so that the server ends the other one. How often it got it.
     */
    private int holdOtherAndWant(int times, AtomicBoolean ended) {
        int taken = 0;
        for (int i = 0; i < times && !ended.get(); i++) {
            try (Connection connection = copy.server.connect(copy.database);
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("SET LOCAL deadlock_timeout = '60s'");
                statement.execute("LOCK TABLE public.other IN ACCESS EXCLUSIVE MODE");
                while (!ended.get()
                        && copy.query(
                                        "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'public.other'::regclass")
                                .isEmpty()) {
                    Thread.onSpinWait();
                }
                if (!ended.get()) {
                    statement.execute("LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE");
                    taken++;
                }
                connection.rollback();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
        return taken;
    }

    @Test
    void everyConnectionHasTheSettingsOfALoad() throws Exception {
        try (Connection connection = copy.connect()) {
            LoadServer server = LoadServer.ask(
                    new LoadConnection(connection), java.util.Optional.empty(), RoleOptions.AS_THEY_ARE, 4);
            String memory = server.maintenanceKilobytes() + "kB";
            String settings = "concat_ws(' ', current_setting('synchronous_commit'), current_setting('jit'),"
                    + " current_setting('check_function_bodies'), pg_size_bytes(current_setting('maintenance_work_mem'))"
                    + " / 1024 >= 65536, current_setting('statement_timeout'), current_setting('row_security'))";
            copy.load(new DumpText()
                    .table("t", "id integer, s text DEFAULT " + settings + ", b integer DEFAULT pg_backend_pid()")
                    .table("u", "id integer, s text DEFAULT " + settings + ", b integer DEFAULT pg_backend_pid()")
                    .rows("t", "id", Stream.of("1"))
                    .rows("u", "id", Stream.of("1"))
                    .reader());
            assertThat(memory).endsWith("kB");
        }
        assertThat(copy.query("SELECT DISTINCT s FROM (SELECT s FROM t UNION SELECT s FROM u) x"))
                .containsExactly("off off off t 0 off");
    }

    @Test
    void theMemoryForIndexesIsSharedAndHasBounds() throws Exception {
        try (Connection connection = copy.connect()) {
            LoadConnection target = new LoadConnection(connection);
            long own =
                    Long.parseLong(target.value("SELECT setting FROM pg_settings WHERE name = 'maintenance_work_mem'")
                            .orElseThrow());
            long one = ServerMemory.maintenanceKilobytes(target, 1);
            long four = ServerMemory.maintenanceKilobytes(target, 4);
            long many = ServerMemory.maintenanceKilobytes(target, LoadOptions.MOST_JOBS);

            assertThat(one).isBetween(own, 1024L * 1024);
            assertThat(four).isBetween(own, one);
            assertThat(many).isBetween(own, four);
            target.run("SET maintenance_work_mem = '2GB'");
            assertThat(ServerMemory.maintenanceKilobytes(target, LoadOptions.MOST_JOBS))
                    .as("what an administrator gives is not taken away")
                    .isEqualTo(2L * 1024 * 1024);
        }
    }
}
