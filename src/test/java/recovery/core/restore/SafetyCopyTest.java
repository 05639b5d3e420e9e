package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.backup.Backup;
import recovery.core.verify.Verification;
import recovery.harness.PgDumpReferee;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** A safety copy brings back what the live database held, judged by pg_dump; what it cannot bring back it says. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SafetyCopyTest {
    private static final RealPostgres SERVER =
            RealPostgres.version(RealPostgres.MIDDLE).withShopRoles();
    private static final PgDumpReferee REFEREE = new PgDumpReferee(SERVER);

    @TempDir
    private Path folder;

    private static String shop() {
        String live = SERVER.newDatabase();
        new PostgresTools(SERVER).psql(live, RestoreBench.sample("shop-pg15.sql.gz"));
        return live;
    }

    @Test
    void byPgDumpBringsBackTheWholeDatabase() throws Exception {
        String live = shop();
        List<String> original = REFEREE.canonical(live);
        try (RestoreBench bench = RestoreBench.withPgDump(folder, SERVER, live)) {
            RestoreReport report = bench.backUp();

            assertThat(report.error()).isEmpty();
            SafetyCopy copy = report.safetyCopy().orElseThrow();
            assertThat(copy.file()).matches("safety_" + live + "_\\d{8}_\\d{6}\\.dump");
            assertThat(copy.method()).startsWith("pg_dump 15.");
            assertThat(copy.exact()).isTrue();
            assertThat(report.verification().status()).isEqualTo(Verification.Status.PASSED);
            assertThat(report.rows()).isEqualTo(33_562);
            assertThat(report.liveDatabase())
                    .isEqualTo("'%s' is unchanged; it was only read, and what it held is saved in '%s'."
                            .formatted(live, copy.file()));
            assertThat(files()).containsExactly(copy.file(), copy.file() + ".json", copy.file() + ".sha256");
            listedAsGood(bench, copy);
            SERVER.execute(live, "DROP SCHEMA sales CASCADE");
            assertThat(bench.restoreConfirmed(copy.file()).error()).isEmpty();
        }
        assertThat(PgDumpReferee.difference(original, REFEREE.canonical(live))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop-pg15.sql.gz",
                "shop-pg15.dump",
                "shop-pg17.sql.gz",
                "shop-pg18-zstd.dump",
                "shop-pg15-inserts.sql.gz"
            })
    void withoutPgDumpBringsBackTheWholeDatabaseThatWasRestored(String backup) throws Exception {
        String live = SERVER.newDatabase();
        List<String> before;
        try (RestoreBench bench = RestoreBench.postgres(folder, SERVER, live)) {
            assertThat(bench.put(backup, RestoreBench.sample(backup))
                            .restoreConfirmed(backup)
                            .error())
                    .isEmpty();
            SERVER.execute(
                    live,
                    "UPDATE sales.users SET name = name || E' \\t\\\\ äöü' WHERE id % 3 = 0",
                    "DELETE FROM sales.order_items WHERE id % 7 = 0",
                    "SELECT lo_from_bytea(4711, '\\x00ff10')",
                    "ALTER LARGE OBJECT 4711 OWNER TO shop_app",
                    "SELECT setval(pg_get_serial_sequence('sales.users', 'id'), 777777)");
            before = REFEREE.canonical(live);
            RestoreReport report = bench.backUp();

            assertThat(report.error()).isEmpty();
            SafetyCopy copy = report.safetyCopy().orElseThrow();
            assertThat(copy.sentences())
                    .containsExactly(
                            "It brings back the whole database: the definitions of '%s', from which it was restored, are those of today."
                                    .formatted(backup));
            assertThat(copy.exact()).isTrue();
            assertThat(report.verification().status()).isEqualTo(Verification.Status.PASSED);
            listedAsGood(bench, copy);
            assertThat(SERVER.databasesLike(live + "_restoring")).isEmpty();
            SERVER.execute(live, "DROP SCHEMA sales CASCADE", "SELECT lo_unlink(4711)");
            assertThat(bench.restoreConfirmed(copy.file()).error()).isEmpty();
            assertThat(PgDumpReferee.difference(before, REFEREE.canonical(live)))
                    .isEmpty();
            byPsql(copy, before);
        }
    }

    private void byPsql(SafetyCopy copy, List<String> before) throws Exception {
        String other = SERVER.newDatabase();
        new PostgresTools(SERVER)
                .psql(other, Files.readAllBytes(folder.resolve("backups").resolve(copy.file())));
        assertThat(PgDumpReferee.difference(before, REFEREE.canonical(other))).isEmpty();
    }

    private static void listedAsGood(RestoreBench bench, SafetyCopy copy) {
        Backup listed = bench.service().catalogue().find(copy.file());
        assertThat(listed.restorable()).isTrue();
        assertThat(listed.sha256()).contains(copy.sha256());
        assertThat(listed.metadata())
                .containsEntry("bringsBack", copy.bringsBack())
                .containsEntry("method", copy.method());
    }

    private List<String> files() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("backups"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
