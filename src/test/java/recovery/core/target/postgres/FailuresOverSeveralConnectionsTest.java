package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.dump.DumpChoice;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.RoleOptions;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;

/** What fails over four connections says the same as over one, and leaves nobody behind. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FailuresOverSeveralConnectionsTest {
    private static final int ROWS = 40_000;
    private static final String PADDING = "x".repeat(100);

    @TempDir
    private Path folder;

    private static Stream<String> rows(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> i + "\t" + PADDING);
    }

    private static RecoveryException failure(DumpText dump, int jobs) {
        LoadProbe copy = new LoadProbe(RealPostgres.MIDDLE).over(jobs);
        RecoveryException failure =
                catchThrowableOfType(RecoveryException.class, () -> copy.load(dump.reader(), LoadOptions.USUAL));
        assertThat(copy.left()).isEmpty();
        copy.drop();
        return failure;
    }

    /** Over four connections; the same is said over one. */
    private static RecoveryException sameFailure(DumpText dump) {
        RecoveryException alone = failure(dump, 1);
        RecoveryException failure = failure(dump, 4);
        assertThat(failure).hasMessage(alone.getMessage());
        assertThat(failure.code()).isEqualTo(alone.code());
        assertThat(failure.remedies()).isEqualTo(alone.remedies());
        return failure;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9_999, 25_000, ROWS})
    void namesTheRowOfTheTable(int row) {
        DumpText dump = new DumpText()
                .table("t", "id integer, x text")
                .table("u", "id integer, x text")
                .rows("u", "id, x", rows(1000))
                .rows("t", "id, x", rows(ROWS).map(line -> line.startsWith(row + "\t") ? "bad\t" + PADDING : line));

        assertThat(sameFailure(dump))
                .hasMessage(
                        "the rows of table 'public.t' that begin at line 1033 of the dump: invalid input syntax for type"
                                + " integer: \"bad\" (SQL state 22P02); COPY t, line " + row + ", column id: \"bad\"");
    }

    @Test
    void namesTheRowOfTheTableAlsoBehindRowsLongerThanABlock() {
        String wide = "y".repeat(2_500_000);
        DumpText dump = new DumpText()
                .table("t", "id integer, x text")
                .rows(
                        "t",
                        "id, x",
                        IntStream.rangeClosed(1, 12)
                                .mapToObj(i -> (i == 11 ? "bad" : "" + i) + "\t" + (i % 3 == 0 ? wide : PADDING)));

        assertThat(sameFailure(dump)).hasMessageEndingWith("COPY t, line 11, column id: \"bad\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PRIMARY KEY (id)", "UNIQUE (id) INCLUDE (x) DEFERRABLE"})
    void saysWhichKeyIsThereTwice(String key) {
        DumpText dump = new DumpText()
                .table("t", "id integer, x text")
                .rows("t", "id, x", Stream.concat(rows(100), Stream.of("7\ttwice")))
                .key("t", key);

        assertThat(sameFailure(dump))
                .hasMessage(
                        "line 127 of the dump, constraint 'public.t t_key': could not create unique index \"t_key\";"
                                + " Key (id)=(7) is duplicated (SQL state 23505)");
    }

    @Test
    void saysWhichColumnOfAKeyHasNoValue() {
        DumpText dump = new DumpText()
                .table("t", "id integer, x text")
                .rows("t", "id, x", Stream.concat(rows(100), Stream.of("\\N\tnone")))
                .key("t", "PRIMARY KEY (id)");

        assertThat(sameFailure(dump))
                .hasMessage(
                        "line 127 of the dump, constraint 'public.t t_key': column \"id\" of relation \"t\" contains null"
                                + " values (SQL state 23502)");
    }

    @Test
    void saysWhichRowAForeignKeyMisses() {
        DumpText dump = new DumpText()
                .table("t", "id integer, x text")
                .table("u", "id integer")
                .rows("t", "id, x", rows(100))
                .rows("u", "id", Stream.of("7", "101", "8"))
                .key("t", "PRIMARY KEY (id)")
                .foreignKey("u", "(id) REFERENCES public.t(id)");

        assertThat(sameFailure(dump))
                .hasMessage(
                        "line 150 of the dump, fk constraint 'public.u u_fkey': insert or update on table \"u\" violates"
                                + " foreign key constraint \"u_fkey\"; Key (id)=(101) is not present in table \"t\" (SQL state 23503)");
    }

    @Test
    void saysWhereTheWordsOfAStatementAreWrong() {
        DumpText dump = new DumpText()
                .table("t", "id integer, x text")
                .rows("t", "id, x", rows(100))
                .index("t_gone", "t USING btree (id, gone)");

        assertThat(sameFailure(dump))
                .hasMessageContaining("index 'public.t_gone': column \"gone\" does not exist (SQL state 42703)");
    }

    /** In the middle of what one of several readers reads, while others read elsewhere. */
    @Test
    void saysThatTheBackupIsDamaged() throws Exception {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String database = server.newDatabase();
        server.execute(
                database,
                "CREATE TABLE a AS SELECT g AS id, md5(g::text) AS t FROM generate_series(1, 30000) g",
                "CREATE TABLE b AS SELECT * FROM a",
                "CREATE TABLE c AS SELECT * FROM a",
                "ALTER TABLE b ADD PRIMARY KEY (id)");
        byte[] dump = new PostgresTools(server).dump(database, "-Fc");
        dump[dump.length / 2] ^= 0x10;
        Path file = folder.resolve("damaged.dump");
        Files.write(file, dump);
        for (int jobs : new int[] {1, 4}) {
            LoadProbe copy = new LoadProbe(RealPostgres.MIDDLE).over(jobs);
            RecoveryException failure = catchThrowableOfType(RecoveryException.class, () -> copy.load(file));

            assertThat(failure.code()).as("%d: %s", jobs, failure).isEqualTo(ErrorCode.DUMP_DAMAGED);
            assertThat(copy.left()).isEmpty();
            copy.drop();
        }
    }

    /** On a server without the dump's roles, and without an extension on which much hangs. */
    @Test
    void leavesOutTheSameAndSaysTheSame() {
        DumpText dump = new DumpText()
                .entry("postgis", "EXTENSION", "CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public")
                .table("t", "id integer, x text")
                .table("places", "id integer, at public.geometry")
                .entry("t", "TABLE", "ALTER TABLE public.t OWNER TO gone_owner")
                .rows("t", "id, x", rows(5000))
                .rows("places", "id, at", Stream.of("1\t0101", "2\t0102"))
                .key("t", "PRIMARY KEY (id)")
                .key("places", "PRIMARY KEY (id)")
                .index("t_geo", "t USING gist (public.geometry(x))")
                .index("t_geo_2", "t USING gist (public.geometry(x), id)")
                .index("places_at", "places USING gist (at)")
                .index("t_x", "t USING btree (x) WITH (fillfactor='70', gone_option='on')")
                .index("t_y", "t USING btree (x, id) WITH (other_gone='on')")
                .entry("INDEX t_geo", "COMMENT", "COMMENT ON INDEX public.t_geo IS 'of a place'")
                .entry("t seen", "POLICY", "CREATE POLICY seen ON public.t TO gone_reader USING (true)")
                .foreignKey("places", "(id) REFERENCES public.t(id)");
        LoadOptions options = new LoadOptions(
                DumpChoice.EVERYTHING,
                RoleOptions.AS_THEY_ARE,
                java.util.Set.of("postgis"),
                java.util.Optional.empty());
        LoadResult expected = new LoadProbe(RealPostgres.MIDDLE).load(dump.reader(), options);
        assertThat(LoadProbe.texts(expected)).hasSizeGreaterThan(5);
        for (int round = 0; round < 5; round++) {
            LoadProbe copy = new LoadProbe(RealPostgres.MIDDLE)
                    .over(4)
                    .in(recovery.core.target.postgres.tasks.Order.shuffled(round));
            LoadResult result = copy.load(dump.reader(), options);
            assertThat(LoadProbe.texts(result)).isEqualTo(LoadProbe.texts(expected));
            assertThat(result.leftOut()).isEqualTo(expected.leftOut());
            assertThat(LoadProbe.tables(result)).isEqualTo(LoadProbe.tables(expected));
        }
    }
}
