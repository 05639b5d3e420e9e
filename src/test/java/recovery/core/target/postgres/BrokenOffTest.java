package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadResult;
import recovery.core.target.postgres.tasks.Order;
import recovery.harness.FaultyNetwork;
import recovery.harness.RealPostgres;

/**
 * A load over four connections is cancelled, or loses connections, at any moment: it ends soon, says what happened, and
 * nobody is left. {@code -Drecovery.test.seed=…} repeats a run.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BrokenOffTest {
    private static final long SEED = Long.getLong("recovery.test.seed", System.nanoTime());
    private static final int TABLES = 6;

    /** How many rows there are in all; a moment is chosen by how many of them were written. */
    private static final int ROWS = 60_000;

    private static final Random RANDOM = new Random(SEED);

    private final LoadProbe copy = new LoadProbe(RealPostgres.MIDDLE).over(4).in(Order.shuffled(SEED));

    private static Stream<String> rows() {
        return IntStream.range(0, ROWS / TABLES).mapToObj(i -> i + "\t" + "x".repeat(200));
    }

    /** Tables with indexes and keys to each other. */
    private static DumpText dump(String... atEnd) {
        DumpText dump = new DumpText();
        for (int i = 0; i < TABLES; i++) {
            dump.table("t" + i, "id integer, x text");
        }
        for (int i = 0; i < TABLES; i++) {
            dump.rows("t" + i, "id, x", rows());
        }
        for (int i = 0; i < TABLES; i++) {
            dump.key("t" + i, "PRIMARY KEY (id)");
            dump.index("i" + i, "t" + i + " USING btree (x, id)");
        }
        for (int i = 0; i < TABLES; i++) {
            dump.foreignKey("t" + i, "(id) REFERENCES public.t" + (i + 1) % TABLES + "(id)");
        }
        return dump.sql(atEnd);
    }

    private CompletableFuture<LoadResult> loading(DumpText dump) {
        return CompletableFuture.supplyAsync(() -> copy.load(dump.reader()));
    }

    private static RecoveryException failure(CompletableFuture<LoadResult> loading) throws Exception {
        try {
            loading.get(60, TimeUnit.SECONDS);
            throw new AssertionError("seed " + SEED + ": the load has ended well");
        } catch (ExecutionException e) {
            assertThat(e.getCause()).as("seed %d", SEED).isInstanceOf(RecoveryException.class);
            return (RecoveryException) e.getCause();
        }
    }

    /** Some are in the middle of the rows, some behind them, while indexes are built. */
    private void awaitAnyMoment(CompletableFuture<LoadResult> loading) throws InterruptedException {
        long rows = RANDOM.nextInt(ROWS + ROWS / 2);
        while (copy.rows() < Math.min(rows, ROWS) && !loading.isDone()) {
            Thread.sleep(1);
        }
        if (rows > ROWS) {
            Thread.sleep(RANDOM.nextInt(50));
        }
    }

    private void nobodyIsLeft() {
        assertThat(copy.left()).as("seed %d", SEED).isEmpty();
        copy.drop();
    }

    /** The server cannot know that nobody waits for its answer any more. */
    private void endSessions() {
        copy.server.execute(
                "postgres",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + copy.database + "'");
    }

    /** Never ends by itself. */
    private static final String FOREVER = "SELECT pg_sleep(3600)";

    @RepeatedTest(5)
    void isCancelledAtAnyMoment() throws Exception {
        CompletableFuture<LoadResult> loading = loading(dump(FOREVER));
        awaitAnyMoment(loading);
        copy.cancellation.ask();

        assertThat(failure(loading).code()).as("seed %d", SEED).isEqualTo(ErrorCode.CANCELLED);
        nobodyIsLeft();
    }

    @RepeatedTest(5)
    void losesOneConnectionAtAnyMoment() throws Exception {
        CompletableFuture<LoadResult> loading = loading(dump(FOREVER));
        awaitAnyMoment(loading);
        // an idle one is not missed before it is needed, so the first one that works off the dump is among them
        while (!loading.isDone()
                && copy.server
                        .query(
                                "postgres",
                                "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE datname = '"
                                        + copy.database + "' AND state = 'active' ORDER BY random() LIMIT 1) x")
                        .isEmpty()) {
            Thread.onSpinWait();
        }
        RecoveryException failure = failure(loading);

        assertThat(failure.code()).as("seed %d: %s", SEED, failure).isEqualTo(ErrorCode.DATABASE_UNREACHABLE);
        nobodyIsLeft();
    }

    private Connection through(FaultyNetwork proxy) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", copy.server.user());
        login.setProperty("password", copy.server.password());
        login.setProperty("preferQueryMode", "simple");
        login.setProperty("sslmode", "disable");
        return DriverManager.getConnection(
                "jdbc:postgresql://" + proxy.host() + ":" + proxy.port() + "/" + copy.database, login);
    }

    private CompletableFuture<LoadResult> loading(DumpText dump, FaultyNetwork proxy) {
        return CompletableFuture.supplyAsync(() -> {
            try (Connection connection = through(proxy)) {
                return new PostgresLoader(connection, "shop", true)
                        .over(4, () -> through(proxy))
                        .load(dump.reader(), copy);
            } catch (SQLException | IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @RepeatedTest(3)
    void losesAllConnectionsAtAnyMoment() throws Exception {
        try (FaultyNetwork proxy = new FaultyNetwork(copy.server)) {
            CompletableFuture<LoadResult> loading = loading(dump(FOREVER), proxy);
            awaitAnyMoment(loading);
            proxy.cut();
            RecoveryException failure = failure(loading);

            assertThat(failure.code()).as("seed %d: %s", SEED, failure).isEqualTo(ErrorCode.DATABASE_UNREACHABLE);
        }
        endSessions();
        nobodyIsLeft();
    }

    @Test
    void endsWhenItIsCancelledAlsoIfTheNetworkSwallowsEverything() throws Exception {
        try (FaultyNetwork proxy = new FaultyNetwork(copy.server)) {
            CompletableFuture<LoadResult> loading = loading(dump(FOREVER), proxy);
            while (copy.rows() < ROWS / 2 && !loading.isDone()) {
                Thread.sleep(1);
            }
            proxy.stall();
            copy.cancellation.ask();

            assertThat(failure(loading).code()).isEqualTo(ErrorCode.CANCELLED);
        }
        endSessions();
        nobodyIsLeft();
    }

    @Test
    void endsWhenItIsCancelledAlsoIfTheNetworkSwallowsAStatementOfTheFirstConnection() throws Exception {
        try (FaultyNetwork proxy = new FaultyNetwork(copy.server)) {
            CompletableFuture<LoadResult> loading = loading(dump(FOREVER), proxy);
            while (!loading.isDone()
                    && copy.query(
                                    "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND datname = current_database()"
                                            + " AND query = '" + FOREVER + "'")
                            .isEmpty()) {
                Thread.sleep(1);
            }
            proxy.stall();
            copy.cancellation.ask();

            assertThat(failure(loading).code()).isEqualTo(ErrorCode.CANCELLED);
        }
        endSessions();
        nobodyIsLeft();
    }
}
