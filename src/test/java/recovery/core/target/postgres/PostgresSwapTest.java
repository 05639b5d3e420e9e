package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.target.Target.SwapResult;
import recovery.harness.FaultyNetwork;
import recovery.harness.RealPostgres;

@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PostgresSwapTest {
    private static final String IS_OPEN = "SELECT datallowconn FROM pg_database WHERE datname = '%s'";

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.MIDDLE, RealPostgres.NEWEST})
    void swapsForwardAndBackWhileClientsReconnectInALoop(int major) throws Exception {
        RealPostgres server = RealPostgres.version(major);
        String live = server.newDatabase();
        PostgresTarget target = Targets.target(server, live);
        String copy = target.copyName("1");
        fill(server, live, "old");
        target.createCopy(copy).close();
        fill(server, copy, "new");

        try (Clients clients = new Clients(server, live, 20)) {
            SwapResult forward = target.swap(copy, live + "_before_20260101000000");
            assertThat(forward.previous()).contains(live + "_before_20260101000000");
            assertThat(forward.downtime()).isLessThan(Duration.ofSeconds(2));
            clients.waitUntilServedAgain();
            assertThat(server.query(live, "SELECT v FROM t")).containsExactly("new");

            target.swap(live + "_before_20260101000000", live + "_before_20260101000001");
            clients.waitUntilServedAgain();
        }

        assertThat(server.query(live, "SELECT v FROM t")).containsExactly("old");
        assertThat(server.query(live + "_before_20260101000001", "SELECT v FROM t"))
                .containsExactly("new");
        assertThat(server.databasesLike(live)).containsExactly(live, live + "_before_20260101000001");
        drop(server, live, live + "_before_20260101000001");
    }

    @Test
    void leavesTheLiveDatabaseOpenAndUntouchedWhenItsNameCannotBeKept() {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String live = server.newDatabase();
        PostgresTarget target = Targets.target(server, live);
        fill(server, live, "old");
        String copy = target.copyName("1");
        target.createCopy(copy).close();
        server.execute("postgres", "CREATE DATABASE " + live + "_taken");

        assertThatThrownBy(() -> target.swap(copy, live + "_taken"))
                .isInstanceOfSatisfying(
                        RecoveryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NAME_TAKEN));
        assertThatThrownBy(() -> target.swap(live + "_absent", live + "_before_1"))
                .isInstanceOfSatisfying(
                        RecoveryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SWAP_FAILED))
                .hasMessage("there is no database '%s_absent' to take the place of '%s'", live, live);

        assertThat(server.query(live, "SELECT v FROM t")).containsExactly("old");
        assertThat(server.query("postgres", IS_OPEN.formatted(copy))).containsExactly("t");
        drop(server, live, copy, live + "_taken");
    }

    @Test
    void undoesAndSaysWhyWhenTheServerRefusesTheRename() {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String live = server.newDatabase();
        PostgresTarget target = Targets.target(server, live);
        fill(server, live, "old");
        String copy = target.copyName("1");
        target.createCopy(copy).close();

        // a name that the server refuses only when it is asked
        assertThatThrownBy(() -> target.swap(copy, ""))
                .isInstanceOfSatisfying(
                        RecoveryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SWAP_FAILED))
                .hasMessageStartingWith("'%s' was not swapped, nothing was renamed: ".formatted(live))
                .hasMessageContaining("(SQL state 42601)");

        assertThat(server.query("postgres", IS_OPEN.formatted(live))).containsExactly("t");
        assertThat(server.query("postgres", IS_OPEN.formatted(copy))).containsExactly("t");
        assertThat(server.query(live, "SELECT v FROM t")).containsExactly("old");
        drop(server, live, copy);
    }

    @Test
    void waitsForALockOnTheCatalogueWithTheLiveDatabaseOpen() throws Exception {
        RealPostgres server = RealPostgres.version(RealPostgres.NEWEST);
        String live = server.newDatabase();
        PostgresTarget target = Targets.target(server, live);
        String copy = target.copyName("1");
        target.createCopy(copy).close();
        fill(server, copy, "new");

        try (Connection blocker = server.connect("postgres");
                Statement statement = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            statement.execute("LOCK TABLE pg_database IN SHARE MODE");
            Thread release = new Thread(() -> {
                try {
                    Thread.sleep(1500);
                    assertThat(server.query("postgres", IS_OPEN.formatted(live)))
                            .containsExactly("t");
                    blocker.commit();
                } catch (InterruptedException | SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            release.start();
            target.swap(copy, live + "_before_20260101000000");
            release.join();
        }

        assertThat(server.query(live, "SELECT v FROM t")).containsExactly("new");
        drop(server, live, live + "_before_20260101000000");
    }

    @Test
    void givesUpNamingWhoHoldsTheLock() throws Exception {
        RealPostgres server = RealPostgres.version(RealPostgres.OLDEST);
        String live = server.newDatabase();
        PostgresTarget target = new PostgresTarget(
                Targets.settings(server, live),
                Optional.empty(),
                new PostgresSwap.Limits(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(10)));
        fill(server, live, "old");
        String copy = target.copyName("1");
        target.createCopy(copy).close();

        try (Connection blocker = server.connect("postgres");
                Statement statement = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            statement.execute("SET LOCAL application_name = 'nightly report'");
            statement.execute("LOCK TABLE pg_database IN SHARE MODE");
            assertThatThrownBy(() -> target.swap(copy, live + "_before_20260101000000"))
                    .isInstanceOfSatisfying(
                            RecoveryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATABASE_IN_USE))
                    .hasMessageStartingWith(
                            "'%s' could not be renamed within 2 s, nothing was renamed: canceling ".formatted(live))
                    .hasMessageContaining("a lock is held by pid ")
                    .hasMessageEndingWith("(nightly report)");
        }

        assertThat(server.query(live, "SELECT v FROM t")).containsExactly("old");
        assertThat(server.query("postgres", IS_OPEN.formatted(live))).containsExactly("t");
        drop(server, live, copy);
    }

    /**
     * The first commit closes the databases, the second one is that of the renames. Whatever became of it, the swap is
     * done once in the end: what did not arrive is done again.
     */
    @ParameterizedTest
    @CsvSource({
        "1, CUT_AND_WORD_LOST", "1, CUT_AFTER_WORD", "1, RESET_AND_WORD_LOST", "1, STALL_BEFORE_WORD",
                "1, STALL_AFTER_WORD",
        "2, CUT_AND_WORD_LOST", "2, CUT_AFTER_WORD", "2, RESET_AFTER_WORD", "2, STALL_BEFORE_WORD",
                "2, STALL_AFTER_WORD"
    })
    void swapsOnceAlsoIfItsConnectionIsLost(int commit, FaultyNetwork.Fault fault) throws Exception {
        RealPostgres server = RealPostgres.version(RealPostgres.NEWEST);
        String live = server.newDatabase();
        fill(server, live, "old");
        String copy = Targets.target(server, live).copyName("1");
        String previous = live + "_before_20260101000000";
        Targets.target(server, live).createCopy(copy).close();
        fill(server, copy, "new");

        try (FaultyNetwork proxy = new FaultyNetwork(server, "COMMIT", commit, fault)) {
            assertThat(behind(proxy, live).swap(copy, previous).previous()).contains(previous);
            assertThat(proxy.awaitFault(Duration.ZERO)).isTrue();
        }

        assertThat(server.databasesLike(live)).containsExactly(live, previous);
        assertThat(server.query(live, "SELECT v FROM t")).containsExactly("new");
        assertThat(server.query(previous, "SELECT v FROM t")).containsExactly("old");
        drop(server, live, previous);
    }

    /** Held back for good: by the time of the answer nothing is undecided any more, and it says how to find out. */
    @ParameterizedTest
    @CsvSource({"STALL_ALL_BEFORE_WORD, old", "STALL_ALL_AFTER_WORD, new"})
    void saysThatItDoesNotKnowWhenTheNetworkStallsInTheCommit(FaultyNetwork.Fault fault, String content)
            throws Exception {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String live = server.newDatabase();
        fill(server, live, "old");
        String copy = Targets.target(server, live).copyName("1");
        String previous = live + "_before_20260101000000";
        Targets.target(server, live).createCopy(copy).close();
        fill(server, copy, "new");

        try (FaultyNetwork proxy = new FaultyNetwork(server, "COMMIT", 2, fault)) {
            assertThatThrownBy(() -> behind(proxy, live).swap(copy, previous))
                    .isInstanceOfSatisfying(
                            RecoveryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SWAP_UNCONFIRMED));
            assertThat(server.query(
                            "postgres",
                            "SELECT query FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND query ~ '"
                                    + live + "'"))
                    .as("nothing is undecided on the server")
                    .isEmpty();
            assertThat(Targets.target(server, live).mend())
                    .as("the next start opens what was left closed")
                    .hasSize(content.equals("old") ? 2 : 0);
            proxy.heal();
        }

        assertThat(server.query(live, "SELECT v FROM t")).containsExactly(content);
        assertThat(server.databasesLike(live)).containsExactly(live, content.equals("old") ? copy : previous);
        assertThat(server.query("postgres", "SELECT datname FROM pg_database WHERE NOT datallowconn"))
                .containsExactly("template0");
        drop(server, live, copy, previous);
    }

    @Test
    void saysThatItDoesNotKnowWhenTheServerStaysSilent() throws Exception {
        RealPostgres server = RealPostgres.version(RealPostgres.NEWEST);
        String live = server.newDatabase();
        String copy = Targets.target(server, live).copyName("1");
        String previous = live + "_before_20260101000000";
        Targets.target(server, live).createCopy(copy).close();

        try (FaultyNetwork proxy =
                new FaultyNetwork(server, "COMMIT", 2, FaultyNetwork.Fault.CUT_AFTER_WORD_FOR_EVER)) {
            assertThatThrownBy(() -> behind(proxy, live).swap(copy, previous))
                    .isInstanceOfSatisfying(RecoveryException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.SWAP_UNCONFIRMED);
                        assertThat(e.remedies().get(0))
                                .isEqualTo(
                                        "When the server answers again, look whether there is a database '%s'; if so, '%s' holds the restored data."
                                                .formatted(previous, live));
                    })
                    .hasMessageStartingWith(
                            "the server %s:%d went silent during the swap: ".formatted(proxy.host(), proxy.port()));
        }
        assertThat(server.databasesLike(live)).containsExactly(live, previous);
        drop(server, live, previous);
    }

    private static PostgresTarget behind(FaultyNetwork proxy, String live) {
        return new PostgresTarget(
                PostgresSettings.of(proxy.host(), proxy.port(), "postgres", "postgres".toCharArray(), live, "disable"),
                Optional.empty(),
                new PostgresSwap.Limits(Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.NEWEST})
    void givesTheNameToTheCopyWhenTheLiveDatabaseIsGone(int major) {
        RealPostgres server = RealPostgres.version(major);
        String live = server.newDatabase();
        server.execute("postgres", "DROP DATABASE " + live);
        PostgresTarget target = Targets.target(server, live);
        String copy = target.copyName("1");
        target.createCopy(copy).close();
        fill(server, copy, "new");

        SwapResult result = target.swap(copy, live + "_before_20260101000000");

        assertThat(result.previous()).isEmpty();
        assertThat(server.query(live, "SELECT v FROM t")).containsExactly("new");
        assertThat(server.query(live, "SHOW server_encoding")).containsExactly("UTF8");
        assertThat(server.databasesLike(live)).containsExactly(live);
        drop(server, live);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Käufe & Söhne",
                "it's \"quoted\"",
                "back\\slash 100%",
                "größe_größe_größe_größe_größe_größe_größe_größe"
            })
    void copesWithNamesOfAllKinds(String live) {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        server.execute("postgres", "CREATE DATABASE " + quoted(live) + " TEMPLATE template0");
        PostgresTarget target = Targets.target(server, live);
        String copy = target.copyName("20261120_081500");
        String previous = target.previousName(java.time.LocalDateTime.of(2026, 11, 20, 8, 15));
        try {
            target.createCopy(copy).close();
            assertThat(target.leftovers()).containsExactly(copy);
            target.swap(copy, previous);
            assertThat(target.exists(live)).isTrue();
            assertThat(target.exists(previous)).isTrue();
            assertThat(target.exists(copy)).isFalse();
            assertThat(target.leftovers()).isEmpty();
        } finally {
            drop(server, live, previous, copy);
        }
    }

    private static void fill(RealPostgres server, String database, String value) {
        server.execute(
                database.replace("%", "%25"), "CREATE TABLE t (v text)", "INSERT INTO t VALUES ('" + value + "')");
    }

    private static void drop(RealPostgres server, String... databases) {
        for (String database : databases) {
            server.execute("postgres", "DROP DATABASE IF EXISTS " + quoted(database));
        }
    }

    /** Programs that connect, ask, and connect again as soon as they are thrown out. */
    private static final class Clients implements AutoCloseable {
        private final List<Thread> threads = new ArrayList<>();
        private final AtomicBoolean stop = new AtomicBoolean();
        private final AtomicInteger served = new AtomicInteger();

        Clients(RealPostgres server, String database, int count) throws InterruptedException {
            String url = "jdbc:postgresql://" + server.host() + ":" + server.port() + "/" + database;
            for (int i = 0; i < count; i++) {
                Thread thread = new Thread(() -> {
                    while (!stop.get()) {
                        try (Connection connection =
                                        DriverManager.getConnection(url, server.user(), server.password());
                                Statement statement = connection.createStatement()) {
                            while (!stop.get()) {
                                try (ResultSet rows = statement.executeQuery("SELECT v FROM t")) {
                                    rows.next();
                                }
                                served.incrementAndGet();
                                Thread.sleep(1);
                            }
                        } catch (SQLException e) {
                            // thrown out, as every program is at a swap: try again at once
                            Thread.onSpinWait();
                        } catch (InterruptedException e) {
                            return;
                        }
                    }
                });
                thread.setDaemon(true);
                thread.start();
                threads.add(thread);
            }
            waitUntilServedAgain();
        }

        void waitUntilServedAgain() throws InterruptedException {
            int before = served.get();
            while (served.get() < before + threads.size()) {
                Thread.sleep(5);
            }
        }

        @Override
        public void close() {
            stop.set(true);
            try {
                for (Thread thread : threads) {
                    thread.join();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
