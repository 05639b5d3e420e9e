package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import recovery.harness.PostgresState;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** Whatever a script tries, restored by a superuser who agreed to everything: what was live is whole afterwards. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileBackupTest {
    private static final String FOREIGN = """
            CREATE EXTENSION postgres_fdw;
            CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'HOST', port 'PORT', dbname 'LIVE');
            CREATE USER MAPPING FOR CURRENT_USER SERVER s OPTIONS (user 'LOGIN', password 'SECRET');
            CREATE TABLE near (x int);
            CREATE FOREIGN TABLE far (x int) SERVER s OPTIONS (schema_name 'public', table_name 'precious');
            """;

    private static final String TABLES = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'f') AND relnamespace ="
            + " 'public'::regnamespace ORDER BY 1";

    private final RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
    private final String live = server.newDatabase();

    @TempDir
    private Path folder;

    private RestoreBench bench;
    private List<String> before;

    @BeforeEach
    void fillTheLiveDatabase() {
        server.execute(
                live,
                "CREATE TABLE precious (x int PRIMARY KEY)",
                "INSERT INTO precious SELECT generate_series(1, 5)",
                "ALTER DATABASE " + live + " SET work_mem = '5MB'");
        server.execute("postgres", "DROP TABLE IF EXISTS witness", "CREATE TABLE witness (x int)");
        bench = RestoreBench.postgres(folder, server, live);
        before = PostgresState.of(server, live);
    }

    @AfterEach
    void closeTheService() {
        bench.close();
        server.execute("postgres", "DROP TABLE IF EXISTS witness");
    }

    /** How it ended: the error of the report, or the tables that are live now. */
    private String ending(String script) {
        String text = script.replace("~", "\n")
                .replace("FAR_AWAY;", FOREIGN)
                .replace("LIVE", live)
                .replace("HOST", server.host())
                .replace("PORT", "" + server.port())
                .replace("LOGIN", server.user())
                .replace("SECRET", server.password());
        RestoreReport report = bench.put("hostile.sql", text).restoreConfirmed("hostile.sql");
        String kept = report.rollback().previous().orElse(live);
        assertThat(PostgresState.of(server, kept)).isEqualTo(before);
        assertThat(server.databasesLike(live + "_")).isEqualTo(report.success() ? List.of(kept) : List.of());
        return report.error()
                .map(failure -> failure.code() + ": " + failure.problem())
                .orElseGet(() -> "now live: " + String.join(" ", server.query(live, TABLES)))
                .replace(live, "LIVE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DROP DATABASE LIVE; CREATE TABLE t (a int); | now live: t",
                "DROP DATABASE IF EXISTS \"LIVE\" WITH (FORCE); CREATE DATABASE LIVE; CREATE TABLE t (a int); | now live: t",
                "ALTER DATABASE LIVE RENAME TO gone; ALTER DATABASE LIVE ALLOW_CONNECTIONS false; CREATE TABLE t (a int); | now live: t",
                "\\connect postgres~DROP TABLE IF EXISTS witness; CREATE TABLE t (a int); | now live: t",
                "\\c LIVE~DROP TABLE IF EXISTS precious; CREATE TABLE t (a int); | now live: t",
                "\\connect 'dbname=LIVE user=LOGIN'~DROP TABLE IF EXISTS precious; CREATE TABLE t (a int); | now live: t",
                "UPDATE pg_catalog.pg_database SET datname = 'gone' WHERE datname = 'LIVE'; CREATE TABLE t (a int); | now live: t",
                "ALTER SCHEMA public RENAME TO away; DROP SCHEMA away CASCADE; CREATE SCHEMA public; CREATE TABLE t (a int); | now live: t",
                "CREATE TABLE t (a int); DROP OWNED BY CURRENT_USER; REASSIGN OWNED BY CURRENT_USER TO pg_monitor; ALTER ROLE LOGIN NOLOGIN; DROP ROLE pg_monitor; GRANT pg_monitor TO PUBLIC; | now live: t",
                "CREATE FUNCTION count(text) RETURNS int LANGUAGE sql AS 'SELECT 0'; CREATE TABLE t (a int); CREATE VIEW pg_class AS SELECT 1 AS a; CREATE FUNCTION format(text, text, regclass) RETURNS text LANGUAGE sql AS 'SELECT 1::text'; | now live: t",
                "DELETE FROM pg_database; | DUMP_DANGEROUS: the statement at line 1, 'DELETE FROM pg_database', would write to a table of the whole server",
                "WITH x AS (DELETE FROM pg_database RETURNING 1) SELECT 1; | DUMP_DANGEROUS: the statement at line 1, 'WITH x AS (DELETE FROM pg_database RETURNING 1) SELECT 1', would write to a table of the whole server",
                "CREATE TABLE t (a int); LOCK TABLE pg_database; | DUMP_DANGEROUS: the statement at line 1, 'LOCK TABLE pg_database', would write to a table of the whole server",
                "SET allow_system_table_mods = on; ALTER TABLE pg_database RENAME TO x; | DUMP_DANGEROUS: the statement at line 1, 'ALTER TABLE pg_database RENAME TO x', would write to a table of the whole server",
                "DO $$ BEGIN EXECUTE 'ALTER DATABASE x RENAME TO y'; END $$; | DUMP_DANGEROUS: the statement at line 1, 'DO $$ BEGIN EXECUTE 'ALTER DATABASE x RENAME TO y'; END $$', runs a block that reaches out of the database",
                "DO $$ BEGIN PERFORM pg_terminate_backend(1); END $$; | DUMP_DANGEROUS: the statement at line 1, 'DO $$ BEGIN PERFORM pg_terminate_backend(1); END $$', runs a block that reaches out of the database",
                "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN EXECUTE concat('ALTER ', 'DATABASE LIVE RENAME TO LIVE_x'); RETURN 1; END $$; SELECT f(); | LOAD_FAILED: line 1 of the dump, 'SELECT f()': database \"LIVE\" is being accessed by other users; There is 1 other session using the database (SQL state 55006)",
                "CREATE EXTENSION dblink; SELECT dblink_exec('dbname=x', 'y'); | DUMP_DANGEROUS: the statement at line 1, 'SELECT dblink_exec('dbname=x', 'y')', calls 'dblink_exec', which reaches out of the database",
                "FAR_AWAY; DELETE FROM far; | DUMP_DANGEROUS: the statement at line 6, 'DELETE FROM far', would write to a foreign table, which is on another server",
                "FAR_AWAY; TRUNCATE public.far; | DUMP_DANGEROUS: the statement at line 6, 'TRUNCATE public.far', would write to a foreign table, which is on another server",
                "FAR_AWAY; INSERT INTO far VALUES (7); | now live: far near",
                "FAR_AWAY; COPY far (x) FROM stdin;~7~\\.~ | now live: far near",
                "FAR_AWAY; CREATE TABLE parts (x int) PARTITION BY LIST (x); ALTER TABLE parts ATTACH PARTITION far FOR VALUES IN (7); INSERT INTO parts VALUES (7); | DUMP_DANGEROUS: the statement at line 6, 'INSERT INTO parts VALUES (7)', would write to a foreign table, which is on another server",
                "CREATE EXTENSION file_fdw; CREATE SERVER f FOREIGN DATA WRAPPER file_fdw; CREATE FOREIGN TABLE p (x text) SERVER f OPTIONS (program 'id'); | DUMP_DANGEROUS: the statement at line 1, 'CREATE FOREIGN TABLE p (x text) SERVER f OPTIONS (program 'i…', would run a program on the server",
            })
    void neverReachesWhatIsLive(String script, String ending) {
        assertThat(ending(script)).isEqualTo(ending);
    }

    @Test
    void leavesTheSessionsOfTheLiveDatabaseAlone() throws Exception {
        try (Connection session = server.connect(live)) {
            assertThat(
                            ending(
                                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity; CREATE TABLE t (a int); SELECT 1/0;"))
                    .isEqualTo("LOAD_FAILED: line 1 of the dump, 'SELECT 1/0': division by zero (SQL state 22012)");
            assertThat(session.isValid(5)).isTrue();
        }
    }
}
