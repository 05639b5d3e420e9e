package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadResult;
import recovery.harness.RealPostgres;

/** What newer versions of PostgreSQL dump comes back on older ones as far as it can mean the same, or is refused clearly. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OlderServerTest {
    private final LoadProbe copy = new LoadProbe(RealPostgres.OLDEST);

    private RecoveryException failure(String... statements) {
        return catchThrowableOfType(RecoveryException.class, () -> copy.load(ListedDump.of(statements)));
    }

    @Test
    void writesConstraintsThatAreNotNullAsOlderServersKnowThem() {
        LoadResult result = copy.load(ListedDump.of(
                "CREATE TABLE public.parent (a integer CONSTRAINT named NOT NULL, b text NOT NULL NO INHERIT,"
                        + " c numeric(4,2) DEFAULT (1), CONSTRAINT c_there NOT NULL c, CONSTRAINT sum CHECK ((a > 0)))",
                "CREATE TABLE public.child (CONSTRAINT x NOT NULL a, CONSTRAINT y NOT NULL b NO INHERIT)\n"
                        + "INHERITS (public.parent)",
                "CREATE TABLE public.late (a integer, b integer)",
                "ALTER TABLE ONLY public.late\n    ADD CONSTRAINT late_a NOT NULL a",
                "ALTER TABLE public.late\n    ADD CONSTRAINT late_b NOT NULL b NOT VALID"));

        assertThat(
                        copy.query(
                                "SELECT attrelid::regclass || '.' || attname FROM pg_attribute WHERE attnotnull AND attnum > 0"
                                        + " AND attrelid IN ('parent'::regclass, 'child'::regclass, 'late'::regclass) ORDER BY 1"))
                .containsExactly("child.a", "child.b", "child.c", "late.a", "parent.a", "parent.b", "parent.c");
        assertThat(copy.query(
                        "SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid <> 0"
                                + " ORDER BY 1"))
                .containsExactly(
                        "late_b CHECK ((b IS NOT NULL)) NOT VALID", "sum CHECK ((a > 0))", "sum CHECK ((a > 0))");
        assertThat(LoadProbe.texts(result))
                .containsExactly(
                        "SYNTAX_ADAPTED: 4 statements written in words that this older server knows and that mean the"
                                + " same: 'CREATE TABLE public.parent (a integer CONSTRAINT named NOT N…', 'CREATE TABLE"
                                + " public.child (CONSTRAINT x NOT NULL a, CONSTRAI…', 'ALTER TABLE ONLY public.late ADD"
                                + " CONSTRAINT late_a NOT NULL …', 'ALTER TABLE public.late ADD CONSTRAINT late_b NOT NULL b NOT…'"
                                + " (first at line 1).");
    }

    @Test
    void makesRoutinesWithoutTheSettingsThatItDoesNotKnow() {
        LoadResult result = copy.load(ListedDump.of(
                "CREATE FUNCTION public.\"set\"(\"set\" integer DEFAULT 1) RETURNS integer\n    LANGUAGE sql\n    SET"
                        + " transaction_timeout TO '1min'\n    SET work_mem TO '7MB'\n    SET \"debug_parallel_query\" = -1\n"
                        + "    SET \"DateStyle\" TO 'iso, mdy'\n"
                        + "    SET search_path TO 'pg_catalog', 'public'\n    AS $_$ SELECT $1 /* SET odd TO 1 */ $_$",
                "CREATE OR REPLACE PROCEDURE public.p()\n    LANGUAGE plpgsql\n    SET odd_path TO 'a', 'b,c', \"D\"\n    SET"
                        + " my.own TO 'x'\n    AS $$ BEGIN SET LOCAL odd TO 1; END $$",
                "CREATE FUNCTION public.plain() RETURNS integer\n    LANGUAGE sql\n    SET enable_odd FROM CURRENT\n    AS"
                        + " 'SELECT 2'"));

        assertThat(copy.query("SELECT proname || ' ' || coalesce(proconfig::text, '') || prosrc FROM pg_proc WHERE"
                        + " pronamespace = 'public'::regnamespace ORDER BY 1"))
                .containsExactly(
                        "p {my.own=x} BEGIN SET LOCAL odd TO 1; END ",
                        "plain SELECT 2",
                        "set {work_mem=7MB,\"DateStyle=iso, mdy\",\"search_path=pg_catalog, public\"} SELECT $1 /* SET odd TO 1 */ ");
        assertThat(LoadProbe.texts(result))
                .containsExactly(
                        "SETTING_UNKNOWN: 4 settings skipped, because this server does not know them:"
                                + " 'transaction_timeout', 'debug_parallel_query', 'odd_path', 'enable_odd' (first at line 1).");
    }

    @Test
    void storesWhatItCannotComputeOnReadingAndLeavesStorageOptionsOut() {
        LoadResult result = copy.load(ListedDump.of(
                        "SET default_toast_compression = 'pglz'",
                        "SET default_table_access_method = columnar",
                        "CREATE TABLE public.t (a integer, twice integer GENERATED ALWAYS AS ((a * 2)), thrice integer"
                                + " GENERATED ALWAYS AS ((a * 3)) VIRTUAL, d text STORAGE EXTERNAL, e text COMPRESSION lz4,"
                                + " storage text, id integer GENERATED BY DEFAULT AS IDENTITY) WITH (fillfactor='70')",
                        "ALTER TABLE ONLY public.t ALTER COLUMN d SET COMPRESSION lz4",
                        "ALTER TABLE public.t SET ACCESS METHOD columnar",
                        "CREATE TABLE public.c (a integer) USING columnar",
                        "CREATE TABLE public.o (a integer) WITH (oids = true, fillfactor = 80)",
                        "CREATE TABLE public.p (a integer) WITH OIDS",
                        "SET default_with_oids = true",
                        "CREATE TYPE public.span AS RANGE (subtype = float8, multirange_type_name = public.spans)",
                        "CREATE COLLATION public.plain (provider = builtin, locale = 'C')",
                        "CREATE STATISTICS public.s ON (a * 2), (a * 3) FROM public.t",
                        "SELECT * FROM pg_catalog.pg_restore_relation_stats('version', '180000'::integer, 'schemaname',"
                                + " 'public', 'relname', 't', 'relpages', '1'::integer)",
                        "GRANT SELECT,MAINTAIN,INSERT ON TABLE public.t TO PUBLIC",
                        "GRANT MAINTAIN ON TABLE public.t TO PUBLIC",
                        "ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON LARGE OBJECTS TO PUBLIC")
                .rows("public.t", "(a)", "3"));

        assertThat(copy.query("SELECT (twice, thrice) FROM t")).containsExactly("(6,9)");
        assertThat(copy.query("SELECT attstorage FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'd'"))
                .containsExactly("e");
        assertThat(copy.query("SELECT relacl::text FROM pg_class WHERE relname = 't'"))
                .containsExactly("{postgres=arwdDxt/postgres,=ar/postgres}");
        assertThat(copy.query(
                        "SELECT a.amname FROM pg_class c JOIN pg_am a ON a.oid = relam WHERE relname IN ('t', 'c')"))
                .containsExactly("heap", "heap");
        assertThat(result.notes().stream().map(note -> note.code()))
                .containsExactly(
                        "SETTING_UNKNOWN",
                        "ACCESS_METHOD_MISSING",
                        "COMPRESSION_DROPPED",
                        "OIDS_DROPPED",
                        "GENERATED_COLUMN_STORED",
                        "SYNTAX_ADAPTED",
                        "PRIVILEGE_UNKNOWN",
                        "STATISTICS_SKIPPED");
        assertThat(LoadProbe.texts(result))
                .contains(
                        "ACCESS_METHOD_MISSING: 3 settings stored as a heap, because this server lacks the access method:"
                                + " 'columnar' (first at line 2).",
                        "PRIVILEGE_UNKNOWN: 3 privileges left out, because this server does not know them: 'MAINTAIN',"
                                + " 'ON LARGE OBJECTS' (first at line 14).");
    }

    @Test
    void givesBodiesOfFunctionsAsText() {
        LoadResult result = copy.load(ListedDump.of(
                "CREATE FUNCTION public.net(gross numeric, rate numeric DEFAULT 0.19) RETURNS numeric\n"
                        + "    LANGUAGE sql IMMUTABLE\n    BEGIN ATOMIC\n SELECT CASE WHEN (net.rate IS NULL) THEN net.gross"
                        + " ELSE round(net.gross / (1 + net.rate), 2) END;\nEND",
                "CREATE FUNCTION public.plus(a integer) RETURNS integer\n    LANGUAGE sql\n    RETURN (a + 1)"));

        assertThat(copy.query("SELECT net(119) || ' ' || plus(1)")).containsExactly("100.00 2");
        assertThat(LoadProbe.texts(result))
                .containsExactly("FUNCTION_BODY_AS_TEXT: 2 functions given as text, because this server does not know"
                        + " bodies in SQL: 'CREATE FUNCTION public.net(gross numeric, rate numeric DEFAU…', 'CREATE"
                        + " FUNCTION public.plus(a integer) RETURNS integer LANGU…' (first at line 1).");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ALTER TABLE ONLY t ADD CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a)|constraint 'u': uses 'NULLS NOT DISTINCT', which needs PostgreSQL 15",
                "ALTER TABLE ONLY t ADD CONSTRAINT u PRIMARY KEY (a, b WITHOUT OVERLAPS)|constraint 'u': uses 'WITHOUT OVERLAPS', which needs PostgreSQL 18",
                "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a, PERIOD b) REFERENCES t (a, PERIOD b)|constraint 'f': uses 'PERIOD', which needs PostgreSQL 18",
                "ALTER TABLE t ADD CONSTRAINT c CHECK ((a > 0)) NOT ENFORCED|constraint 'c': uses 'NOT ENFORCED', which needs PostgreSQL 18",
                "CREATE VIEW v WITH (security_invoker='true') AS SELECT 1|view 'v': uses 'security_invoker', which needs PostgreSQL 15",
                "CREATE VIEW v AS SELECT * FROM JSON_TABLE('[]'::jsonb, '$' COLUMNS (a int PATH '$')) x|view 'v': uses 'json_table', which needs PostgreSQL 17",
                "CREATE TABLE m (a int4multirange)|table 'm': uses 'int4multirange', which needs PostgreSQL 14",
                "CREATE TABLE m (a uuid DEFAULT gen_random_uuid())|table 'm': uses 'gen_random_uuid', which needs PostgreSQL 13",
                "CREATE COLLATION c (provider = builtin, locale = 'C.UTF-8')|collation 'c': uses 'builtin', which needs PostgreSQL 17",
            })
    void refusesWhatItCannotMeanAndNamesTheVersionItNeeds(String sql, String reason) {
        RecoveryException failure = failure("CREATE TABLE t (a int, b daterange)", sql);

        assertThat(failure.code()).isEqualTo(ErrorCode.LOAD_FAILED);
        assertThat(failure).hasMessageStartingWith("line 2 of the dump, " + reason + ", and this server is 12: ");
        assertThat(failure.remedies())
                .containsExactly(
                        "Restore into a server of version " + reason.substring(reason.length() - 2) + " or newer.");
    }

    @Test
    void namesTheCollationThatTheServerLacks() {
        RecoveryException failure = failure("CREATE TABLE t (a text COLLATE pg_catalog.\"xx_XX.utf8\")");

        assertThat(failure)
                .hasMessageStartingWith("line 1 of the dump, table 't': needs the collation 'xx_XX.utf8', which this"
                        + " server does not have: collation \"pg_catalog.xx_XX.utf8\"");
        assertThat(failure.remedies())
                .containsExactly(
                        "Install that locale on the machine of the server, then run there: SELECT"
                                + " pg_import_system_collations('pg_catalog');",
                        "Or restore into a server that has it.");
    }

    @Test
    void namesTheCollationWhoseLocaleTheServerLacks() {
        RecoveryException failure = failure("CREATE COLLATION public.far (provider = libc, locale = 'xx_XX')");

        assertThat(failure)
                .hasMessageStartingWith(
                        "line 1 of the dump, collation 'public.far': this server does not have its locale"
                                + " or provider: could not create locale \"xx_XX\"");
        assertThat(failure.remedies())
                .containsExactly(
                        "Restore into a server that has it; one built with ICU has every locale of ICU.",
                        "Or install that locale on the machine of the server.");
    }
}
