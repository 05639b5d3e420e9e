package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.dump.DumpPart;
import recovery.core.dump.Entry;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.target.CopyFacts;
import recovery.core.target.LoadResult;
import recovery.harness.RealPostgres;

/** Large objects, and what runs last or otherwise than it stands in the dump. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LastStepsTest {
    private final LoadProbe copy = new LoadProbe(RealPostgres.MIDDLE);

    /** As many bytes as asked for, each telling its place. */
    private static InputStream bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31L % 251);
        }
        return new ByteArrayInputStream(bytes);
    }

    private static DumpPart large(long oid, InputStream content) {
        return new DumpPart.LargeObject(Entry.NONE, oid, content, 0);
    }

    private static String md5(InputStream content) throws Exception {
        return java.util.HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("MD5").digest(content.readAllBytes()));
    }

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.MIDDLE, RealPostgres.NEWEST})
    void writesLargeObjectsOfAnySizeAlsoForAPlainOwner(int version) throws Exception {
        LoadProbe any = new LoadProbe(version);
        any.asPlainRole();
        ListedDump dump = ListedDump.of();
        List<Integer> sizes = List.of(0, 1, 524_287, 524_288, 524_289, 3_000_000);
        for (int i = 0; i < 1_200; i++) {
            int size = i < sizes.size() ? sizes.get(i) : i % 100;
            dump.statement("SELECT pg_catalog.lo_create('" + (700_000 + i) + "')")
                    .add(large(700_000 + i, bytes(size)));
        }
        LoadResult result = any.load(dump);

        assertThat(result.largeObjects()).hasValue(1_200);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < sizes.size(); i++) {
            expected.add(md5(bytes(sizes.get(i))));
        }
        assertThat(any.query("SELECT md5(lo_get(oid)) FROM pg_largeobject_metadata WHERE oid < 700006 ORDER BY oid"))
                .isEqualTo(expected);
        assertThat(any.query("SELECT sum(length(lo_get(oid))) FROM pg_largeobject_metadata"))
                .containsExactly(String.valueOf(
                        sizes.stream().mapToLong(Integer::longValue).sum()
                                + java.util.stream.LongStream.range(6, 1_200)
                                        .map(i -> i % 100)
                                        .sum()));
        assertThat(any.query("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"))
                .containsExactly("0");
    }

    @Test
    void keepsNothingOfALargeObjectThatIsCutOff() {
        IOException cut = new IOException("cut");
        InputStream content = new java.io.SequenceInputStream(bytes(600_000), new InputStream() {
            @Override
            public int read() throws IOException {
                throw cut;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw cut;
            }
        });
        Throwable failure = org.assertj.core.api.Assertions.catchThrowable(() ->
                copy.load(ListedDump.of("SELECT pg_catalog.lo_create('700001')").add(large(700_001, content))));

        assertThat(failure).hasCause(cut);
        assertThat(copy.query("SELECT length(lo_get(700001))")).containsExactly("0");
    }

    @Test
    void namesTheLargeObjectThatIsNotThere() {
        RecoveryException failure = catchThrowableOfType(
                RecoveryException.class, () -> copy.load(ListedDump.of().add(large(42, bytes(600_000)))));

        assertThat(failure.code()).isEqualTo(ErrorCode.LOAD_FAILED);
        assertThat(failure)
                .hasMessage(
                        "the content of large object 42 cannot be written: large object 42 does not exist (SQL state"
                                + " 42704)");
    }

    @Test
    void seesALargeObjectThatIsMissingInTheEnd() throws Exception {
        LoadResult result = copy.load(ListedDump.of("SELECT pg_catalog.lo_create('700001')")
                .add(large(700_001, new ByteArrayInputStream(new byte[] {1})))
                .statement("SELECT pg_catalog.lo_unlink(700001)"));
        CopyFacts facts = new PostgresCopy(
                        new PostgresConnections(Targets.settings(copy.server, "postgres")),
                        copy.database,
                        new FinishedWork())
                .measure(List.of(), result, Targets.watch());

        assertThat(facts.measurements())
                .contains(new CopyFacts.Measurement(
                        "large objects", 0, List.of("0 large objects instead of 1"), Optional.empty()));
    }

    @Test
    void makesEventTriggersLast() {
        LoadResult result = copy.load(ListedDump.of(
                "CREATE SCHEMA a",
                "SET search_path = a",
                "CREATE TABLE seen (tag text)",
                "CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO a.seen VALUES"
                        + " (tg_tag); END'",
                "CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION note()",
                "ALTER EVENT TRIGGER watch OWNER TO postgres",
                "SET search_path = public",
                "CREATE TABLE later (id integer)"));

        assertThat(copy.query("SELECT evtname FROM pg_event_trigger")).containsExactly("watch");
        assertThat(copy.query("SELECT tag FROM a.seen")).isEmpty();
        assertThat(LoadProbe.texts(result)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.MIDDLE, RealPostgres.NEWEST})
    void restoresSubscriptionsSwitchedOffAndStillDropsTheCopy(int version) {
        RealPostgres server = RealPostgres.version(version);
        String live = server.newDatabase();
        PostgresTarget target = Targets.target(server, live);
        String name = target.copyName("20260101_000000");
        target.createCopy(name).close();
        LoadResult result = LoadProbe.into(server, name)
                .load(ListedDump.of(
                        "CREATE SUBSCRIPTION feed CONNECTION 'host=127.0.0.1 port=1 password=geheim' PUBLICATION p WITH"
                                + " (connect = false, slot_name = 'feed', binary = false)",
                        "ALTER SUBSCRIPTION feed OWNER TO postgres",
                        "COMMENT ON SUBSCRIPTION feed IS 'from elsewhere'",
                        "ALTER SUBSCRIPTION feed ENABLE"));

        String binary = version >= 14
                ? ""
                : "OPTION_UNKNOWN: 1 option left out, because this server does not know them:"
                        + " 'binary' (first at line 1).";
        assertThat(server.query(
                        name,
                        "SELECT subname || ' ' || subenabled || coalesce(subslotname, ' none') FROM pg_subscription WHERE"
                                + " subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())"))
                .containsExactly("feed false none");
        assertThat(LoadProbe.texts(result).stream().filter(text -> !text.equals(binary)))
                .containsExactly(
                        "SUBSCRIPTION_DISABLED: 1 subscription restored switched off and without a slot, so that nothing"
                                + " connects: 'feed' (first at line 1).",
                        "SUBSCRIPTION_SKIPPED: 1 statement skipped, because they would connect to another server:"
                                + " 'ALTER SUBSCRIPTION feed ENABLE' (first at line 4).");
        target.drop(name);
        assertThat(server.databasesLike(live)).containsExactly(live);
        server.execute("postgres", "DROP DATABASE " + live);
    }

    @Test
    void letsAPlainOwnerLoadRowsThatScriptsLoadWithTriggersOff() {
        String role = copy.asPlainRole();
        LoadResult result = copy.load(ListedDump.of(
                        "CREATE SCHEMA app",
                        "CREATE TABLE app.a (id integer PRIMARY KEY)",
                        "CREATE TABLE app.b (id integer REFERENCES app.a)",
                        "CREATE FUNCTION app.no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
                        "CREATE TRIGGER no BEFORE INSERT ON app.a FOR EACH ROW EXECUTE FUNCTION app.no()",
                        "CREATE TRIGGER never BEFORE INSERT ON app.b FOR EACH ROW EXECUTE FUNCTION app.no()",
                        "ALTER TABLE app.b ENABLE ALWAYS TRIGGER never",
                        "CREATE TRIGGER off BEFORE INSERT ON app.b FOR EACH ROW EXECUTE FUNCTION app.no()",
                        "ALTER TABLE app.b DISABLE TRIGGER off",
                        "ALTER TABLE app.b ENABLE ROW LEVEL SECURITY",
                        "ALTER TABLE app.b FORCE ROW LEVEL SECURITY",
                        "SET row_security = off",
                        "SET session_replication_role = replica")
                .rows("app.a", "(id)", "1", "2")
                .statement("SET session_replication_role = DEFAULT")
                .statement("ALTER TABLE app.b DISABLE TRIGGER ALL")
                .rows("app.b", "(id)", "2")
                .statement("ALTER TABLE app.b ENABLE TRIGGER ALL")
                .statement("ALTER TABLE app.b DISABLE TRIGGER off"));

        assertThat(copy.query("SELECT count(*) FROM app.a UNION ALL SELECT count(*) FROM app.b"))
                .containsExactly("2", "1");
        assertThat(copy.query(
                        "SELECT tgname || ' ' || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"))
                .containsExactly("never O", "no O", "off D");
        assertThat(copy.query("SELECT relforcerowsecurity FROM pg_class WHERE oid = 'app.b'::regclass"))
                .containsExactly("t");
        assertThat(LoadProbe.texts(result))
                .containsExactly(
                        "TRIGGERS_ADAPTED: 4 statements switched user triggers alone, because only a superuser may"
                                + " switch foreign keys; those were checked: 'SET session_replication_role = replica', 'SET"
                                + " session_replication_role = DEFAULT', 'ALTER TABLE app.b DISABLE TRIGGER ALL', 'ALTER TABLE"
                                + " app.b ENABLE TRIGGER ALL' (first at line 13).");
        assertThat(role).isNotEmpty();
    }

    @Test
    void switchesTriggersOnAgainThatAScriptLeavesOff() {
        copy.asPlainRole();
        copy.load(ListedDump.of(
                        "CREATE SCHEMA app",
                        "CREATE TABLE app.a (id integer)",
                        "CREATE FUNCTION app.no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
                        "CREATE TRIGGER no BEFORE INSERT ON app.a FOR EACH ROW EXECUTE FUNCTION app.no()",
                        "ALTER TABLE app.a ENABLE ALWAYS TRIGGER no",
                        "SET session_replication_role = 'replica'")
                .rows("app.a", "(id)", "1"));

        assertThat(copy.query("SELECT tgenabled FROM pg_trigger WHERE NOT tgisinternal"))
                .containsExactly("A");
        assertThat(copy.query("SELECT count(*) FROM app.a")).containsExactly("1");
    }

    @Test
    void leavesForeignRowsWhereTheyAre() {
        LoadResult result = copy.load(ListedDump.of(
                        "CREATE EXTENSION file_fdw",
                        "CREATE SERVER f FOREIGN DATA WRAPPER file_fdw",
                        "CREATE FOREIGN TABLE far (x text) SERVER f OPTIONS (filename '/nowhere')")
                .rows("public.far", "(x)", "1", "2")
                .insert("INSERT INTO public.far VALUES ('3')", 1));

        assertThat(LoadProbe.texts(result))
                .containsExactly("FOREIGN_ROWS_SKIPPED: 2 tables left out, because their rows are on another server:"
                        + " 'public.far' (first at line 4).");
    }

    /** The real one is not at hand: an extension of that name, put into the catalog, which writes down when it was told. */
    @Test
    void tellsTimescaleDbBeforeAndAfter() {
        String told =
                "CREATE FUNCTION app.timescaledb_%s_restore() RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO"
                        + " app.told (what) SELECT '%s ' || count(*) FROM pg_class WHERE relname = 'late' AND relkind = 'i'; END $$";
        copy.server.execute(
                copy.database,
                "CREATE SCHEMA app",
                "CREATE TABLE app.told (n serial, what text)",
                told.formatted("pre", "pre"),
                told.formatted("post", "post"),
                "SET allow_system_table_mods = on",
                "INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion) SELECT 999999,"
                        + " 'timescaledb', 10, oid, false, '1' FROM pg_namespace WHERE nspname = 'app'");
        LoadResult result = copy.load(ListedDump.of(
                        "CREATE EXTENSION IF NOT EXISTS timescaledb WITH SCHEMA app",
                        "CREATE TABLE public.t (id integer)")
                .rows("public.t", "(id)", "1", "2")
                .statement("CREATE INDEX late ON public.t (id)"));

        assertThat(copy.query("SELECT what FROM app.told ORDER BY n")).containsExactly("pre 0", "post 1");
        assertThat(LoadProbe.texts(result))
                .containsExactly(
                        "TIMESCALEDB_PREPARED: TimescaleDB was told before the rows came and when all were there,"
                                + " as it wants.");
    }

    @Test
    void takesTheVersionOfAnExtensionThatTheServerHas() {
        LoadResult result = copy.load(ListedDump.of("CREATE EXTENSION hstore WITH SCHEMA public VERSION '0.1'"));

        assertThat(copy.query("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'"))
                .containsExactly("hstore");
        assertThat(LoadProbe.texts(result))
                .containsExactly(
                        "EXTENSION_VERSION: 1 extension created in the version the server has, because it lacks"
                                + " the dump's: 'hstore 0.1' (first at line 1).");
    }
}
