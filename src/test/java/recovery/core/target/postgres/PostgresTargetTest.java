package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.target.Target.LiveStatus;
import recovery.core.target.Target.TargetLock;
import recovery.harness.RealPostgres;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PostgresTargetTest {
    private static final LocalDateTime TIME = LocalDateTime.of(2026, 11, 20, 8, 15, 7);

    @Test
    void saysWhatItIsWithoutSecrets() {
        PostgresSettings settings =
                PostgresSettings.of("::1", 5433, "shop", "secret".toCharArray(), "shop data", "prefer");
        PostgresTarget target = new PostgresTarget(settings);

        assertThat(target.address()).isEqualTo("PostgreSQL database 'shop data' on [::1]:5433");
        assertThat(target.name()).isEqualTo("shop data");
        assertThat(settings).hasToString("PostgresSettings[shop@[::1]:5433, database 'shop data']");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop",
                "größe_größe_größe_größe_größe_größe_größe",
                "a very long name of a database, 63 bytes in all, not one more!!"
            })
    void findsNamesThatFitAndAreRecognised(String live) {
        PostgresNames names = new PostgresNames(live);
        PostgresNames others = new PostgresNames(live.substring(0, live.length() - 1) + "x");

        assertThat(names.copy("20261120_081500").getBytes(StandardCharsets.UTF_8))
                .hasSizeLessThanOrEqualTo(63);
        assertThat(names.previous(TIME).getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(63);
        assertThat(names.previous(TIME)).endsWith("_before_20261120081507");
        assertThat(names.isCopy(names.copy("20261120_081500"))).isTrue();
        assertThat(names.isCopy(others.copy("20261120_081500"))).isFalse();
        assertThat(names.isCopy(names.previous(TIME))).isFalse();
        assertThat(names.isPrevious(names.previous(TIME))).isTrue();
        assertThat(names.isPrevious(others.previous(TIME))).isFalse();
        assertThat(names.isPrevious(live)).isFalse();
    }

    @Test
    void keepsShortNamesReadable() {
        PostgresTarget target =
                new PostgresTarget(PostgresSettings.of("localhost", 5432, "shop", new char[0], "shop", ""));
        assertThat(target.copyName("20261120_081500")).isEqualTo("shop_restoring_20261120_081500");
        assertThat(target.previousName(TIME)).isEqualTo("shop_before_20261120081507");
    }

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.NEWEST})
    void createsTheCopyWithTheLocaleOfTheLiveDatabase(int major) {
        RealPostgres server = RealPostgres.version(major);
        String live = server.newDatabase();
        String other = live + "_latin";
        String locale = "SELECT encoding || datcollate || datctype"
                + (major >= 17 ? " || datlocprovider::text || coalesce(datlocale, '')" : "") + " FROM pg_database";
        server.execute(
                "postgres",
                "CREATE DATABASE " + other + " TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"
                        + (major >= 17 ? " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C'" : ""));
        PostgresTarget target = Targets.target(server, other);
        String copy = target.copyName("1");
        target.createCopy(copy).close();

        assertThat(server.query("postgres", locale + " WHERE datname = '" + copy + "'"))
                .isEqualTo(server.query("postgres", locale + " WHERE datname = '" + other + "'"));
        assertThatThrownBy(() -> target.createCopy(copy))
                .hasMessage("there is a database '%s' already", copy)
                .isInstanceOfSatisfying(
                        RecoveryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NAME_TAKEN));
        target.drop(copy);
        server.execute("postgres", "DROP DATABASE " + live, "DROP DATABASE " + other);
    }

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.MIDDLE, RealPostgres.NEWEST})
    void createsTheCopyWithTheIcuLocaleOfTheLiveDatabase(int major) {
        RealPostgres server = RealPostgres.version(major);
        String live = server.newDatabase();
        server.execute(
                "postgres",
                "DROP DATABASE " + live,
                "CREATE DATABASE " + live + " TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'de-DE'"
                        + (major >= 16 ? " ICU_RULES '&a < g'" : ""));
        PostgresTarget target = Targets.target(server, live);
        String copy = target.copyName("1");
        target.createCopy(copy).close();

        String columns = major >= 17 ? "datlocale || daticurules" : "daticulocale";
        String locale = "SELECT datlocprovider::text || " + columns + " FROM pg_database WHERE datname = '%s'";
        assertThat(server.query("postgres", locale.formatted(live)).get(0)).startsWith("ide");
        assertThat(server.query("postgres", locale.formatted(copy)))
                .isEqualTo(server.query("postgres", locale.formatted(live)));
        target.drop(copy);
        server.execute("postgres", "DROP DATABASE " + live);
    }

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.NEWEST})
    void namesTheHolderToWhoeverComesSecond(int major) {
        RealPostgres server = RealPostgres.version(major);
        String live = server.newDatabase();
        PostgresTarget target = Targets.target(server, live);
        String running = target.copyName("20261120_081500");
        String broken = target.copyName("20261119_081500");
        target.createCopy(running).close();
        target.createCopy(broken).close();

        try (TargetLock held = target.lock("20261120_081500 by pid 4711 on db-host")) {
            assertThatThrownBy(() -> Targets.target(server, live).lock("another"))
                    .hasMessage(
                            "another restore of '%s' on %s:%d is running: '20261120_081500 by pid 4711 on db-host'",
                            live, server.host(), server.port())
                    .isInstanceOfSatisfying(
                            RecoveryException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.RESTORE_ALREADY_RUNNING));
            assertThat(target.leftovers()).containsExactly(broken);
            assertThat(held).isNotNull();
        }
        target.lock("another").close();
        assertThat(target.leftovers()).containsExactly(broken, running);

        target.drop(broken);
        target.drop(running);
        assertThat(server.databasesLike(live)).containsExactly(live);
        server.execute("postgres", "DROP DATABASE " + live);
    }

    @Test
    void takesTheLockAgainBeforeTheSwapIfItsSessionWasEnded() {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String live = server.newDatabase();
        PostgresTarget target = Targets.target(server, live);
        String copy = target.copyName("1");
        target.createCopy(copy).close();
        String holder = "1 by pid 1 on " + live;
        String previous = target.previousName(TIME);

        try (TargetLock held = target.lock(holder)) {
            server.query(
                    "postgres",
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '" + holder + "'");
            target.swap(copy, previous);
            assertThatThrownBy(() -> target.lock("another")).hasMessageContaining(holder);
            assertThat(held).isNotNull();
        }
        server.execute("postgres", "DROP DATABASE " + live, "DROP DATABASE " + previous);
    }

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.NEWEST})
    void dropsOnlyCopiesAndAlsoThoseInUse(int major) throws Exception {
        RealPostgres server = RealPostgres.version(major);
        String live = server.newDatabase();
        PostgresTarget target = Targets.target(server, live);
        String copy = target.copyName("1");
        target.createCopy(copy).close();

        for (String name : List.of(live, target.previousName(TIME), "postgres", live + "_x")) {
            assertThatThrownBy(() -> target.drop(name))
                    .hasMessage("'%s' is not a copy that a restore of '%s' made", name, live)
                    .isInstanceOf(RecoveryException.class);
        }
        try (Connection user = server.connect(copy)) {
            target.drop(copy);
            assertThat(user.isValid(1)).isFalse();
        }
        target.drop(copy);
        assertThat(server.databasesLike(live)).containsExactly(live);
        server.execute("postgres", "DROP DATABASE " + live);
    }

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.NEWEST})
    void opensWhatASwapThatWasCutOffLeftClosed(int major) {
        RealPostgres server = RealPostgres.version(major);
        String live = server.newDatabase();
        PostgresTarget target = Targets.target(server, live);
        String copy = target.copyName("1");
        target.createCopy(copy).close();
        String close =
                "BEGIN; ALTER DATABASE %s ALLOW_CONNECTIONS false; ALTER DATABASE %s ALLOW_CONNECTIONS false; COMMIT";
        try (TargetLock held = target.lock("1 by pid 1 on somewhere")) {
            assertThat(held).isNotNull();
            server.execute("postgres", close.formatted(live, copy));
            assertThat(target.mend()).isEmpty();
            assertThat(target.probe(Duration.ofSeconds(5)).online()).isFalse();
        }
        assertThat(target.mend())
                .containsExactly(
                        "'%s' refused connections since a swap was cut off; it accepts them again.".formatted(live),
                        "'%s' refused connections since a swap was cut off; it accepts them again.".formatted(copy));
        assertThat(target.probe(Duration.ofSeconds(5)).online()).isTrue();
        server.execute("postgres", close.formatted(live, copy));
        target.lock("2 by pid 2 on somewhere").close();
        assertThat(target.probe(Duration.ofSeconds(5)).online()).isTrue();

        server.execute("postgres", "ALTER DATABASE " + live + " ALLOW_CONNECTIONS false");
        server.execute("postgres", "ALTER DATABASE " + copy + " ALLOW_CONNECTIONS false");
        assertThat(target.mend()).isEmpty();
        LiveStatus status = target.probe(Duration.ofSeconds(5));
        assertThat(status.online()).isFalse();
        assertThat(status.error().orElseThrow()).contains("not currently accepting connections");
        target.drop(copy);
        server.execute("postgres", "DROP DATABASE " + live);
    }

    @Test
    void liftsTheLimitsOfTimeThatARoleHas() throws Exception {
        RealPostgres server = RealPostgres.version(RealPostgres.NEWEST);
        String database = server.newDatabase();
        String role = "hasty_" + database;
        server.execute(
                "postgres",
                "CREATE ROLE " + role + " LOGIN PASSWORD 'secret'",
                "ALTER ROLE " + role + " SET statement_timeout TO '50ms'",
                "ALTER ROLE " + role + " SET transaction_timeout TO '60ms'");
        PostgresConnections connections = new PostgresConnections(Targets.settings(server, database, role));
        try (PostgresSession session = new PostgresSession(connections.loading(database))) {
            assertThat(session.yes("SELECT true FROM pg_sleep(0.2)")).isTrue();
        }
        server.execute("postgres", "DROP DATABASE " + database, "DROP ROLE " + role);
    }

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.NEWEST})
    void listsAndDeletesPreviousDatabasesThatNobodyUses(int major) throws Exception {
        RealPostgres server = RealPostgres.version(major);
        String live = server.newDatabase();
        String older = live + "_before_20250101000000";
        String newer = live + "_before_20261120081500";
        server.execute("postgres", "CREATE DATABASE " + newer, "CREATE DATABASE " + older);
        server.execute("postgres", "CREATE DATABASE " + live + "_before_upgrade");
        PostgresTarget target = Targets.target(server, live);

        assertThat(target.previousOnes())
                .extracting(previous -> previous.name() + " " + previous.since())
                .containsExactly(older + " 2025-01-01T00:00", newer + " 2026-11-20T08:15");
        assertThat(target.previousOnes())
                .allMatch(previous -> previous.sizeBytes().getAsLong() > 1_000_000);

        try (Connection curious = server.connect(older)) {
            assertThatThrownBy(() -> target.dropPrevious(older))
                    .hasMessageStartingWith("'" + older + "' is in use and was not deleted: ");
        }
        target.dropPrevious(newer);
        for (String other : List.of(live, live + "_before_upgrade", target.copyName("1"))) {
            assertThatThrownBy(() -> target.dropPrevious(other))
                    .hasMessage("'%s' is not the name of a previous database", other);
        }
        assertThat(server.databasesLike(live)).containsExactly(live, older, live + "_before_upgrade");
        target.dropPrevious(older);
        server.execute("postgres", "DROP DATABASE " + live + "_before_upgrade", "DROP DATABASE " + live);
    }

    @Test
    void probesWithinTheLimitAlthoughTheServerHangs() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            PostgresTarget target = new PostgresTarget(PostgresSettings.of(
                    silent.getInetAddress().getHostAddress(), silent.getLocalPort(), "u", new char[0], "shop", ""));
            for (int i = 0; i < 3; i++) {
                long begin = System.nanoTime();
                LiveStatus status = target.probe(Duration.ofMillis(300));
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(1));
                assertThat(status.error())
                        .contains("the server 127.0.0.1:%d did not answer within 300 ms"
                                .formatted(silent.getLocalPort()));
            }
        }
    }
}
