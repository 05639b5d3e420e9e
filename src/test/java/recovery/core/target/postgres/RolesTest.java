package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import recovery.core.dump.DumpChoice;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.RoleOptions;
import recovery.core.target.Survey;
import recovery.harness.RealPostgres;

/** Roles that an operator chose, on a real server. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RolesTest {
    private static final String[] DUMP = {
        "CREATE SCHEMA app AUTHORIZATION {old}",
        "CREATE TABLE app.t (id integer, who text)",
        "ALTER TABLE app.t OWNER TO {old}",
        "CREATE SEQUENCE app.s",
        "CREATE FUNCTION app.f(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1'",
        "CREATE TYPE app.pair AS (a integer, b text)",
        "CREATE DOMAIN app.positive AS integer CHECK (VALUE > 0)",
        "CREATE OPERATOR app.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)",
        "ALTER FUNCTION app.f(integer) OWNER TO {old}",
        "GRANT SELECT ON TABLE app.t TO {reader}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {old} IN SCHEMA app GRANT SELECT ON TABLES TO {reader}",
        "CREATE POLICY own ON app.t TO {reader} USING ((who = CURRENT_USER))",
        "CREATE FOREIGN DATA WRAPPER nowhere",
        "CREATE SERVER far FOREIGN DATA WRAPPER nowhere",
        "CREATE USER MAPPING FOR {reader} SERVER far"
    };

    private static final String OWNERS = "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace ="
            + " 'app'::regnamespace AND relkind IN ('r', 'S') UNION ALL SELECT pg_get_userbyid(proowner) FROM pg_proc"
            + " WHERE pronamespace = 'app'::regnamespace UNION ALL SELECT pg_get_userbyid(nspowner) FROM pg_namespace"
            + " WHERE nspname = 'app' UNION ALL SELECT pg_get_userbyid(typowner) FROM pg_type WHERE typnamespace ="
            + " 'app'::regnamespace UNION ALL SELECT pg_get_userbyid(oprowner) FROM pg_operator WHERE oprnamespace ="
            + " 'app'::regnamespace";

    private final LoadProbe copy = new LoadProbe(RealPostgres.MIDDLE);
    private final String old = copy.database + "_old";
    private final String reader = copy.database + "_reader";
    private final String chosen = copy.database + "_chosen";

    private ListedDump dump(String... before) {
        ListedDump dump = ListedDump.of(before);
        for (String statement : DUMP) {
            dump.statement(statement.replace("{old}", old).replace("{reader}", reader));
        }
        return dump;
    }

    private static LoadOptions with(RoleOptions roles) {
        return new LoadOptions(DumpChoice.EVERYTHING, roles, Set.of(), Optional.empty());
    }

    @AfterEach
    void dropWhatTheTestMade() {
        copy.server.execute("postgres", "DROP DATABASE " + copy.database);
        for (String role : copy.server.query(
                "postgres",
                "SELECT quote_ident(rolname) FROM pg_roles WHERE starts_with(rolname, '" + copy.database + "')")) {
            copy.server.execute("postgres", "DROP ROLE " + role);
        }
    }

    private List<String> roles() {
        return copy.server.query(
                "postgres",
                "SELECT concat_ws(' ', rolname, CASE WHEN rolsuper THEN 'super' END, CASE WHEN rolcanlogin THEN 'login' END,"
                        + " CASE WHEN rolcreatedb THEN 'createdb' END, CASE WHEN rolreplication THEN 'replication' END,"
                        + " CASE WHEN rolbypassrls THEN 'bypassrls' END, CASE WHEN rolpassword IS NOT NULL THEN 'password' END,"
                        + " nullif(rolconnlimit, -1)) FROM pg_authid WHERE starts_with(rolname, '" + copy.database
                        + "') ORDER BY 1");
    }

    @Test
    void givesEverythingToTheChosenOwner() {
        copy.server.execute("postgres", "CREATE ROLE " + chosen);
        LoadResult result = copy.load(dump(), with(new RoleOptions(Optional.of(chosen), false, false, Map.of())));

        assertThat(copy.query(OWNERS)).hasSizeGreaterThan(8).containsOnly(chosen);
        assertThat(copy.query("SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'public'"))
                .containsExactly("pg_database_owner");
        assertThat(LoadProbe.texts(result))
                .contains(
                        "ROLE_MISSING: The role '" + reader + "' does not exist on this server: 2 grants were left out;"
                                + " 1 policy was left out, which hides the rows it would show; 1 statement was left out.");
        assertThat(copy.server.query(
                        "postgres",
                        "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = '" + copy.database + "'"))
                .containsExactly("postgres");
        assertThat(roles()).containsExactly(chosen);
    }

    @Test
    void renamesRolesWhereverTheyAreNamed() {
        copy.server.execute("postgres", "CREATE ROLE " + chosen, "CREATE ROLE \"" + copy.database + "_Odd\"");
        LoadResult result = copy.load(
                dump(),
                with(new RoleOptions(
                        Optional.empty(), false, false, Map.of(old, chosen, reader, copy.database + "_Odd"))));

        assertThat(LoadProbe.texts(result)).isEmpty();
        assertThat(copy.query("SELECT relowner::regrole || ' ' || relacl::text FROM pg_class WHERE relname = 't'"))
                .containsExactly("%1$s {%1$s=arwdDxt/%1$s,%2$s_Odd=r/%1$s}".formatted(chosen, copy.database));
        assertThat(copy.query("SELECT roles::text FROM pg_policies")).containsExactly("{" + copy.database + "_Odd}");
        assertThat(copy.query("SELECT defaclrole::regrole || defaclacl::text FROM pg_default_acl"))
                .containsExactly("%s{%s_Odd=r/%s}".formatted(chosen, copy.database, chosen));
        assertThat(copy.query("SELECT usename FROM pg_user_mappings")).containsExactly(copy.database + "_Odd");
    }

    @Test
    void createsMissingRolesThatCanDoNothing() {
        LoadResult result = copy.load(dump(), with(new RoleOptions(Optional.empty(), true, false, Map.of())));

        assertThat(roles()).containsExactly(old, reader);
        assertThat(LoadProbe.texts(result))
                .containsExactly("ROLE_CREATED: 2 roles created on the server because the dump names them and you asked"
                        + " for it: '%s', '%s'.".formatted(old, reader));
        assertThat(copy.query("SELECT tableowner FROM pg_tables WHERE schemaname = 'app'"))
                .containsExactly(old);
    }

    @Test
    void createsOnlyTheRolesThatAreNeededAndWithholdsWhatIsDangerous() {
        String[] globals = {
            "CREATE ROLE " + old,
            "ALTER ROLE " + old + " WITH SUPERUSER INHERIT NOCREATEROLE CREATEDB LOGIN REPLICATION BYPASSRLS CONNECTION"
                    + " LIMIT 7 PASSWORD 'md5aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'",
            "ALTER ROLE " + old + " SET work_mem TO '9MB'",
            "ALTER ROLE " + old + " SET unheard_of TO '1'",
            "CREATE ROLE " + reader,
            "ALTER ROLE " + reader + " WITH NOSUPERUSER NOLOGIN",
            "CREATE ROLE " + chosen,
            "GRANT " + reader + " TO " + old + " GRANTED BY postgres",
            "GRANT " + reader + " TO " + chosen + " GRANTED BY postgres",
            "ALTER ROLE postgres WITH NOLOGIN CONNECTION LIMIT 0"
        };
        LoadResult result = copy.load(dump(globals), with(new RoleOptions(Optional.empty(), true, false, Map.of())));

        assertThat(roles()).containsExactly(old + " login createdb 7", reader);
        assertThat(copy.query("SELECT rolconfig::text FROM pg_roles WHERE rolname = '" + old + "'"))
                .containsExactly("{work_mem=9MB}");
        assertThat(copy.query("SELECT roleid::regrole || ' ' || member::regrole FROM pg_auth_members WHERE"
                        + " starts_with(member::regrole::text, '" + copy.database + "')"))
                .containsExactly(reader + " " + old);
        assertThat(LoadProbe.texts(result))
                .containsExactly(
                        "SETTING_SKIPPED: 1 setting of a role skipped, because this server does not accept them: 'ALTER"
                                + " ROLE %s SET unheard_of TO '1''.".formatted(old),
                        "ROLE_STATEMENT_SKIPPED: 1 statement skipped, because roles belong to the whole server:"
                                + " 'ALTER ROLE postgres' (first at line 10).",
                        "ROLE_CREATED: 2 roles created on the server because the dump names them and you asked for it:"
                                + " '%s', '%s'.".formatted(old, reader));
    }

    @Test
    void createsThemAsDumpedIfThatIsWanted() {
        String[] globals = {
            "CREATE ROLE " + old,
            "ALTER ROLE " + old + " WITH SUPERUSER LOGIN PASSWORD 'md5aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'"
        };
        copy.load(dump(globals), with(new RoleOptions(Optional.empty(), true, true, Map.of())));

        assertThat(roles()).containsExactly(old + " super login password", reader);
    }

    @Test
    void namesTheRolesThatStayWhenTheLoadFailsLater() {
        RecoveryException failure = catchThrowableOfType(
                RecoveryException.class,
                () -> copy.load(
                        dump().statement("SELECT 1/0 -- 100%"),
                        with(new RoleOptions(Optional.empty(), true, false, Map.of()))));

        assertThat(failure).hasMessageStartingWith("line 16 of the dump, 'SELECT 1/0 -- 100%': division by zero");
        assertThat(failure.remedies())
                .last()
                .isEqualTo("These roles were created for the restore and stay; drop them if they are not needed:"
                        + " \"%s\", \"%s\".".formatted(old, reader));
        assertThat(roles()).containsExactly(old, reader);
    }

    @Test
    void saysBeforehandWhatBecomesOfRoles() {
        PostgresTarget target = Targets.target(copy.server, copy.database);
        var backup = Targets.backup(List.of(old, "postgres"), List.of(), "15.1", 1000);

        Survey survey = target.survey(
                backup, with(new RoleOptions(Optional.of(chosen), false, false, Map.of("x", chosen + "2"))));
        assertThat(survey.refusals().stream().map(RecoveryException::report))
                .containsExactly(
                        "REQUEST_UNUSABLE: there is no role '%1$s' on the server %2$s:%3$d\n  remedy: Name a role that exists, or create it: CREATE ROLE \"%1$s\";"
                                .formatted(chosen, copy.server.host(), copy.server.port()),
                        "REQUEST_UNUSABLE: there is no role '%1$s2' on the server %2$s:%3$d\n  remedy: Name a role that exists, or create it: CREATE ROLE \"%1$s2\";"
                                .formatted(chosen, copy.server.host(), copy.server.port()));
        assertThat(LoadProbe.text(survey.notes().get(0)))
                .isEqualTo(
                        "ROLE_MISSING: The server has no role '%s'; what belongs to them will belong to '%s', and what was granted to them is left out."
                                .formatted(old, chosen));

        assertThat(LoadProbe.text(target.survey(backup, with(new RoleOptions(Optional.empty(), true, false, Map.of())))
                        .notes()
                        .get(0)))
                .isEqualTo(
                        "ROLE_CREATED: The server has no role '%s'; those that something belongs or is granted to are created."
                                .formatted(old));
    }

    @Test
    void refusesBeforehandWhatAPlainRoleMayNotDoWithRoles() {
        String plain = copy.asPlainRole();
        copy.server.execute("postgres", "ALTER ROLE " + plain + " CREATEDB", "CREATE ROLE " + chosen);
        Survey survey = new PostgresTarget(Targets.settings(copy.server, copy.database, plain))
                .survey(
                        Targets.backup(List.of(old), List.of(), "15.1", 1000),
                        with(new RoleOptions(Optional.of(chosen), true, false, Map.of())));

        assertThat(survey.refusals().stream().map(RecoveryException::report))
                .containsExactly(
                        "RIGHTS_MISSING: '%1$s' may not make '%2$s' the owner of anything\n  remedy: Run as a superuser: GRANT \"%2$s\" TO \"%1$s\";"
                                .formatted(plain, chosen),
                        "RIGHTS_MISSING: '%1$s' may not create roles\n  remedy: Run as a superuser: ALTER ROLE \"%1$s\" CREATEROLE;\n  remedy: Or restore without creating roles; the report then lists what belonged to missing ones."
                                .formatted(plain));
    }
}
