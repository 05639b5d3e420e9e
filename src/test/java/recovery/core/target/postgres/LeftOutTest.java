package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.DumpPart;
import recovery.core.dump.Entry;
import recovery.core.dump.Section;
import recovery.core.dump.SqlTokens;
import recovery.core.error.RecoveryException;
import recovery.core.target.CopyFacts;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.RoleOptions;
import recovery.harness.RealPostgres;

/** What cannot be made without a skipped extension goes with everything that needs it, under one cause. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LeftOutTest {
    private final LoadProbe copy = new LoadProbe(RealPostgres.MIDDLE);

    private static LoadOptions without(String... extensions) {
        return new LoadOptions(DumpChoice.EVERYTHING, RoleOptions.AS_THEY_ARE, Set.of(extensions), Optional.empty());
    }

    private static ListedDump places() {
        return ListedDump.of(
                        "SELECT pg_catalog.set_config('search_path', '', false)",
                        "CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public",
                        "COMMENT ON EXTENSION postgis IS 'x'",
                        "CREATE TABLE public.kept (id integer, place_id integer)",
                        "CREATE TABLE public.places (id integer NOT NULL, at public.geometry(Point,4326))",
                        "ALTER TABLE public.places OWNER TO postgres",
                        "CREATE SEQUENCE public.places_id_seq",
                        "ALTER SEQUENCE public.places_id_seq OWNED BY public.places.id",
                        "CREATE VIEW public.near AS\nSELECT\n    NULL::integer AS id",
                        "CREATE VIEW public.nearer AS SELECT id FROM public.near",
                        "COMMENT ON COLUMN public.places.at IS 'where; public.kept'",
                        "CREATE FUNCTION public.place() RETURNS public.places LANGUAGE sql AS 'SELECT 1'")
                .rows("public.kept", "(id, place_id)", "1\t1", "2\t2")
                .rows("public.places", "(id, at)", "1\tx", "2\ty", "3\tz")
                .rows("public.spatial_ref_sys", "(srid)", "4326")
                .insert("INSERT INTO public.places VALUES (4, 'q'), (5, 'r')", 2)
                .statement("SELECT pg_catalog.setval('public.places_id_seq', 5, true)")
                .statement("ALTER TABLE ONLY public.places ADD CONSTRAINT places_pkey PRIMARY KEY (id)")
                .statement("CREATE INDEX places_at ON public.places USING gist (at)")
                .statement("CREATE OR REPLACE VIEW public.near AS SELECT id FROM public.places")
                .statement("ALTER TABLE ONLY public.kept ADD CONSTRAINT kept_fkey FOREIGN KEY (place_id) REFERENCES"
                        + " public.places(id)")
                .statement("CREATE INDEX kept_trgm ON public.kept USING gin (id public.gin_trgm_ops)")
                .statement("ALTER TABLE public.kept CLUSTER ON kept_trgm")
                .statement("GRANT SELECT ON TABLE public.places TO PUBLIC")
                .statement("GRANT SELECT ON TABLE public.near TO PUBLIC");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void goesWithEverythingThatNeedsIt(boolean inTransaction) throws Exception {
        ListedDump dump = places();
        if (inTransaction) {
            dump = ListedDump.of("BEGIN").append(places()).statement("COMMIT");
        }
        LoadResult result = copy.load(dump, without("postgis", "pg_trgm"));

        assertThat(LoadProbe.tables(result)).containsExactly("public.kept 2");
        assertThat(copy.query("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"))
                .containsExactly("kept", "places_id_seq");
        assertThat(LoadProbe.texts(result).stream().map(text -> text.replaceAll(" \\(first at line \\d+\\)", "")))
                .containsExactly(
                        "EXTENSION_SKIPPED: 2 statements left out, because the extension was to be skipped: 'postgis'.",
                        "LEFT_OUT_WITHOUT_EXTENSION: Left out: table 'public.places' (type \"public.geometry\" does not"
                                + " exist (SQL state 42704)); with it 5 rows and 10 statements, among them function"
                                + " 'public.place', constraint 'places_pkey', index 'public.places_at', view"
                                + " 'public.near', constraint 'kept_fkey'.",
                        "LEFT_OUT_WITHOUT_EXTENSION: Left out: the rows of 'public.spatial_ref_sys' (there is no such"
                                + " table); with it 1 rows and 0 statements.",
                        "LEFT_OUT_WITHOUT_EXTENSION: Left out: index 'public.kept_trgm' (operator class"
                                + " \"public.gin_trgm_ops\" does not exist for access method \"gin\" (SQL state 42704));"
                                + " with it 0 rows and 1 statements.");
        CopyFacts facts = new PostgresCopy(
                        new PostgresConnections(Targets.settings(copy.server, "postgres")),
                        copy.database,
                        new FinishedWork())
                .measure(List.of("public.kept"), result, Targets.watch());
        assertThat(facts.measurements())
                .filteredOn(one -> one.name().equals("left out"))
                .singleElement()
                .satisfies(one -> assertThat(one.impossible())
                        .contains(
                                "not restored, because an extension was to be skipped: table 'public.places' (5 rows),"
                                        + " the rows of 'public.spatial_ref_sys' (1 rows), index 'public.kept_trgm'"));
    }

    @Test
    void failsWithoutTheWishToSkip() {
        RecoveryException failure = catchThrowableOfType(
                RecoveryException.class,
                () -> copy.load(ListedDump.of("CREATE TABLE public.places (at public.geometry(Point,4326))")));

        assertThat(failure)
                .hasMessage("line 1 of the dump, 'CREATE TABLE public.places (at public.geometry(Point,4326))': type"
                        + " \"public.geometry\" does not exist (SQL state 42704); near 'CREATE TABLE public.places (at"
                        + " public.geometry(Point,4326))'");
    }

    @Test
    void followsTheDependenciesOfAnArchive() {
        Entry table = entry("TABLE", "places", 7, Set.of());
        Entry trigger = entry("TRIGGER", "places touch", 9, Set.of(7));
        LoadResult result = copy.load(
                ListedDump.of("SET search_path = public")
                        .add(of(table, "CREATE TABLE places (at geometry)"))
                        .add(of(trigger, "SELECT nobody_knows_this()")),
                without("postgis"));

        assertThat(LoadProbe.texts(result))
                .containsExactly(
                        "LEFT_OUT_WITHOUT_EXTENSION: Left out: table 'places' (type \"geometry\" does not exist"
                                + " (SQL state 42704)); with it 0 rows and 1 statements.");
    }

    @Test
    void namesTheEntryOfAnArchiveThatFails() {
        RecoveryException failure = catchThrowableOfType(
                RecoveryException.class,
                () -> copy.load(
                        ListedDump.of().add(of(entry("VIEW", "v", 215, Set.of()), "CREATE VIEW v AS SELEC 1"))));

        assertThat(failure)
                .hasMessageStartingWith("entry 215 of the archive, view 'public.v': syntax error at or near \"SELEC\"");
    }

    @Test
    void leavesOutAsAPlainOwnerWhatOnlySuperusersMake() {
        String role = copy.asPlainRole();
        LoadResult result = copy.load(ListedDump.of(
                        "CREATE SCHEMA app",
                        "CREATE FUNCTION app.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
                        "CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION app.on_ddl()",
                        "ALTER EVENT TRIGGER watch OWNER TO postgres",
                        "COMMENT ON EVENT TRIGGER watch IS 'x'",
                        "CREATE FOREIGN DATA WRAPPER nowhere",
                        "ALTER FOREIGN DATA WRAPPER nowhere OWNER TO " + role,
                        "CREATE SERVER far FOREIGN DATA WRAPPER nowhere",
                        "CREATE FOREIGN TABLE app.remote (id integer) SERVER far",
                        "ALTER FOREIGN TABLE app.remote OWNER TO " + role,
                        "CREATE FUNCTION app.c() RETURNS integer LANGUAGE c AS '$libdir/hstore', 'hstore_in'",
                        "CREATE VIEW app.v AS SELECT app.c()",
                        "CREATE PUBLICATION all_of_it FOR ALL TABLES",
                        "ALTER PUBLICATION all_of_it OWNER TO " + role,
                        "CREATE TABLE app.t (id integer)")
                .rows("app.t", "(id)", "1"));

        assertThat(LoadProbe.tables(result)).containsExactly("app.t 1");
        assertThat(LoadProbe.texts(result))
                .containsExactly(
                        "LEFT_OUT_FOR_RIGHTS: Left out: event trigger 'watch' (permission denied to create event trigger"
                                + " \"watch\"; hint: Must be superuser to create an event trigger (SQL state 42501)); with"
                                + " it 0 rows and 2 statements.",
                        "LEFT_OUT_FOR_RIGHTS: Left out: foreign data wrapper 'nowhere' (permission denied to create"
                                + " foreign-data wrapper \"nowhere\"; hint: Must be superuser to create a foreign-data"
                                + " wrapper (SQL state 42501)); with it 0 rows and 4 statements, among them server 'far',"
                                + " foreign table 'app.remote'.",
                        "LEFT_OUT_FOR_RIGHTS: Left out: function 'app.c' (permission denied for language c (SQL state"
                                + " 42501)); with it 0 rows and 1 statements, among them view 'app.v'.",
                        "LEFT_OUT_FOR_RIGHTS: Left out: publication 'all_of_it' (must be superuser to create FOR ALL TABLES"
                                + " publication (SQL state 42501)); with it 0 rows and 1 statements.");
    }

    @Test
    void neverLeavesATableOutForWantOfRights() {
        copy.asPlainRole();
        RecoveryException failure = catchThrowableOfType(
                RecoveryException.class,
                () -> copy.load(ListedDump.of(
                        "CREATE FUNCTION public.c() RETURNS integer LANGUAGE c AS '$libdir/hstore', 'hstore_in'",
                        "CREATE TABLE public.t (a integer DEFAULT public.c())")));

        assertThat(failure).hasMessageStartingWith("line 2 of the dump, ");
    }

    private static Entry entry(String kind, String name, int id, Set<Integer> dependencies) {
        return new Entry(Section.PRE_DATA, kind, Optional.of("public"), name, Optional.empty(), id, dependencies);
    }

    private static DumpPart of(Entry entry, String sql) {
        return new DumpPart.Statement(entry, sql, 0, 0, java.util.OptionalLong.empty());
    }

    /** One lies where anybody may have put it, one is missing. */
    @ParameterizedTest
    @CsvSource({
        "/tmp/a.so, its library '/tmp/a.so' lies where others than the server's administrator may write",
        "$libdir/../../tmp/a, its library '$libdir/../../tmp/a' lies where others than the server's administrator may write",
        "$libdir/nowhere, could not access file \"$libdir/nowhere\": No such file or directory (SQL state 58P01)"
    })
    void functionsOfALibraryThatIsNotToBeLoadedGoWithWhatNeedsThem(String library, String reason) throws Exception {
        LoadResult result = copy.load(
                ListedDump.of(
                        "SET check_function_bodies = false",
                        "CREATE FUNCTION public.near(integer, integer) RETURNS boolean LANGUAGE c AS '" + library
                                + "', 'near'",
                        "ALTER FUNCTION public.near(integer, integer) OWNER TO postgres",
                        "COMMENT ON FUNCTION public.near(integer, integer) IS 'x'",
                        "CREATE OPERATOR public.~~~ (FUNCTION = public.near, LEFTARG = integer, RIGHTARG = integer)",
                        "CREATE TABLE public.t (a integer)",
                        "GRANT ALL ON FUNCTION public.near(integer, integer) TO PUBLIC"),
                LoadOptions.USUAL);

        assertThat(copy.query("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
                .containsExactly("t");
        assertThat(copy.query("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"))
                .isEmpty();
        assertThat(LoadProbe.texts(result))
                .singleElement()
                .asString()
                .isEqualTo("LEFT_OUT_WITHOUT_LIBRARY: Left out: function 'public.near' (" + reason
                        + "); with it 0 rows and 4 statements.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE FUNCTION f() RETURNS int LANGUAGE c AS '$libdir/hstore', 'f'",
                "CREATE FUNCTION f() RETURNS int LANGUAGE c AS '/usr/lib/postgresql/15/lib/x.so', 'f'",
                "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'hstore', 'f'",
                "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS '/tmp/a.so'"
            })
    void librariesOfTheServerAndOfItsAdministratorAreTrusted(String sql) {
        assertThat(Libraries.strange(SqlTokens.of(sql, 100))).isEmpty();
    }
}
