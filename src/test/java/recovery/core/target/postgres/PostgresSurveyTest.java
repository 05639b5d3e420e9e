package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.dump.DumpChoice;
import recovery.core.error.ErrorCode;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.core.target.LoadOptions;
import recovery.core.target.RoleOptions;
import recovery.core.target.Survey;
import recovery.harness.RealPostgres;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PostgresSurveyTest {
    private static final Inspection SMALL = Targets.backup(List.of(), List.of(), "12.1", 1000);

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.MIDDLE, RealPostgres.NEWEST})
    void findsNothingAgainstAnOrdinaryRestore(int major) throws Exception {
        RealPostgres server = RealPostgres.version(major);
        String live = server.newDatabase();
        PostgresTarget target = Targets.target(server, live);
        String leftover = target.copyName("1");
        target.createCopy(leftover).close();

        Survey survey;
        try (Connection one = server.connect(live);
                Connection two = server.connect(live)) {
            survey = target.survey(SMALL, LoadOptions.USUAL);
            assertThat(one).isNotSameAs(two);
        }

        assertThat(survey.serverVersion()).startsWith(major + ".");
        assertThat(survey.liveExists()).isTrue();
        assertThat(survey.liveSizeBytes()).isGreaterThan(1_000_000);
        assertThat(survey.spaceNeededBytes()).hasValue((long) (survey.liveSizeBytes() * 1.2));
        assertThat(survey.freeBytes().orElse(0)).isGreaterThan(survey.liveSizeBytes());
        assertThat(survey.sessions())
                .containsExactly("2 sessions of user postgres from 127.0.0.1: PostgreSQL JDBC Driver");
        assertThat(survey.leftovers()).containsExactly(leftover);
        assertThat(survey.notes()).isEmpty();
        assertThat(survey.refusals()).isEmpty();
        target.drop(leftover);
        server.execute("postgres", "DROP DATABASE " + live);
    }

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.NEWEST})
    void namesTheStatementsThatGiveTheMissingRights(int major) throws Exception {
        RealPostgres server = RealPostgres.version(major);
        String live = server.newDatabase();
        String role = "poor_" + live;
        server.execute("postgres", "CREATE ROLE " + role + " LOGIN PASSWORD 'secret'");
        PostgresTarget target = new PostgresTarget(Targets.settings(server, live, role));

        Survey survey;
        try (Connection session = server.connect(live)) {
            survey = target.survey(
                    Targets.backup(List.of(), List.of("hstore", "plpgsql"), "12.1", 1000), LoadOptions.USUAL);
            assertThat(session.isValid(1)).isTrue();
        }

        assertThat(reports(survey).limit(3))
                .containsExactly(
                        "RIGHTS_MISSING: '%1$s' may not create or rename databases\n  remedy: Run as a superuser: ALTER ROLE \"%1$s\" CREATEDB;"
                                .formatted(role),
                        "RIGHTS_MISSING: '%2$s' belongs to 'postgres', so '%1$s' may not rename it\n  remedy: Run as a superuser: GRANT \"postgres\" TO \"%1$s\";\n  remedy: Or run as a superuser: ALTER DATABASE \"%2$s\" OWNER TO \"%1$s\";"
                                .formatted(role, live),
                        "RIGHTS_MISSING: '%1$s' may not end the sessions in '%2$s' of 'postgres'\n  remedy: Stop the programs that are connected to '%2$s' as 'postgres'.\n  remedy: Or run as a superuser: GRANT pg_signal_backend TO \"%1$s\"; (sessions of superusers still have to be stopped)"
                                .formatted(role, live));
        // hstore became a trusted extension in 13
        assertThat(survey.refusals()).hasSize(major == RealPostgres.OLDEST ? 4 : 3);
        assertThat(survey.freeBytes()).isEmpty();

        server.execute("postgres", "ALTER ROLE " + role + " CREATEDB", "ALTER DATABASE " + live + " OWNER TO " + role);
        assertThat(target.survey(SMALL, LoadOptions.USUAL).refusals()).isEmpty();
        assertThat(server.databasesLike(live)).containsExactly(live);
        server.execute("postgres", "DROP DATABASE " + live, "DROP ROLE " + role);
    }

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.NEWEST})
    void letsAnOrdinaryOwnerSwapUnlessASuperuserIsConnected(int major) throws Exception {
        RealPostgres server = RealPostgres.version(major);
        String live = server.newDatabase();
        String role = "owner_" + live;
        server.execute(
                "postgres",
                "CREATE ROLE " + role + " LOGIN CREATEDB PASSWORD 'secret'",
                "ALTER DATABASE " + live + " OWNER TO " + role);
        PostgresSettings settings = Targets.settings(server, live, role);
        PostgresTarget target = new PostgresTarget(settings);
        String copy = target.copyName("1");
        String previous = live + "_before_20260101000000";
        target.createCopy(copy).close();

        try (Connection superuser = server.connect(live)) {
            assertThatThrownBy(() -> target.swap(copy, previous))
                    .hasMessageStartingWith(
                            "'%s' is in use, nothing was renamed: sessions that may not be ended by '%s': PostgreSQL JDBC Driver of postgres (pid "
                                    .formatted(live, role))
                    .isInstanceOfSatisfying(
                            RecoveryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATABASE_IN_USE));
            assertThat(superuser.isValid(1)).isTrue();
            assertThat(target.probe(java.time.Duration.ofSeconds(5)).online()).isTrue();
        }
        // the server takes a moment to see that the superuser is gone
        while (!server.query("postgres", "SELECT pid FROM pg_stat_activity WHERE datname = '" + live + "'")
                .isEmpty()) {
            Thread.sleep(10);
        }
        try (Connection own = new PostgresConnections(settings).database(live)) {
            target.swap(copy, previous);
            assertThat(own.isValid(1)).isFalse();
        }

        assertThat(server.databasesLike(live)).containsExactly(live, previous);
        server.execute("postgres", "DROP DATABASE " + live, "DROP DATABASE " + previous, "DROP ROLE " + role);
    }

    @Test
    void namesOptionsThatMeetNothing() {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String live = server.newDatabase();
        LoadOptions options = new LoadOptions(
                DumpChoice.EVERYTHING,
                new RoleOptions(Optional.empty(), false, false, Map.of("postgres", "x", "nosuch", "postgres")),
                Set.of("hstore", "postgsi"),
                Optional.empty());

        Survey survey = Targets.target(server, live)
                .survey(Targets.backup(List.of("postgres"), List.of("hstore"), "15.1", 1000), options);

        assertThat(survey.notes())
                .contains(
                        new Note(
                                "OPTION_UNUSED",
                                "The backup has no such extension or role, so these options have no effect: 'nosuch', 'postgsi'."));
        server.execute("postgres", "DROP DATABASE " + live);
    }

    @Test
    void namesWhatTheServerLacks() {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String live = server.newDatabase();
        PostgresTarget target = Targets.target(server, live);

        Survey survey = target.survey(
                Targets.backup(
                        List.of("postgres", "Ünknown", "nobody_here"), List.of("postgis", "hstore"), "18.1", 1L << 60),
                LoadOptions.USUAL);

        assertThat(survey.notes())
                .containsExactly(
                        new Note(
                                "ROLE_MISSING",
                                "The server has no role 'nobody_here', 'Ünknown'; what belongs to them will belong to 'postgres', and what was granted to them is left out."),
                        new Note(
                                "NEWER_DUMP",
                                "The backup comes from PostgreSQL 18 and this server is 15; settings it does not know are left out, but what it cannot do makes the restore fail before the swap."));
        assertThat(survey.refusals())
                .extracting(RecoveryException::code)
                .containsExactly(ErrorCode.EXTENSION_MISSING, ErrorCode.DISK_FULL);
        assertThat(survey.refusals().get(0).report())
                .isEqualTo(
                        "EXTENSION_MISSING: the backup needs the extension 'postgis', which is not installed on the server %s:%d\n  remedy: Install its package on the server, e.g. 'postgresql-15-postgis-3' on Debian and Ubuntu.\n  remedy: Or restore without it and what needs it: --skip-extension postgis."
                                .formatted(server.host(), server.port()));
        assertThat(survey.refusals().get(1).getMessage())
                .startsWith("the copy needs about 1319413953331 MiB on the disk of the server ");
        server.execute("postgres", "DROP DATABASE " + live);
    }

    @Test
    void refusesDatabasesThatMustNotBeRenamed() {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);

        assertThat(reports(Targets.target(server, "template1").survey(SMALL, LoadOptions.USUAL)))
                .containsExactly("DATABASE_IN_USE: 'template1' is a template of new databases and is not replaced\n"
                        + "  remedy: Set DB_NAME to the database of your application.");
        PostgresSettings same = new PostgresSettings(
                server.host(), server.port(), server.user(), new char[0], "postgres", "", "postgres", "x");
        assertThat(reports(new PostgresTarget(same).survey(SMALL, LoadOptions.USUAL)))
                .containsExactly("DATABASE_IN_USE: 'postgres' is the database from which this program renames others\n"
                        + "  remedy: Choose another maintenance database, e.g. template1.");
        assertThat(Targets.settings(server, "postgres").maintenanceDatabase()).isEqualTo("template1");
        assertThat(Targets.target(server, "postgres")
                        .survey(SMALL, LoadOptions.USUAL)
                        .refusals())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.NEWEST})
    void refusesADatabaseThatASubscriptionFeedsAndNamesAClosedOne(int major) {
        RealPostgres server = RealPostgres.version(major);
        String live = server.newDatabase();
        PostgresTarget target = Targets.target(server, live);
        String enable = "UPDATE pg_subscription SET subenabled = %s WHERE subname = 'in_%s'";
        server.execute(
                live,
                "CREATE SUBSCRIPTION in_" + live + " CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false)",
                enable.formatted("true", live));
        server.execute("postgres", "ALTER DATABASE " + live + " ALLOW_CONNECTIONS false");

        Survey survey = target.survey(SMALL, LoadOptions.USUAL);

        server.execute("postgres", "ALTER DATABASE " + live + " ALLOW_CONNECTIONS true");
        server.execute(
                live,
                enable.formatted("false", live),
                "ALTER SUBSCRIPTION in_" + live + " SET (slot_name = NONE)",
                "DROP SUBSCRIPTION in_" + live);
        assertThat(reports(survey))
                .containsExactly(
                        "DATABASE_IN_USE: '%1$s' is fed by subscriptions, which would go on filling the previous database: in_%1$s\n  remedy: Run in '%1$s': ALTER SUBSCRIPTION in_%1$s DISABLE;"
                                .formatted(live));
        assertThat(survey.notes()).extracting(Note::code).containsExactly("LIVE_CLOSED", "SUBSCRIPTION_STAYS");
        server.execute("postgres", "DROP DATABASE " + live + (major >= 13 ? " WITH (FORCE)" : ""));
    }

    @Test
    void refusesADatabaseWithPreparedTransactionsBeforeAnythingIsClosed() {
        RealPostgres server = RealPostgres.version(RealPostgres.NEWEST);
        String live = server.newDatabase();
        PostgresTarget target = Targets.target(server, live);
        String copy = target.copyName("1");
        target.createCopy(copy).close();
        server.execute(live, "BEGIN; CREATE TABLE t (id int); PREPARE TRANSACTION 'pay_" + live + "'");

        assertThat(reports(target.survey(SMALL, LoadOptions.USUAL)))
                .containsExactly(
                        "DATABASE_IN_USE: '%1$s' has prepared transactions and cannot be renamed: 'pay_%1$s'\n  remedy: End each in '%1$s' by COMMIT PREPARED or ROLLBACK PREPARED."
                                .formatted(live));
        assertThatThrownBy(() -> target.swap(copy, live + "_before_20260101000000"))
                .hasMessage("'%s' or '%s' has prepared transactions and cannot be renamed", live, copy);

        server.execute(live, "ROLLBACK PREPARED 'pay_" + live + "'");
        assertThat(server.databasesLike(live)).containsExactly(live, copy);
        target.drop(copy);
        server.execute("postgres", "DROP DATABASE " + live);
    }

    @Test
    void looksAtAServerWhoseLiveDatabaseIsGone() {
        RealPostgres server = RealPostgres.version(RealPostgres.NEWEST);
        String live = server.newDatabase();
        server.execute("postgres", "DROP DATABASE " + live);

        Survey survey = Targets.target(server, live).survey(SMALL, LoadOptions.USUAL);

        assertThat(survey.liveExists()).isFalse();
        assertThat(survey.liveSizeBytes()).isZero();
        assertThat(survey.spaceNeededBytes()).hasValue(1200);
        assertThat(survey.refusals()).isEmpty();
    }

    private static Stream<String> reports(Survey survey) {
        return survey.refusals().stream().map(RecoveryException::report);
    }
}
