package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.target.Strategy;
import recovery.core.target.Target;
import recovery.core.target.TargetCopy;
import recovery.harness.DatabaseText;
import recovery.harness.RealPostgres;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SchemaTargetTest {
    private static final PostgresSwap.Limits SHORT =
            new PostgresSwap.Limits(Duration.ofSeconds(3), Duration.ofSeconds(10), Duration.ofSeconds(5));
    private static final String COPY = "_restoring_20261120_081500";
    private static final String PREVIOUS = "*_before_20261120081500";

    private static Target schemas(RealPostgres server, String live) {
        return new PostgresTarget(Targets.settings(server, live), Optional.empty(), SHORT).by(Strategy.SCHEMA);
    }

    private static String shop(RealPostgres server, String... more) {
        String live = server.newDatabase();
        server.execute(
                live,
                "CREATE SCHEMA sales",
                "CREATE TABLE sales.orders (id int PRIMARY KEY, note text)",
                "INSERT INTO sales.orders VALUES (1, 'old')",
                "CREATE TABLE public.people (id int PRIMARY KEY)",
                "INSERT INTO public.people VALUES (1)");
        server.execute(live, more);
        return live;
    }

    /** What the server lets others do meanwhile, and why. */
    @ParameterizedTest
    @ValueSource(ints = {12, 15, 18})
    void readersAndWritersGoOnWhileTheSchemasAreAside(int version) throws Exception {
        RealPostgres server = RealPostgres.version(version);
        String live = shop(
                server,
                "CREATE EXTENSION hstore",
                "CREATE TABLE public.attributes (a hstore)",
                "INSERT INTO public.attributes VALUES ('x => 1')");
        List<String> before = DatabaseText.of(server, live);
        Target target = schemas(server, live);
        try (TargetCopy copy = target.createCopy(live + COPY)) {
            assertThat(copy.name()).isEqualTo(live + COPY);
            assertThat(server.query(
                            live,
                            // what it made itself nobody else sees in the catalogue
                            "SELECT DISTINCT l.relation::regclass || ' ' || l.mode FROM pg_locks l"
                                    + " JOIN pg_stat_activity a USING (pid) JOIN pg_class c ON c.oid = l.relation"
                                    + " WHERE a.application_name = '" + live + COPY
                                    + "' AND l.mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')"))
                    .as("locks on relations that are in anybody's way")
                    .isEmpty();
            server.execute(
                    live,
                    "SET statement_timeout = '5s'",
                    "INSERT INTO sales.orders VALUES (2, 'meanwhile')",
                    "DELETE FROM sales.orders WHERE id = 2",
                    "UPDATE public.attributes SET a = a || 'x => 1'::hstore");
            assertThat(server.query(live, "SELECT note FROM sales.orders JOIN people USING (id)"))
                    .containsExactly("old");
            assertThat(server.query(live, "SELECT a -> 'x' FROM attributes")).containsExactly("1");
        }
        target.drop(live + COPY);

        assertThat(DatabaseText.of(server, live)).isEqualTo(before);
        assertThat(target.leftovers()).isEmpty();
        assertThat(target.previousOnes()).isEmpty();
        assertThat(server.query(
                        live, "SELECT pid FROM pg_stat_activity WHERE application_name = '" + live + COPY + "'"))
                .isEmpty();
    }

    /** The one thing that waits, which the plan says: views and tables of extensions that move. */
    @Test
    void whoReadsAViewOfAnExtensionThatMovesWaits() throws Exception {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String live = shop(server, "CREATE EXTENSION pg_buffercache");
        Target target = schemas(server, live);
        try (TargetCopy copy = target.createCopy(live + COPY);
                Connection reader = server.connect(live);
                Statement statement = reader.createStatement()) {
            statement.execute("SET lock_timeout = '100ms'");
            assertThat(catchThrowableOfType(
                                    java.sql.SQLException.class,
                                    () -> statement.execute("SELECT count(*) FROM public.pg_buffercache"))
                            .getSQLState())
                    .isEqualTo("55P03");
            assertThat(copy.name()).isNotEmpty();
        } finally {
            target.drop(live + COPY);
        }
    }

    @Test
    void whatIsDroppedOrDiesLeavesNothingAndTheNextOneEndsIt() throws Exception {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String live = shop(server);
        List<String> before = DatabaseText.of(server, live);
        // a process that is gone, while its server has not noticed
        TargetCopy orphan = schemas(server, live).createCopy(live + "_restoring_20261120_070000");
        Target target = schemas(server, live);
        try (TargetCopy copy = target.createCopy(live + COPY)) {
            assertThat(server.query(
                            live,
                            "SELECT application_name FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND application_name LIKE '%restoring%'"))
                    .containsExactly(copy.name());
        }
        orphan.close();
        target.drop(live + COPY);
        assertThat(DatabaseText.of(server, live)).isEqualTo(before);
    }

    /** An empty copy: everything that live has is put back, or kept. */
    @ParameterizedTest
    @ValueSource(ints = {12, 15, 18})
    void whatNothingTookThePlaceOfIsNotKept(int version) throws Exception {
        RealPostgres server = RealPostgres.version(version);
        String live = shop(server);
        List<String> before = DatabaseText.of(server, live);
        SchemaTransaction transaction =
                SchemaTransaction.begin(new PostgresConnections(Targets.settings(server, live)), live + COPY);
        try (transaction) {
            transaction.session().execute("CREATE SCHEMA sales; CREATE TABLE sales.new (x int)");
            transaction.settle();
            assertThat(transaction.untouched()).containsExactly("public");
            assertThat(transaction.fresh()).containsExactly("sales");
            new SchemaExchange(new PostgresConnections(Targets.settings(server, live)), SHORT)
                    .commit(transaction, PREVIOUS);
        }
        assertThat(server.query(live, "SELECT id FROM people")).containsExactly("1");
        assertThat(server.query(live, "SELECT x FROM sales.new")).isEmpty();
        assertThat(server.query(live, "SELECT note FROM sales_before_20261120081500.orders"))
                .containsExactly("old");

        Target target = schemas(server, live);
        assertThat(target.exists(PREVIOUS)).isTrue();
        assertThat(target.exists("*_before_20261120081501")).isFalse();
        assertThat(target.exists(live)).isTrue();
        assertThat(target.exists(live + COPY)).isFalse();
        assertThat(target.previousOnes()).singleElement().satisfies(one -> {
            assertThat(one.name()).isEqualTo(PREVIOUS);
            assertThat(one.since()).isEqualTo(java.time.LocalDateTime.of(2026, 11, 20, 8, 15));
            assertThat(one.sizeBytes().getAsLong()).isPositive();
        });
        target.swap(PREVIOUS, "*_before_20261120090000");
        target.dropPrevious("*_before_20261120090000");
        assertThat(target.previousOnes()).isEmpty();
        assertThat(DatabaseText.of(server, live)).isEqualTo(before);
    }

    /** A commit from anywhere but the swap would show others a half. */
    @Test
    void nothingButTheSwapCommits() throws Exception {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String live = shop(server);
        List<String> before = DatabaseText.of(server, live);
        try (SchemaTransaction transaction =
                SchemaTransaction.begin(new PostgresConnections(Targets.settings(server, live)), live + COPY)) {
            transaction.session().execute("CREATE SCHEMA sales");
            assertThat(catchThrowableOfType(
                                    java.sql.SQLException.class,
                                    () -> transaction.session().execute("COMMIT"))
                            .getSQLState())
                    .isEqualTo("23505");
        }
        assertThat(DatabaseText.of(server, live)).isEqualTo(before);
    }

    /** Of the longest schemas, of those that the dump alone has, and of comments. */
    @Test
    void namesSurviveBeingCutAndSchemasThatWereNotThereGoAgain() throws Exception {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String first = "a very long name of a schema that is 63 bytes, not one more 1st";
        String second = "a very long name of a schema that is 63 bytes, not one more 2nd";
        String live = shop(
                server,
                "CREATE SCHEMA \"" + first + "\"",
                "CREATE SCHEMA \"" + second + "\"",
                "CREATE TABLE \"" + first + "\".first (x int)",
                "CREATE TABLE \"" + second + "\".second (x int)",
                "COMMENT ON SCHEMA \"" + second + "\" IS 'with a comment\\ and ''quotes'''");
        List<String> before = DatabaseText.of(server, live);
        PostgresConnections connections = new PostgresConnections(Targets.settings(server, live));
        try (SchemaTransaction transaction = SchemaTransaction.begin(connections, live + COPY)) {
            transaction
                    .session()
                    .execute("CREATE SCHEMA \"" + first + "\"; CREATE SCHEMA \"" + second
                            + "\"; CREATE SCHEMA brought; CREATE TABLE brought.t (x int)");
            transaction.settle();
            new SchemaExchange(connections, SHORT).commit(transaction, PREVIOUS);
        }
        List<String> restored = DatabaseText.of(server, live).stream()
                .filter(line -> !line.contains("_before_2"))
                .toList();
        Target target = schemas(server, live);
        target.swap(PREVIOUS, "*_before_20261120090000");
        assertThat(DatabaseText.of(server, live).stream()
                        .filter(line -> !line.contains("_before_2"))
                        .toList())
                .isEqualTo(before);
        target.swap("*_before_20261120090000", "*_before_20261120100000");
        assertThat(DatabaseText.of(server, live).stream()
                        .filter(line -> !line.contains("_before_2"))
                        .toList())
                .isEqualTo(restored);
    }

    @Test
    void givesUpIfSomebodyStaysInTheWayWhomItMayNotEnd() throws Exception {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String live = shop(server);
        String role = live + "_plain";
        server.execute(
                "postgres",
                "CREATE ROLE " + role + " LOGIN PASSWORD 'secret'",
                "ALTER DATABASE " + live + " OWNER TO " + role);
        server.execute(live, "ALTER SCHEMA sales OWNER TO " + role, "ALTER TABLE sales.orders OWNER TO " + role);
        server.execute(live, "ALTER TABLE people OWNER TO " + role);
        List<String> before = DatabaseText.of(server, live);
        PostgresConnections connections = new PostgresConnections(Targets.settings(server, live, role));
        try (Connection reader = server.connect(live);
                Statement statement = reader.createStatement();
                SchemaTransaction transaction = SchemaTransaction.begin(connections, live + COPY)) {
            statement.execute("SET application_name = 'long report'");
            reader.setAutoCommit(false);
            statement.executeQuery("SELECT * FROM sales.orders").close();
            int pid = reader.unwrap(org.postgresql.PGConnection.class).getBackendPID();
            transaction.session().execute("CREATE SCHEMA sales");
            transaction.settle();

            RecoveryException failure = catchThrowableOfType(
                    RecoveryException.class,
                    () -> new SchemaExchange(connections, SHORT).commit(transaction, PREVIOUS));
            assertThat(failure.code()).isEqualTo(ErrorCode.DATABASE_IN_USE);
            assertThat(failure.getMessage())
                    .startsWith("the tables of '" + live + "' stayed in use for 3 s, nothing was renamed: canceling")
                    .endsWith("; in the way are long report of postgres (pid " + pid + ")");
            assertThat(failure.remedies())
                    .containsExactly(
                            "Stop the programs that work with '" + live + "', then start again.",
                            "Or run as a superuser: GRANT pg_signal_backend TO \"" + role + "\";");
            statement.execute("SELECT 1");
        }
        assertThat(DatabaseText.of(server, live)).isEqualTo(before);
    }

    /** Also who only sees the data of an earlier moment: it would find the new tables empty. */
    @ParameterizedTest
    @ValueSource(strings = {"SELECT * FROM sales.orders", "SELECT 1"})
    void endsWhoStaysInTheWay(String query) throws Exception {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String live = shop(server);
        PostgresConnections connections = new PostgresConnections(Targets.settings(server, live));
        try (Connection reader = server.connect(live);
                Statement statement = reader.createStatement();
                SchemaTransaction transaction = SchemaTransaction.begin(connections, live + COPY)) {
            reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            reader.setAutoCommit(false);
            statement.executeQuery(query).close();
            transaction.session().execute("CREATE SCHEMA sales; CREATE TABLE sales.orders (id int)");
            transaction.settle();
            new SchemaExchange(connections, SHORT).commit(transaction, PREVIOUS);

            assertThat(catchThrowableOfType(java.sql.SQLException.class, () -> statement.execute("SELECT 1"))
                            .getSQLState())
                    .isEqualTo("57P01");
        }
        assertThat(server.query(live, "SELECT count(*) FROM sales.orders")).containsExactly("0");
    }
}
