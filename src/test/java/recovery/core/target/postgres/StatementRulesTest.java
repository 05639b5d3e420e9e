package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.dump.DumpPart;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadOptions;

class StatementRulesTest {
    private static final String SKIPPED = "(skipped)";

    private final LoadNotes notes = new LoadNotes("restorer");
    private final StatementRules rules = new StatementRules(server(Optional.of("shop")), LoadOptions.USUAL);
    private long line;

    private static LoadServer server(Optional<String> live) {
        return new LoadServer(
                "restorer",
                true,
                18,
                "shop_copy",
                live,
                ServerRoles.existing(Set.of("restorer", "ann", "Odd \"Role\"", "public")),
                Set.of(
                        "search_path",
                        "work_mem",
                        "client_encoding",
                        "datestyle",
                        "statement_timeout",
                        "standard_conforming_strings"),
                65_536);
    }

    /** What is run of {@code sql}; notes are kept. */
    private String ruled(String sql) {
        return ruled(rules, sql);
    }

    private String ruled(StatementRules by, String sql) {
        DumpPart.Statement statement = ListedDump.statementOf(sql, ++line, OptionalLong.empty());
        Ruling ruling = by.rule(statement, by.tokens(statement), by.scan(statement));
        ruling.note().accept(notes);
        return ruling.sql().orElse(SKIPPED);
    }

    private List<String> noted() {
        return notes.all().stream().map(LoadProbe::text).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE public.users (id int, note text DEFAULT 'ALTER SYSTEM; OWNER TO nobody')",
                "SELECT pg_catalog.set_config('search_path', '', false)",
                "SET work_mem = '64MB'",
                "SET my.own = 'x'",
                "SET TIME ZONE 'UTC'",
                "SET CONSTRAINTS ALL DEFERRED",
                "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
                "SET ROLE ann",
                "RESET ROLE",
                "ALTER TABLE t OWNER TO ann",
                "ALTER TABLE t OWNER TO \"Odd \"\"Role\"\"\"",
                "ALTER FUNCTION f(integer) OWNER TO CURRENT_USER",
                "GRANT SELECT ON TABLE t TO PUBLIC",
                "GRANT ALL ON SCHEMA public TO ann WITH GRANT OPTION",
                "GRANT SELECT ON TABLE public.database TO ann",
                "REVOKE ALL ON TABLE t FROM ann",
                "GRANT SELECT(rolname) ON TABLE pg_catalog.pg_authid TO ann",
                "REVOKE ALL ON TABLE pg_catalog.pg_database FROM ann",
                "COMMENT ON TABLE pg_catalog.pg_authid IS 'roles'",
                "ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO ann",
                "CREATE POLICY p ON t USING (a IN (SELECT 1 FROM b WHERE c = 'TO nobody'))",
                "CREATE POLICY p ON t TO ann USING (true)",
                "ALTER POLICY p ON t RENAME TO nobody",
                "CREATE SCHEMA s AUTHORIZATION ann",
                "CREATE USER MAPPING FOR PUBLIC SERVER s",
                "CREATE USER MAPPING FOR ann SERVER s",
                "COMMENT ON TABLE t IS 'DROP DATABASE shop'",
                "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT pg_read_file('x') $$",
                "CREATE FUNCTION f() RETURNS int LANGUAGE c AS '$libdir/hstore', 'f'",
                "SELECT pg_catalog.lo_create('7')",
                "INSERT INTO t VALUES ('pg_read_file(1)')",
                "SELECT 'lo_import(1)', E'\\'lo_export(', $q$ dblink( $q$, \"pg_ls_dir\" FROM t -- lo_import(",
                "INSERT INTO app.pg_database VALUES (1)",
                "UPDATE t SET a = (SELECT datname FROM pg_database)",
                "CREATE FOREIGN TABLE t (program text) SERVER s OPTIONS (filename 'x')",
                "BEGIN",
                "COMMIT"
            })
    void runsWhatBelongsToTheCopyAsItIs(String sql) {
        assertThat(ruled(sql)).isEqualTo(sql);
        assertThat(noted()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ALTER SYSTEM SET archive_command = 'x'|would change the configuration of the whole server",
                "LOAD 'evil'|would load a program library into the server",
                "COPY t FROM PROGRAM 'id'|would read or write a file of the server, or run a program on it",
                "COPY t TO '/tmp/x'|would read or write a file of the server, or run a program on it",
                "SELECT pg_catalog.pg_read_file('/etc/passwd')|calls 'pg_read_file', which reaches out of the database",
                "SELECT \"lo_export\" (1, '/tmp/x')|calls 'lo_export', which reaches out of the database",
                "INSERT INTO t VALUES (1, PG_LS_DIR('.'))|calls 'pg_ls_dir', which reaches out of the database",
                "CREATE TABLE t AS SELECT lo_import('/x')|calls 'lo_import', which reaches out of the database",
                "WITH a AS (SELECT dblink_connect('x')) SELECT 1|calls 'dblink_connect', which reaches out of the database",
                "DO $$ BEGIN EXECUTE 'copy t from program ''id'''; END $$|runs a block that reaches out of the database",
                "DELETE FROM pg_database|would write to a table of the whole server",
                "INSERT INTO pg_catalog.pg_authid VALUES (1)|would write to a table of the whole server",
                "WITH a AS (UPDATE ONLY pg_catalog.pg_database SET datname = 'x' RETURNING 1) SELECT 1|would write to a table of the whole server",
                "EXPLAIN ANALYZE UPDATE pg_database SET datname = 'x'|would write to a table of the whole server",
                "LOCK TABLE pg_database IN ACCESS EXCLUSIVE MODE|would write to a table of the whole server",
                "TRUNCATE t, pg_authid|would write to a table of the whole server",
                "PREPARE TRANSACTION 'x'|would leave a transaction open on the server",
                "CREATE FOREIGN TABLE t (a text) SERVER s OPTIONS (program 'id')|would run a program on the server",
                "DO $$ BEGIN EXECUTE 'ALTER  DATABASE shop RENAME TO x'; END $$|runs a block that reaches out of the database",
                "DO $$ BEGIN PERFORM pg_terminate_backend(1); END $$|runs a block that reaches out of the database",
                "UPDATE t SET a = pg_terminate_backend(1)|calls 'pg_terminate_backend', which reaches out of the database",
                "SELECT pg_reload_conf()|calls 'pg_reload_conf', which reaches out of the database",
                "DO LANGUAGE plpython3u $$ x $$|runs a program in a language that may do everything on the server",
            })
    void refusesWhatReachesOutOfTheDatabase(String sql, String reason) {
        assertThatThrownBy(() -> ruled(sql)).isInstanceOfSatisfying(RecoveryException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.DUMP_DANGEROUS);
            assertThat(e).hasMessageStartingWith("the statement at line 1, '").hasMessageEndingWith(reason);
        });
    }

    @Test
    void skipsSettingsTheServerDoesNotKnowAndThoseOfTheLoadItself() {
        assertThat(ruled("SET transaction_timeout = 0")).isEqualTo(SKIPPED);
        assertThat(ruled("SET LOCAL default_toast TO 'x'")).isEqualTo(SKIPPED);
        assertThat(ruled("SELECT pg_catalog.set_config('new_thing', 'a', false)"))
                .isEqualTo(SKIPPED);
        assertThat(ruled("SET statement_timeout = 5000")).isEqualTo(SKIPPED);
        assertThat(ruled("SET client_encoding = 'LATIN1'")).isEqualTo(SKIPPED);
        assertThat(ruled("SET NAMES 'latin1'")).isEqualTo(SKIPPED);
        assertThat(noted())
                .containsExactly("SETTING_UNKNOWN: 3 settings skipped, because this server does not know them:"
                        + " 'transaction_timeout', 'default_toast', 'new_thing' (first at line 1).");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SET datestyle = 'SQL, DMY'|SET datestyle = 'ISO, DMY'",
                "SET DateStyle TO German|SET datestyle = 'ISO, DMY'",
                "SET datestyle = iso, ymd|SET datestyle = 'ISO, YMD'",
                "SET datestyle = 'ISO'|SET datestyle = 'ISO'"
            })
    void keepsTheOrderOfDatesButNotAStyleTheDriverCannotRead(String sql, String run) {
        assertThat(ruled(sql)).isEqualTo(run);
    }

    @Test
    void gathersWhatAMissingRoleWasNamedForInOneNote() {
        assertThat(ruled("ALTER TABLE t OWNER TO shop_app")).isEqualTo(SKIPPED);
        assertThat(ruled("ALTER LARGE OBJECT 7 OWNER TO shop_app")).isEqualTo(SKIPPED);
        assertThat(ruled("GRANT SELECT ON TABLE t TO shop_app")).isEqualTo(SKIPPED);
        assertThat(ruled("REVOKE ALL ON TABLE t FROM GROUP shop_app")).isEqualTo(SKIPPED);
        assertThat(ruled("ALTER DEFAULT PRIVILEGES FOR ROLE shop_app IN SCHEMA s GRANT SELECT ON TABLES TO ann"))
                .isEqualTo(SKIPPED);
        assertThat(ruled("CREATE POLICY p ON t FOR SELECT TO shop_app USING (true)"))
                .isEqualTo(SKIPPED);
        assertThat(ruled("CREATE USER MAPPING FOR shop_app SERVER s OPTIONS (password 'x')"))
                .isEqualTo(SKIPPED);
        assertThat(noted())
                .containsExactly("ROLE_MISSING: The role 'shop_app' does not exist on this server: 2 objects belong to"
                        + " 'restorer' instead; 3 grants were left out; 1 policy was left out, which hides the rows it"
                        + " would show; 1 statement was left out.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GRANT SELECT ON t TO ann, nobody, PUBLIC WITH GRANT OPTION|GRANT SELECT ON t TO ann, PUBLIC WITH GRANT OPTION",
                "ALTER DEFAULT PRIVILEGES FOR ROLE nobody, ann GRANT SELECT ON TABLES TO nobody, ann|ALTER DEFAULT PRIVILEGES FOR ROLE ann GRANT SELECT ON TABLES TO ann",
                "CREATE POLICY p ON s.t TO nobody, ann USING (true)|CREATE POLICY p ON s.t TO ann USING (true)",
                "CREATE SCHEMA s AUTHORIZATION nobody|CREATE SCHEMA s ",
                "CREATE SCHEMA AUTHORIZATION nobody|CREATE SCHEMA nobody",
                "CREATE SCHEMA IF NOT EXISTS AUTHORIZATION nobody|CREATE SCHEMA IF NOT EXISTS nobody",
                "SET ROLE nobody|RESET ROLE",
                "SET SESSION AUTHORIZATION 'nobody'|RESET SESSION AUTHORIZATION"
            })
    void leavesOnlyTheMissingRoleOut(String sql, String run) {
        assertThat(ruled(sql)).isEqualToIgnoringWhitespace(run);
        assertThat(noted()).singleElement().asString().startsWith("ROLE_MISSING: The role 'nobody' does not exist");
    }

    @Test
    void takesAQuotedRoleByItsLetters() {
        assertThat(ruled("ALTER TABLE t OWNER TO \"Ann\"")).isEqualTo(SKIPPED);
        assertThat(noted())
                .containsExactly("ROLE_MISSING: The role 'Ann' does not exist on this server:"
                        + " 1 object belongs to 'restorer' instead.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DROP DATABASE IF EXISTS shop|DATABASE",
                "CREATE DATABASE shop TEMPLATE template0|DATABASE",
                "ALTER DATABASE shop OWNER TO ann|DATABASE",
                "ALTER DATABASE shop SET work_mem = '1MB'|DATABASE",
                "COMMENT ON DATABASE shop IS 'x'|DATABASE",
                "GRANT CONNECT ON DATABASE shop TO ann|DATABASE",
                "SECURITY LABEL FOR x ON DATABASE shop IS 'y'|DATABASE",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity|DATABASE",
                "CREATE ROLE bob LOGIN|ROLE",
                "ALTER USER ann SET work_mem = '1MB'|ROLE",
                "DROP GROUP g|ROLE",
                "GRANT ann TO bob|ROLE",
                "REVOKE ann FROM bob|ROLE",
                "COMMENT ON ROLE ann IS 'x'|ROLE",
                "REASSIGN OWNED BY ann TO bob|ROLE",
                "DROP OWNED BY ann|ROLE",
                "CREATE TABLESPACE ts LOCATION '/x'|TABLESPACE",
                "GRANT CREATE ON TABLESPACE ts TO ann|TABLESPACE"
            })
    void neverRunsWhatConcernsMoreThanTheCopy(String sql, String code) {
        assertThat(ruled(sql)).isEqualTo(SKIPPED);
        assertThat(noted()).singleElement().asString().startsWith(code + "_STATEMENT_SKIPPED: 1 statement skipped, ");
    }

    @Test
    void switchesSubscriptionsOffAndShowsNoPassword() {
        String off = "connect = false, enabled = false, create_slot = false, slot_name = NONE)";
        assertThat(ruled("CREATE SUBSCRIPTION sub CONNECTION 'password=geheim' PUBLICATION p"))
                .isEqualTo("CREATE SUBSCRIPTION sub CONNECTION 'password=geheim' PUBLICATION p WITH (" + off);
        assertThat(ruled("CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p, q WITH (slot_name = 's', binary = true,"
                        + " enabled, connect = true, streaming = on)"))
                .isEqualTo("CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p, q WITH (binary = true, streaming = on, "
                        + off);
        assertThat(ruled("ALTER SUBSCRIPTION sub ENABLE")).isEqualTo(SKIPPED);
        assertThat(ruled("ALTER SUBSCRIPTION sub CONNECTION 'password=geheim'")).isEqualTo(SKIPPED);
        assertThat(ruled("ALTER SUBSCRIPTION sub OWNER TO ann")).isEqualTo("ALTER SUBSCRIPTION sub OWNER TO ann");
        assertThat(ruled("ALTER ROLE ann PASSWORD 'geheim'")).isEqualTo(SKIPPED);
        assertThat(noted())
                .containsExactly(
                        "ROLE_STATEMENT_SKIPPED: 1 statement skipped, because roles belong to the whole server:"
                                + " 'ALTER ROLE ann' (first at line 6).",
                        "SUBSCRIPTION_SKIPPED: 2 statements skipped, because they would connect to another server:"
                                + " 'ALTER SUBSCRIPTION sub ENABLE', 'ALTER SUBSCRIPTION sub …' (first at line 3).");
    }

    @Test
    void appliesSettingsOfTheDumpsDatabaseToTheCopyIfThereIsNoLiveOne() {
        StatementRules withoutLive = new StatementRules(server(Optional.empty()), LoadOptions.USUAL);
        assertThat(ruled(withoutLive, "ALTER DATABASE shop SET work_mem TO '64MB'"))
                .isEqualTo("ALTER DATABASE \"shop_copy\" SET work_mem TO '64MB'");
        assertThat(ruled(withoutLive, "ALTER ROLE ann IN DATABASE shop SET work_mem TO '1MB'"))
                .isEqualTo("ALTER ROLE ann IN DATABASE \"shop_copy\" SET work_mem TO '1MB'");
        assertThat(ruled(withoutLive, "ALTER DATABASE shop SET unheard_of TO '1'"))
                .isEqualTo(SKIPPED);
        assertThat(ruled(withoutLive, "ALTER DATABASE shop OWNER TO ann")).isEqualTo(SKIPPED);
        assertThat(ruled(withoutLive, "ALTER DATABASE shop SET TABLESPACE ts")).isEqualTo(SKIPPED);
    }

    @Test
    void readsStringsAsTheDumpSaysTheyAreWritten() {
        ruled("SET standard_conforming_strings = off");
        assertThat(ruled("SELECT 'it\\'s lo_import(1)'")).isEqualTo("SELECT 'it\\'s lo_import(1)'");
        ruled("SET standard_conforming_strings = on");
        assertThatThrownBy(() -> ruled("SELECT 'a\\', lo_import('x')")).hasMessageContaining("calls 'lo_import'");
    }
}
