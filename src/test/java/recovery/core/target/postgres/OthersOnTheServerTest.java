package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.restore.RestoreReport;
import recovery.core.target.LoadOptions;
import recovery.core.target.Survey;
import recovery.core.target.Target.SwapResult;
import recovery.core.target.Target.TargetLock;
import recovery.harness.FaultyNetwork;
import recovery.harness.OwnPostgres;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** Sessions, replication and locks of others around a swap: each is handled, or refused with the remedy. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OthersOnTheServerTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    /** Whether the server goes away with the test, and all databases with it. */
    private boolean own;

    private RealPostgres server;
    private String live;
    private PostgresTarget target;
    private String copy;
    private String previous;

    private void on(OwnPostgres one) {
        own = true;
        on(one.server());
    }

    private void on(RealPostgres one) {
        server = one;
        live = server.newDatabase();
        server.execute(live, "CREATE TABLE t (v text)", "INSERT INTO t VALUES ('old')");
        target = new PostgresTarget(
                Targets.settings(server, live),
                Optional.empty(),
                new PostgresSwap.Limits(Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(3)));
        copy = target.copyName("1");
        previous = live + "_before_20260101000000";
        target.createCopy(copy).close();
        server.execute(copy, "CREATE TABLE t (v text)", "INSERT INTO t VALUES ('new')");
    }

    @AfterEach
    void dropWhatIsStillThere() {
        if (!own) {
            server.databasesLike(live).forEach(name -> server.execute("postgres", "DROP DATABASE " + name));
        }
    }

    private void isSwapped() {
        SwapResult result = target.swap(copy, previous);
        assertThat(result.previous()).contains(previous);
        assertThat(server.query(live, "SELECT v FROM t")).containsExactly("new");
        assertThat(server.query(previous, "SELECT v FROM t")).containsExactly("old");
        isLeftOpen();
    }

    private RecoveryException isNotSwapped() {
        RecoveryException[] refused = new RecoveryException[1];
        assertThatThrownBy(() -> target.swap(copy, previous))
                .isInstanceOfSatisfying(RecoveryException.class, e -> refused[0] = e);
        assertThat(server.databasesLike(live)).containsExactly(live, copy);
        assertThat(server.query(live, "SELECT v FROM t")).containsExactly("old");
        isLeftOpen();
        return refused[0];
    }

    private void isLeftOpen() {
        assertThat(server.query("postgres", "SELECT datname FROM pg_database WHERE NOT datallowconn"))
                .containsExactly("template0");
    }

    private Survey survey() {
        return target.survey(Targets.backup(List.of(), List.of(), "12.1", 1000), LoadOptions.USUAL);
    }

    private List<String> refusals() {
        return survey().refusals().stream().map(RecoveryException::report).toList();
    }

    private List<String> notes() {
        return survey().notes().stream()
                .map(note -> note.code() + ": " + note.text())
                .toList();
    }

    /** Waits until the question has an answer. */
    private void await(String database, String question) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (server.query(database, question).isEmpty()) {
            assertThat(System.nanoTime()).as(question).isLessThan(end);
            Thread.sleep(20);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.MIDDLE, RealPostgres.NEWEST})
    void aTransactionPreparedBetweenPlanAndSwapStopsTheSwap(int major) {
        on(RealPostgres.version(major));
        assertThat(refusals()).isEmpty();
        server.execute(live, "BEGIN", "INSERT INTO t VALUES ('pending')", "PREPARE TRANSACTION '" + live + "'");
        try {
            assertThat(refusals())
                    .containsExactly(
                            "DATABASE_IN_USE: '%1$s' has prepared transactions and cannot be renamed: '%1$s'\n  remedy: End each in '%1$s' by COMMIT PREPARED or ROLLBACK PREPARED."
                                    .formatted(live));
            RecoveryException refused = isNotSwapped();
            assertThat(refused.code()).isEqualTo(ErrorCode.DATABASE_IN_USE);
            assertThat(refused.remedies())
                    .containsExactly(
                            "End each of them by COMMIT PREPARED or ROLLBACK PREPARED; pg_prepared_xacts lists them.");
        } finally {
            server.execute(live, "ROLLBACK PREPARED '" + live + "'");
        }
        isSwapped();
    }

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.MIDDLE, RealPostgres.NEWEST})
    void sessionsInTheLiveDatabaseAndInTheCopyAreEnded(int major) throws Exception {
        on(RealPostgres.version(major));
        server.execute("postgres", "CREATE ROLE boss_" + live + " SUPERUSER LOGIN PASSWORD 'secret'");
        try (Connection idle = server.connect(live);
                Statement open = idle.createStatement();
                Connection curious = server.connect(copy);
                Statement look = curious.createStatement()) {
            open.execute("SET SESSION AUTHORIZATION boss_" + live);
            idle.setAutoCommit(false);
            open.execute("SELECT * FROM t FOR UPDATE");
            curious.setAutoCommit(false);
            look.execute("LOCK TABLE t");

            isSwapped();
            assertThatThrownBy(() -> open.execute("SELECT 1")).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> look.execute("SELECT 1")).isInstanceOf(SQLException.class);
        } finally {
            server.execute("postgres", "DROP ROLE boss_" + live);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.MIDDLE, RealPostgres.NEWEST})
    void anUncommittedChangeOfTheDatabaseIsWaitedForAndThenNamed(int major) throws Exception {
        on(RealPostgres.version(major));
        try (Connection other = server.connect("postgres");
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SET application_name = 'nightly job'");
            statement.execute("ALTER DATABASE " + live + " CONNECTION LIMIT 50");

            RecoveryException refused = isNotSwapped();
            assertThat(refused.code()).isEqualTo(ErrorCode.DATABASE_IN_USE);
            assertThat(refused)
                    .hasMessageStartingWith("'" + live + "' could not be renamed within 1 s, nothing was renamed: ")
                    .hasMessageContaining("; a lock is held by pid ")
                    .hasMessageContaining("(nightly job)");
            other.commit();
        }
        isSwapped();
        assertThat(server.query("postgres", "SELECT datconnlimit FROM pg_database WHERE datname = '" + previous + "'"))
                .containsExactly("50");
    }

    /** It works with many pauses, and is always there. */
    @Test
    void autovacuumInTheLiveDatabaseIsNoObstacle() throws Exception {
        try (OwnPostgres postgres = OwnPostgres.start(
                RealPostgres.MIDDLE,
                folder,
                "autovacuum_naptime = '1s'",
                "autovacuum_vacuum_cost_delay = '100ms'",
                "autovacuum_vacuum_cost_limit = 1",
                "vacuum_cost_page_dirty = 200")) {
            on(postgres);
            server.execute(
                    live,
                    "CREATE TABLE dead AS SELECT i, repeat('x', 500) x FROM generate_series(1, 20000) i",
                    "DELETE FROM dead WHERE i % 2 = 0");
            await(
                    "postgres",
                    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'autovacuum worker' AND datname = '" + live
                            + "' AND query LIKE '%dead%'");
            isSwapped();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.NEWEST})
    void aStandbyFollowsTheSwapAndALostOneDoesNotHoldItUp(int major) throws Exception {
        try (OwnPostgres postgres = OwnPostgres.start(major, folder, "hot_standby = on", "wal_level = replica");
                OwnPostgres standby = postgres.standby(folder.resolve("standby"))) {
            on(postgres);
            isSwapped();
            RealPostgres second = standby.server();
            long end = System.nanoTime() + LIMIT.toNanos();
            while (!second.databasesLike(live).equals(List.of(live, previous))) {
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.sleep(20);
            }
            assertThat(second.query(live, "SELECT v FROM t")).containsExactly("new");
            assertThat(new PostgresTarget(Targets.settings(second, live))
                            .survey(Targets.backup(List.of(), List.of(), "12.1", 1000), LoadOptions.USUAL)
                            .refusals())
                    .extracting(RecoveryException::getMessage)
                    .contains("the server %s:%d is a standby and takes no changes"
                            .formatted(second.host(), second.port()));

            standby.kill();
            postgres.set("synchronous_standby_names = '*'").reload();
            await("postgres", "SELECT 1 WHERE current_setting('synchronous_standby_names') = '*'");
            // every commit of others waits for ever now
            target.swap(previous, copy);
            assertThat(server.query(live, "SELECT v FROM t")).containsExactly("old");
            isLeftOpen();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.MIDDLE, RealPostgres.NEWEST})
    void replicationIsNamedInThePlanAndOnlyWhatWouldGoOnFillingTheOldOneIsRefused(int major) throws Exception {
        try (OwnPostgres postgres = OwnPostgres.start(major, folder, "wal_level = logical")) {
            on(postgres);
            String reader = server.newDatabase();
            server.execute(reader, "CREATE TABLE t (v text)");
            server.execute(live, "CREATE PUBLICATION p FOR TABLE t");
            for (String slot : List.of("unused", "used")) {
                server.query(live, "SELECT pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
            }
            String connection = "'host=127.0.0.1 port=%d user=postgres dbname=%s'";
            server.execute(
                    reader,
                    "CREATE SUBSCRIPTION s CONNECTION " + connection.formatted(server.port(), live)
                            + " PUBLICATION p WITH (create_slot = false, copy_data = false, slot_name = 'used')");
            await("postgres", "SELECT 1 FROM pg_replication_slots WHERE slot_name = 'used' AND active");
            assertThat(refusals()).isEmpty();
            assertThat(notes())
                    .containsExactly(
                            "REPLICATION_SLOT_STAYS: The logical replication slots of '%s' stay with the previous database, so whoever reads them gets nothing new: make them again, and drop the old ones before the log they hold back fills the disk: unused, used (in use)."
                                    .formatted(live));
            isSwapped();

            // the reader is the live one now: what feeds it would go on filling it under its new name
            target = Targets.target(server, reader);
            assertThat(refusals())
                    .containsExactly(
                            "DATABASE_IN_USE: '%1$s' is fed by subscriptions, which would go on filling the previous database: s\n  remedy: Run in '%1$s': ALTER SUBSCRIPTION s DISABLE;"
                                    .formatted(reader));
            server.execute(reader, "ALTER SUBSCRIPTION s DISABLE");
            assertThat(refusals()).isEmpty();
            assertThat(notes())
                    .containsExactly(
                            "SUBSCRIPTION_STAYS: The subscriptions of '%s' stay with the previous database and have to be made again: s."
                                    .formatted(reader));
        }
    }

    @Test
    void sessionsThatMayOnlyReadAreRefused() {
        on(RealPostgres.version(RealPostgres.MIDDLE));
        String role = "reader_" + live;
        server.execute(
                "postgres",
                "CREATE ROLE " + role + " SUPERUSER LOGIN PASSWORD 'secret'",
                "ALTER ROLE " + role + " SET default_transaction_read_only = on");
        try {
            target = new PostgresTarget(Targets.settings(server, live, role));
            assertThat(refusals())
                    .containsExactly(
                            "RIGHTS_MISSING: sessions of '%1$s' on %2$s:%3$d may only read: default_transaction_read_only is on\n  remedy: Find out why somebody set it, often because the disk is full; then run as a superuser: ALTER ROLE \"%1$s\" SET default_transaction_read_only = off;"
                                    .formatted(role, server.host(), server.port()));
        } finally {
            server.execute("postgres", "DROP ROLE " + role);
        }
    }

    /** As when the host of a restore has died: the server still keeps its session, and with it the lock. */
    @Test
    void theLockOfADeadProcessIsEndedByWhoeverKnowsThatItIsDead() throws Exception {
        on(RealPostgres.version(RealPostgres.NEWEST));
        try (FaultyNetwork network = new FaultyNetwork(server)) {
            TargetLock dead = Targets.target(network.server(), live).lock("7 by root, process 4711 on another");
            network.stall();
            assertThatThrownBy(() -> target.lock("8 by root"))
                    .hasMessageContaining("'7 by root, process 4711 on another'");

            assertThat(target.endDeadLock(holder -> holder.startsWith("6 "))).isEmpty();
            assertThatThrownBy(() -> target.lock("8 by root"))
                    .hasMessageContaining("'7 by root, process 4711 on another'");

            assertThat(target.endDeadLock(holder -> holder.startsWith("7 ")))
                    .contains("7 by root, process 4711 on another");
            target.lock("8 by root").close();
            assertThat(target.endDeadLock(holder -> true)).isEmpty();
            network.heal();
            network.cut();
            dead.close();
        }
    }

    /** Else it would appear after somebody has looked for what was left. */
    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.NEWEST})
    void aCopyThatIsStillBeingCreatedForADeadProcessIsEnded(int major) throws Exception {
        on(RealPostgres.version(major));
        String abandoned = target.copyName("20260101_000000");
        String other = "other_" + live;
        try (Connection blocker = server.connect("postgres");
                Statement lock = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            lock.execute("LOCK TABLE pg_database IN SHARE MODE");
            CompletableFuture<Void> dead = creating(abandoned);
            CompletableFuture<Void> somebodys = creating(other);
            await(
                    "postgres",
                    "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'pg_database'::regclass HAVING count(*) = 2");

            target.lock("8 by root").close();
            assertThatThrownBy(dead::join).hasMessageContaining("terminating connection due to administrator command");
            blocker.commit();
            somebodys.join();
        }
        assertThat(server.databasesLike(live)).containsExactly(live, copy);
        server.execute("postgres", "DROP DATABASE \"" + other + "\"");
    }

    private CompletableFuture<Void> creating(String name) {
        return CompletableFuture.runAsync(
                () -> server.execute("postgres", "CREATE DATABASE \"" + name + "\" TEMPLATE template0"));
    }

    /** The server may take a minute to notice that our session is dead; until then it has the lock. */
    @Test
    void aLockWhoseConnectionStalledIsTakenAgainFromItself() throws Exception {
        on(RealPostgres.version(RealPostgres.NEWEST));
        try (FaultyNetwork network =
                new FaultyNetwork(server, "SELECT true", 1, FaultyNetwork.Fault.STALL_BEFORE_WORD)) {
            PostgresTarget through = new PostgresTarget(
                    Targets.settings(network.server(), live),
                    Optional.empty(),
                    new PostgresSwap.Limits(Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(10)),
                    new PostgresLock.Limits(Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofMinutes(2)));
            try (TargetLock lock = through.lock("9 by root")) {
                assertThat(network.awaitFault(LIMIT)).isTrue();
                assertThat(through.swap(copy, previous).previous()).contains(previous);
                assertThatThrownBy(() -> target.lock("8 by root")).hasMessageContaining("'9 by root'");
            }
            target.lock("8 by root").close();
        }
    }

    /** Nobody is there to cancel it: after some silence the server is given up, and whoever waits for it goes on. */
    @Test
    void aLoadOverANetworkThatStallsForEverEnds() throws Exception {
        on(RealPostgres.version(RealPostgres.MIDDLE));
        target.drop(copy);
        try (FaultyNetwork network =
                new FaultyNetwork(server, "COPY public.large", 1, FaultyNetwork.Fault.STALL_ALL_BEFORE_WORD)) {
            PostgresTarget through = new PostgresTarget(
                    Targets.settings(network.server(), live),
                    Optional.empty(),
                    new PostgresSwap.Limits(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)),
                    new PostgresLock.Limits(Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(2)));
            RestoreReport report;
            try (RestoreBench bench = new RestoreBench(folder, through)) {
                // more than fits into what the system keeps for a connection
                String row = "x".repeat(1000) + "\n";
                report = bench.put(
                                "large.sql",
                                "--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE public.large (x text);\nCOPY public.large (x) FROM stdin;\n"
                                        + row.repeat(20_000)
                                        + "\\.\nSELECT pg_catalog.pg_sleep(0);\n\n--\n-- PostgreSQL database dump complete\n--\n\n")
                        .restoreConfirmed("large.sql");
            }
            assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.DATABASE_UNREACHABLE);
            assertThat(report.liveDatabase()).isEqualTo("'" + live + "' is unchanged; nothing was renamed.");
            network.heal();
            network.cut();
        }
        List<String> left = target.leftovers();
        assertThat(left).hasSize(1);
        target.drop(left.get(0));
        assertThat(server.query(live, "SELECT v FROM t")).containsExactly("old");
    }
}
