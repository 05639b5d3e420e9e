package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.Selection;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.postgres.tasks.Order;
import recovery.harness.DatabaseText;
import recovery.harness.PgDumpReferee;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/**
 * Over how many connections and in which order a dump is loaded makes no difference to what comes back. Each run takes
 * other numbers and orders; {@code -Drecovery.test.seed=…} repeats one, {@code -Drecovery.test.rounds=…} tries many.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AnyOrderTest {
    private static final Path BACKUPS = Path.of("src", "test", "resources", "backups");
    private static final Path SCHEMA = Path.of("src", "test", "resources", "schemas", "regression.sql");
    private static final int ROUNDS = Integer.getInteger("recovery.test.rounds", 1);
    private static final long SEED = Long.getLong("recovery.test.seed", System.nanoTime());

    private static final AtomicReference<String> REGRESSION = new AtomicReference<>("");

    private static PgDumpReferee referee;
    private static List<String> shop;

    @TempDir
    private Path folder;

    /** How one load goes. */
    private record Way(int jobs, Order order, String text) {
        static Way of(String file, int round, int... jobs) {
            long seed = SEED + 31L * round + file.hashCode();
            Random random = new Random(seed);
            int count = jobs[random.nextInt(jobs.length)];
            boolean shuffled = random.nextInt(4) > 0;
            return new Way(
                    count,
                    shuffled ? Order.shuffled(seed) : Order.longestFirst(),
                    "%s over %d connections, %s, seed %d"
                            .formatted(file, count, shuffled ? "shuffled" : "longest first", SEED));
        }

        LoadProbe probe(int version) {
            return new LoadProbe(version).over(jobs).in(order);
        }
    }

    @BeforeAll
    static void letPsqlRestoreTheShop() {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE).withShopRoles();
        referee = new PgDumpReferee(server);
        String database = server.newDatabase();
        new PostgresTools(server).psql(database, RestoreBench.sample("shop-pg15.sql.gz"));
        shop = referee.canonical(database);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop-pg15.sql.gz",
                "shop-pg15-inserts.sql.gz",
                "shop-pg15-create-clean.sql.gz",
                "shop-pg17.sql.gz",
                "shop-pg18.sql.gz",
                "shop-pg17.sql.zst",
                "shop-pg18.sql.lz4",
                "shop-pg15.dump",
                "shop-pg15-none.dump",
                "shop-pg15-piped.dump",
                "shop-pg16.dump",
                "shop-pg15.tar.gz",
                "shop-pg15-directory.tar",
                "shop-pg17-lz4.dump",
                "shop-pg18-zstd.dump"
            })
    void theShopComesBack(String file) {
        for (int round = 0; round < ROUNDS; round++) {
            Way way = Way.of(file, round, 2, 3, 4, 8);
            LoadProbe copy = way.probe(RealPostgres.MIDDLE);
            LoadResult result = copy.load(BACKUPS.resolve(file));

            assertThat(result.rows()).as(way.text()).isEqualTo(33_562);
            assertThat(copy.rows()).as(way.text()).isEqualTo(33_562);
            assertThat(copy.opened()).as(way.text()).isEqualTo(way.jobs());
            assertThat(PgDumpReferee.difference(shop, referee.canonical(copy.database)))
                    .as(way.text())
                    .isEmpty();
            assertThat(copy.left()).as(way.text()).isEmpty();
            copy.drop();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "everything/12-by-13.sql.gz, 12",
        "everything/12-by-13.dump, 15",
        "everything/12-by-17-zstd.dump, 18",
        "everything/15-by-17-lz4.dump, 12",
        "everything/15-by-17-lz4.dump, 18",
        "everything/18-by-18.sql.gz, 15",
        "everything/18-by-18.dump, 12",
        "everything/18-by-18.dump, 18",
        "everything/18-by-18-statistics.dump, 18",
        "largeobjects/by-13.dump, 15",
        "largeobjects/by-18.tar, 12",
        "small/folder.tar, 15",
        "small/inserts.dump, 18",
        "small/piped.dump, 12",
        "dumpall/all.sql, 15",
        "dumpall/clean-inserts.sql, 12"
    })
    void isWhatOneConnectionBrings(String file, int version) {
        DumpChoice choice = new DumpChoice(
                file.startsWith("dumpall") ? Optional.of("shop") : Optional.empty(),
                Optional.empty(),
                Selection.EVERYTHING);
        LoadOptions options = LoadOptions.USUAL.with(choice);
        LoadProbe alone = new LoadProbe(version);
        LoadResult expected = alone.load(BACKUPS.resolve(file), options);
        List<String> text = DatabaseText.of(alone.server, alone.database);
        for (int round = 0; round < ROUNDS; round++) {
            Way way = Way.of(file, round, 2, 4, 8);
            LoadProbe copy = way.probe(version);
            LoadResult result = copy.load(BACKUPS.resolve(file), options);

            assertThat(DatabaseText.difference(text, DatabaseText.of(copy.server, copy.database)))
                    .as(way.text())
                    .isEmpty();
            assertThat(LoadProbe.texts(result))
                    .as(way.text())
                    .containsExactlyElementsOf(LoadProbe.texts(expected).stream()
                            .map(text1 -> text1.replace(alone.database, copy.database))
                            .toList());
            assertThat(LoadProbe.tables(result)).as(way.text()).isEqualTo(LoadProbe.tables(expected));
            assertThat(result.foreignKeysProven()).as(way.text()).isEqualTo(expected.foreignKeysProven());
            assertThat(result.largeObjects()).as(way.text()).isEqualTo(expected.largeObjects());
            assertThat(copy.left()).as(way.text()).isEmpty();
            copy.drop();
        }
    }

    /** Database of {@code regression.sql}. */
    private static String regression(RealPostgres server) throws IOException {
        if (REGRESSION.get().isEmpty()) {
            String database = server.newDatabase();
            new PostgresTools(server).psql(database, Files.readAllBytes(SCHEMA));
            REGRESSION.set(database);
        }
        return REGRESSION.get();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Fp",
                "-Fc -Z1",
                "-Ft",
                "-Fp --inserts --rows-per-insert=100",
                "-Fc -Z0 --use-set-session-authorization"
            })
    void someHundredTablesThatHangTogetherComeBack(String options) throws IOException {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String original = regression(server);
        List<String> expected = referee.canonical(original);
        Path file = folder.resolve("regression.backup");
        Files.write(file, new PostgresTools(server).dump(original, options.split(" ")));
        for (int round = 0; round < ROUNDS; round++) {
            Way way = Way.of(options, round, 2, 4, 8);
            LoadProbe copy = way.probe(RealPostgres.MIDDLE);
            LoadResult result = copy.load(file);

            assertThat(PgDumpReferee.difference(expected, referee.canonical(copy.database)))
                    .as(way.text())
                    .isEmpty();
            assertThat(LoadProbe.texts(result)).as(way.text()).isEmpty();
            assertThat(copy.query("SELECT count(*) FROM r.big")).as(way.text()).containsExactly("45000");
            assertThat(copy.left()).as(way.text()).isEmpty();
            copy.drop();
        }
    }
}
