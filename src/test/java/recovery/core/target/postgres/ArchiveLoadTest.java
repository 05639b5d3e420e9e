package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupCatalogue;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.DumpReaders;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Layers;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.RoleOptions;
import recovery.harness.PgDumpReferee;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** Archives of the sample shop come back on a real server as psql brings back the script, judged by pg_dump. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ArchiveLoadTest {
    private static final Path BACKUPS = Path.of("src", "test", "resources", "backups");
    private static final String[] BARE = {"--no-owner", "--no-privileges"};

    private static List<String> original;
    private static List<String> bare;

    @BeforeAll
    static void letPsqlRestoreTheOriginal() {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE).withShopRoles();
        String database = server.newDatabase();
        new PostgresTools(server).psql(database, RestoreBench.sample("shop-pg15.sql.gz"));
        original = new PgDumpReferee(server).canonical(database);
        // of a role that is missing there can be no policy
        server.execute(database, "DROP POLICY own_rows ON sales.users");
        bare = new PgDumpReferee(server).canonical(database, BARE);
    }

    private static LoadResult load(LoadProbe copy, String file, RoleOptions roles) {
        Backup backup = new BackupCatalogue(BACKUPS, Layers::behind).find(file);
        LoadOptions options = new LoadOptions(DumpChoice.EVERYTHING, roles, Set.of(), Optional.empty());
        try (BackupStream stream = BackupStream.open(BACKUPS.resolve(file), copy.cancellation)) {
            return copy.load(DumpReaders.open(backup, stream, DumpChoice.EVERYTHING), options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop-pg15.dump",
                "shop-pg15-none.dump",
                "shop-pg15-piped.dump",
                "shop-pg16.dump",
                "shop-pg17-lz4.dump",
                "shop-pg18-zstd.dump",
                "shop-pg15.tar.gz",
                "shop-pg15-directory.tar"
            })
    void comesBackEqual(String file) {
        LoadProbe copy = new LoadProbe(RealPostgres.MIDDLE);
        LoadResult result = load(copy, file, RoleOptions.AS_THEY_ARE);

        assertThat(result.rows()).isEqualTo(33_562);
        assertThat(result.largeObjects()).hasValue(2);
        assertThat(result.foreignKeysProven()).isTrue();
        assertThat(PgDumpReferee.difference(original, new PgDumpReferee(copy.server).canonical(copy.database)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop-pg15.dump", "shop-pg18-zstd.dump"})
    void comesBackWithoutItsRoles(String file) {
        LoadProbe copy = new LoadProbe(RealPostgres.MIDDLE);
        Map<String, String> gone =
                Map.of("shop_owner", "gone_owner", "shop_app", "gone_app", "shop_audit", "gone_audit");
        LoadResult result = load(copy, file, new RoleOptions(Optional.empty(), false, false, gone));

        assertThat(LoadProbe.texts(result).stream()
                        .filter(text -> !text.startsWith("OPTION_UNKNOWN") && !text.startsWith("SETTING_UNKNOWN")))
                .containsExactly(
                        "ROLE_MISSING: The role 'gone_app' does not exist on this server: 21 grants were left out; 1 policy"
                                + " was left out, which hides the rows it would show.",
                        "ROLE_MISSING: The role 'gone_audit' does not exist on this server: 2 objects belong to 'postgres'"
                                + " instead.",
                        "ROLE_MISSING: The role 'gone_owner' does not exist on this server: 31 objects belong to 'postgres'"
                                + " instead; 1 grant was left out.");
        assertThat(PgDumpReferee.difference(bare, new PgDumpReferee(copy.server).canonical(copy.database, BARE)))
                .isEmpty();
    }
}
