package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Contents;
import recovery.core.backup.Engine;
import recovery.core.error.ErrorCode;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.core.inspect.Inspection.TableContent;
import recovery.core.target.LoadOptions;
import recovery.core.target.Strategy;
import recovery.core.target.Survey;
import recovery.harness.RealPostgres;

/** What keeps a backup from being restored within the live database, and what is said of the rest. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SchemaSurveyTest {
    private static Inspection backup(List<String> tables, String... extensions) {
        return new Inspection(
                "shop.sql",
                BackupFormat.SQL,
                Optional.of(Engine.POSTGRESQL),
                Optional.of("12.1"),
                Optional.of("12.1"),
                Contents.COMPLETE,
                true,
                true,
                100,
                OptionalLong.of(100),
                tables.stream()
                        .map(name -> new TableContent(name, OptionalLong.of(1)))
                        .toList(),
                List.of(),
                List.of(extensions),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Map.of());
    }

    private static Survey survey(PostgresSettings settings, Inspection backup) {
        return new PostgresTarget(settings).by(Strategy.SCHEMA).survey(backup, LoadOptions.USUAL);
    }

    private static Survey survey(RealPostgres server, String live, Inspection backup) {
        return survey(Targets.settings(server, live), backup);
    }

    private static List<String> texts(Survey survey) {
        return survey.refusals().stream().map(RecoveryException::report).toList();
    }

    private static String plainRole(RealPostgres server, String live) {
        String role = live + "_plain";
        server.execute(
                "postgres",
                "CREATE ROLE " + role + " LOGIN PASSWORD 'secret'",
                "ALTER DATABASE " + live + " OWNER TO " + role);
        return role;
    }

    @Test
    void refusesNothingInAnEmptyDatabase() {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String live = server.newDatabase();
        String role = plainRole(server, live);
        Survey survey = survey(Targets.settings(server, live, role), backup(List.of("public.t")));

        assertThat(texts(survey)).isEmpty();
        assertThat(survey.liveExists()).isTrue();
        assertThat(survey.notes())
                .containsExactly(new Note(
                        "SCHEMA_REPLACED",
                        "The backup brings these schemas, so those of now are renamed and kept: 'public'."));
    }

    @Test
    void refusesWithoutALiveDatabase() {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        assertThat(texts(survey(server, "nowhere", backup(List.of("t"))))).containsExactly("""
                        REQUEST_UNUSABLE: there is no database 'nowhere', and strategy 'schema' works within it
                          remedy: Create it empty: CREATE DATABASE "nowhere";
                          remedy: Or use strategy 'database' with a role that may create databases.""".stripIndent());
    }

    /** As every database up to PostgreSQL 14 has it. */
    @Test
    void refusesSchemasOfOthersAndSaysTheStatementThatHelps() {
        RealPostgres server = RealPostgres.version(14);
        String live = server.newDatabase();
        String role = plainRole(server, live);
        PostgresSettings settings = Targets.settings(server, live, role);

        assertThat(texts(survey(settings, backup(List.of("public.t")))))
                .containsExactly("RIGHTS_MISSING: the schema 'public' belongs to 'postgres', so '" + role
                        + "' may not rename it\n"
                        + "  remedy: Run as a superuser in '" + live + "': ALTER SCHEMA \"public\" OWNER TO \"" + role
                        + "\";\n"
                        + "  remedy: Or use strategy 'database'; for that run as a superuser: ALTER ROLE \"" + role
                        + "\" CREATEDB;");
        server.execute(live, "ALTER SCHEMA public OWNER TO " + role);
        assertThat(texts(survey(settings, backup(List.of("public.t"))))).isEmpty();
    }

    @Test
    void refusesWithoutTheRightToCreate() {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String live = server.newDatabase();
        String role = plainRole(server, live);
        server.execute(
                "postgres",
                "ALTER DATABASE " + live + " OWNER TO postgres",
                "REVOKE TEMPORARY ON DATABASE " + live + " FROM PUBLIC");
        server.execute(live, "ALTER SCHEMA public OWNER TO " + role);

        assertThat(texts(survey(Targets.settings(server, live, role), backup(List.of("t")))))
                .containsExactly(
                        "RIGHTS_MISSING: '" + role + "' may not create schemas in '" + live + "'\n"
                                + "  remedy: Run as a superuser: GRANT CREATE ON DATABASE \"" + live + "\" TO \""
                                + role + "\";",
                        "RIGHTS_MISSING: '" + role + "' may not create temporary tables in '" + live + "'\n"
                                + "  remedy: Run as a superuser: GRANT TEMPORARY ON DATABASE \"" + live + "\" TO \""
                                + role + "\";");
    }

    /** Also extensions that the role created itself, since their members belong to the superuser. */
    @Test
    void refusesExtensionsThatCannotMoveAmongOtherObjects() {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String live = server.newDatabase();
        String role = plainRole(server, live);
        server.execute(
                live,
                "SET ROLE " + role,
                "CREATE EXTENSION hstore",
                "CREATE EXTENSION citext",
                "CREATE TABLE t (a hstore)");
        PostgresSettings settings = Targets.settings(server, live, role);

        assertThat(texts(survey(settings, backup(List.of("t"), "hstore"))))
                .containsExactly("RIGHTS_MISSING: the schema 'public' holds the extensions 'citext', 'hstore', which '"
                        + role + "' cannot move to another schema, and other objects\n"
                        + "  remedy: Set DB_USER to a superuser for the restore.\n"
                        + "  remedy: Or use strategy 'database'; for that run as a superuser: ALTER ROLE \"" + role
                        + "\" CREATEDB;");
        assertThat(survey(server, live, backup(List.of("t"), "hstore")).notes())
                .extracting(Note::text)
                .contains(
                        "An extension exists once in a database; these move to the restored schema of the same name, where"
                                + " the previous data goes on using them: 'citext', 'hstore'.");
        server.execute(live, "CREATE SCHEMA apart", "DROP EXTENSION citext", "ALTER EXTENSION hstore SET SCHEMA apart");
        Survey apart = survey(settings, backup(List.of("t"), "hstore"));
        assertThat(texts(apart)).isEmpty();
        assertThat(apart.notes())
                .extracting(Note::text)
                .contains(
                        "These schemas hold nothing but extensions and stay where they are, for the old data and the new:"
                                + " 'apart'.");
    }

    @Test
    void refusesWhatWouldKeepToTheOldData() {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String live = server.newDatabase();
        server.execute(
                live,
                "CREATE TABLE t (id int PRIMARY KEY)",
                "CREATE SCHEMA reports",
                "CREATE VIEW reports.all_of_it AS SELECT * FROM t",
                "CREATE TABLE reports.notes (id int REFERENCES t)",
                "CREATE VIEW public.within AS SELECT * FROM t");
        Survey survey = survey(server, live, backup(List.of("t")));

        assertThat(texts(survey))
                .containsExactly("DATABASE_IN_USE: objects that the backup does not bring need what it replaces, and"
                        + " would go on using the previous data: rule \"_RETURN\" on reports.all_of_it, table constraint"
                        + " notes_id_fkey on reports.notes\n"
                        + "  remedy: Drop them before the restore and make them again afterwards.\n"
                        + "  remedy: Or use strategy 'database'.");
        assertThat(survey.notes())
                .extracting(Note::text)
                .contains("These schemas stay as they are unless the backup turns out to bring them: 'reports'.");
        assertThat(texts(survey(server, live, backup(List.of("t", "reports.notes")))))
                .isEmpty();
    }

    @Test
    void refusesPreparedTransactionsAndSubscriptions() {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String live = server.newDatabase();
        server.execute(
                live,
                "CREATE TABLE t (id int)",
                "CREATE SUBSCRIPTION \"Sub_" + live + "\" CONNECTION 'host=127.0.0.1 port=1 dbname=x' PUBLICATION p"
                        + " WITH (connect = false)",
                "ALTER SUBSCRIPTION \"Sub_" + live + "\" SET (slot_name = 'none_such')",
                "ALTER SUBSCRIPTION \"Sub_" + live + "\" ENABLE",
                "BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'two " + live + "'");
        try {
            assertThat(texts(survey(server, live, backup(List.of("t")))))
                    .containsExactly(
                            "DATABASE_IN_USE: '" + live
                                    + "' has prepared transactions, which hold locks that nobody can"
                                    + " end: 'two " + live + "'\n"
                                    + "  remedy: End each in '" + live + "' by COMMIT PREPARED or ROLLBACK PREPARED.",
                            "DATABASE_IN_USE: '" + live + "' is fed by subscriptions, which know the tables of now and"
                                    + " none that take their names: \"Sub_" + live + "\"\n"
                                    + "  remedy: Run in '" + live + "': ALTER SUBSCRIPTION \"Sub_" + live
                                    + "\" DISABLE;");
        } finally {
            server.execute(
                    live,
                    "ROLLBACK PREPARED 'two " + live + "'",
                    "ALTER SUBSCRIPTION \"Sub_" + live + "\" DISABLE",
                    "ALTER SUBSCRIPTION \"Sub_" + live + "\" SET (slot_name = NONE)",
                    "DROP SUBSCRIPTION \"Sub_" + live + "\"");
        }
    }

    @Test
    void refusesMoreTablesThanTheServerHasLocksFor() {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String live = server.newDatabase();
        List<String> many = IntStream.range(0, 20_000).mapToObj(i -> "t" + i).toList();
        Survey survey = survey(server, live, backup(many));

        assertThat(survey.refusals())
                .singleElement()
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.LOCKS_SCARCE));
        int slots = Integer.parseInt(server.query(
                        live,
                        "SELECT current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int")
                .get(0));
        assertThat(texts(survey).get(0))
                .matches(
                        "LOCKS_SCARCE: one transaction for all of the backup needs about 80000 locks, and the server \\S+"
                                + " has room for [0-9]{4,5}\n"
                                + "  remedy: Set max_locks_per_transaction of the server to at least [0-9]{4} and restart it\\.\n"
                                + "  remedy: Or use strategy 'database', which needs no such number\\.");
        int enough = Integer.parseInt(texts(survey).get(0).replaceAll("(?s).*at least ([0-9]+) .*", "$1"));
        assertThat(enough * slots).isBetween(80_000, 160_000);
        assertThat(texts(survey(server, live, backup(many.subList(0, 100))))).isEmpty();
    }
}
