package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.Note;
import recovery.core.target.LoadResult;
import recovery.core.target.TargetCopy;
import recovery.harness.RealPostgres;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DatabasePropertiesTest {
    private static final String PROPERTIES = "SELECT format('%%s|%%s|%%s|%%s|%%s|%%s|%%s', pg_get_userbyid(datdba),"
            + " (SELECT string_agg(x, ',' ORDER BY x) FROM (SELECT format('%%s:%%s:%%s:%%s', a.grantor::regrole,"
            + "   a.grantee::regrole, a.privilege_type, a.is_grantable) x"
            + "   FROM aclexplode(coalesce(datacl, acldefault('d', datdba))) a) y),"
            + " (SELECT string_agg(s.setrole::regrole || '=' || s.setconfig::text, ';' ORDER BY s.setrole::regrole::text)"
            + "   FROM pg_db_role_setting s WHERE s.setdatabase = d.oid),"
            + " datconnlimit, shobj_description(oid, 'pg_database'), datcollate || datctype || encoding, dattablespace)"
            + " FROM pg_database d WHERE datname = '%s'";

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.MIDDLE, RealPostgres.NEWEST})
    void carriesOverWhatIsBoundToTheDatabase(int major) {
        RealPostgres server = RealPostgres.version(major).withShopRoles();
        String live = server.newDatabase();
        server.execute(
                "postgres",
                "ALTER DATABASE " + live + " OWNER TO shop_owner",
                "REVOKE ALL ON DATABASE " + live + " FROM PUBLIC",
                "GRANT CONNECT ON DATABASE " + live + " TO shop_app WITH GRANT OPTION",
                "GRANT TEMPORARY ON DATABASE " + live + " TO shop_audit",
                "ALTER DATABASE " + live + " SET search_path TO \"$user\", \"Odd, \"\"Schema\", public",
                "ALTER DATABASE " + live + " SET TimeZone TO 'Europe/Berlin'",
                "ALTER DATABASE " + live + " SET \"app.tenant\" TO 'it''s \\here'",
                "ALTER DATABASE " + live + " SET local_preload_libraries TO ''",
                "ALTER ROLE shop_app IN DATABASE " + live + " SET statement_timeout TO '5min'",
                "ALTER DATABASE " + live + " CONNECTION LIMIT 40",
                "COMMENT ON DATABASE " + live + " IS 'the shop''s \\ data'");
        PostgresTarget target = Targets.target(server, live);
        String copyName = target.copyName("1");

        try (TargetCopy copy = target.createCopy(copyName)) {
            server.execute("postgres", "ALTER DATABASE " + copyName + " SET work_mem TO '5MB'");
            LoadResult finished = copy.finish(Targets.loaded(true), Targets.watch());
            assertThat(finished.notes()).isEmpty();
        }

        List<String> wanted = server.query("postgres", PROPERTIES.formatted(live));
        assertThat(wanted.get(0)).contains("app.tenant").contains("40|the shop's \\ data");
        assertThat(server.query("postgres", PROPERTIES.formatted(copyName))).isEqualTo(wanted);
        server.execute("postgres", "DROP DATABASE " + live, "DROP DATABASE " + copyName);
    }

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.NEWEST})
    void namesWhatStaysWithThePreviousDatabaseAndWhatTheRoleMayNotSet(int major) {
        RealPostgres server = RealPostgres.version(major).withShopRoles();
        String live = server.newDatabase();
        String role = "plain_" + live;
        server.execute(
                "postgres",
                "CREATE ROLE " + role + " LOGIN CREATEDB PASSWORD 'secret'",
                "ALTER DATABASE " + live + " OWNER TO " + role,
                "ALTER DATABASE " + live + " SET log_min_duration_statement TO 100");
        server.execute(
                live, "CREATE SUBSCRIPTION orders_in CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false)");
        PostgresTarget target = new PostgresTarget(Targets.settings(server, live, role));
        String copyName = target.copyName("1");

        List<Note> notes;
        try (TargetCopy copy = target.createCopy(copyName)) {
            notes = copy.finish(Targets.loaded(true), Targets.watch()).notes();
        }

        assertThat(notes).extracting(Note::code).containsExactly("SETTING_LOST", "SUBSCRIPTION_STAYS");
        assertThat(notes.get(0).text())
                .startsWith(
                        "The setting log_min_duration_statement of '%s' could not be carried over: permission denied"
                                .formatted(live));
        assertThat(notes.get(1).text())
                .isEqualTo(
                        "The subscriptions of '%s' stay with the previous database and have to be made again: orders_in."
                                .formatted(live));
        server.execute(live, "ALTER SUBSCRIPTION orders_in SET (slot_name = NONE)", "DROP SUBSCRIPTION orders_in");
        server.execute("postgres", "DROP DATABASE " + live, "DROP DATABASE " + copyName, "DROP ROLE " + role);
    }
}
