package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadResult;
import recovery.harness.DatabaseText;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;

/**
 * A load whose connections end at any moment goes on in the same copy, as often as need be, and gives the same as one that
 * nobody has disturbed. Each run chooses other moments; {@code -Drecovery.test.seed=…} repeats one,
 * {@code -Drecovery.test.faults=…} tries so many rounds over one, two and eight connections.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ResumedLoadTest {
    private static final Path BACKUPS = Path.of("src", "test", "resources", "backups");
    private static final Path SCHEMA = Path.of("src", "test", "resources", "schemas", "regression.sql");
    private static final int FAULTS = Integer.getInteger("recovery.test.faults", 0);
    private static final long SEED = Long.getLong("recovery.test.seed", System.nanoTime());

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "shop-pg15.sql.gz, 15",
        "shop-pg15-inserts.sql.gz, 15",
        "shop-pg15.dump, 15",
        "shop-pg15-directory.tar, 15",
        "everything/12-by-17-zstd.dump, 18",
        "everything/18-by-18.sql.gz, 18",
        "everything/18-by-18.dump, 15",
        "everything/18-by-18.dump, 12",
        "largeobjects/by-13.dump, 15",
        "largeobjects/by-18.tar, 12",
    })
    void isWhatAnUndisturbedLoadBrings(String file, int version) {
        RealPostgres.version(version).withShopRoles();
        check(BACKUPS.resolve(file), version, file);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Fp",
                "-Fc -Z1",
                "-Fc -Z1 --load-via-partition-root",
                "-Fp --load-via-partition-root",
                "-Fp --inserts --rows-per-insert=100",
                "-Fc -Z0 --use-set-session-authorization"
            })
    void someHundredTablesThatHangTogetherComeBack(String options) throws IOException {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String original = server.newDatabase();
        PostgresTools tools = new PostgresTools(server);
        tools.psql(original, Files.readAllBytes(SCHEMA));
        Path file = folder.resolve("regression.backup");
        Files.write(file, tools.dump(original, options.split(" ")));
        server.execute("postgres", "DROP DATABASE " + original);
        check(file, RealPostgres.MIDDLE, options);
    }

    private static void check(Path file, int version, String name) {
        LoadProbe alone = new LoadProbe(version).noting();
        LoadResult expected = alone.load(file);
        alone.forget();
        List<String> text = DatabaseText.of(alone.server, alone.database);
        int[] ways = {1, 2, 8};
        int one = new Random(SEED + name.hashCode()).nextInt(ways.length);
        for (int jobs : FAULTS == 0 ? new int[] {ways[one]} : ways) {
            for (int round = 0; round < Math.max(1, FAULTS); round++) {
                Random random = new Random(SEED + 31L * round + jobs + name.hashCode());
                LoadProbe copy = new LoadProbe(version).over(jobs).noting();
                int cuts = 0;
                LoadResult result = null;
                while (result == null) {
                    if (cuts < 4) {
                        copy.breakAfter(random.nextInt(alone.events()));
                    }
                    try {
                        result = copy.load(file);
                    } catch (RecoveryException e) {
                        cuts++;
                        assertThat(copy.isBroken())
                                .as("%s: %s", name, e.report())
                                .isTrue();
                        copy.left();
                        copy.goOn();
                    }
                }
                String way = "%s over %d connections, cut %d times, seed %d".formatted(name, jobs, cuts, SEED);
                copy.forget();
                assertThat(DatabaseText.difference(text, DatabaseText.of(copy.server, copy.database)))
                        .as(way)
                        .isEmpty();
                assertThat(LoadProbe.texts(result))
                        .as(way)
                        .containsExactlyElementsOf(LoadProbe.texts(expected).stream()
                                .map(line -> line.replace(alone.database, copy.database))
                                .toList());
                assertThat(LoadProbe.tables(result)).as(way).isEqualTo(LoadProbe.tables(expected));
                assertThat(result.foreignKeysProven()).as(way).isEqualTo(expected.foreignKeysProven());
                assertThat(result.largeObjects()).as(way).isEqualTo(expected.largeObjects());
                assertThat(copy.left()).as(way).isEmpty();
                copy.drop();
            }
        }
    }
}
