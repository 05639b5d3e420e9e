package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.verify.Verification;
import recovery.harness.NeverSwapped;
import recovery.harness.PgDumpReferee;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** The sample shop comes back within the live database as real psql brings it back, judged by pg_dump. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SchemaStrategyTest {
    private static RealPostgres server;
    private static PgDumpReferee referee;
    private static List<String> original;
    private static List<String> originalInSchemas;

    @TempDir
    private Path folder;

    @BeforeAll
    static void letPsqlRestoreTheOriginal() {
        server = RealPostgres.version(RealPostgres.MIDDLE).withShopRoles();
        referee = new PgDumpReferee(server);
        String database = server.newDatabase();
        new PostgresTools(server).psql(database, RestoreBench.sample("shop-pg15.sql.gz"));
        original = referee.canonical(database);
        dropWhatBelongsToTheDatabase(database);
        originalInSchemas = referee.canonical(database);
    }

    static RestoreReport restore(RestoreBench bench, String backup) throws InterruptedException {
        return bench.service()
                .start(new RestoreRequest(backup, false, Optional.of("schema"), true, Optional.empty(), "terminal"))
                .await();
    }

    static RestoreReport rollback(RestoreBench bench, RestoreReport of) throws InterruptedException {
        return bench.service().rollback(Optional.of(of.id()), "terminal").await();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop-pg15.sql.gz",
                "shop-pg15-inserts.sql.gz",
                "shop-pg15-create-clean.sql.gz",
                "shop-pg17.sql.gz",
                "shop-pg18.sql.lz4",
                "shop-pg15.dump",
                "shop-pg15.tar.gz",
                "shop-pg15-directory.tar",
                "shop-pg18-zstd.dump"
            })
    void comesBackEqualToTheOriginal(String backup) throws Exception {
        String live = damagedShop();
        List<String> before = referee.canonical(live);
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            bench.put(backup, RestoreBench.sample(backup));
            RestoreReport report = restore(bench, backup);

            assertThat(report.error()).isEmpty();
            assertThat(report.liveDatabase())
                    .isEqualTo("'%s' holds the restored data; what it held before is kept as '%s'."
                            .formatted(live, report.rollback().previous().orElseThrow()));
            assertThat(report.verification().status()).isEqualTo(Verification.Status.PASSED);
            assertThat(report.rows()).isEqualTo(33_562);
            assertThat(PgDumpReferee.difference(original, NeverSwapped.dump(server, live)))
                    .isEmpty();

            RestoreReport back = rollback(bench, report);
            // that stays
            dropWhatBelongsToTheDatabase(live);
            assertThat(back.error()).isEmpty();
            assertThat(back.downtimeMs()).isLessThan(1000);
            assertThat(PgDumpReferee.difference(before, NeverSwapped.dump(server, live)))
                    .isEmpty();

            RestoreReport again = rollback(bench, back);
            assertThat(again.error()).isEmpty();
            assertThat(again.liveDatabase())
                    .isEqualTo("'%s' holds again what it held before; the restored data is kept as '%s'."
                            .formatted(live, again.rollback().previous().orElseThrow()));
        }
        assertThat(PgDumpReferee.difference(originalInSchemas, NeverSwapped.dump(server, live)))
                .isEmpty();
    }

    /** And lies in no schema, so that it would be in the way of what the backup brings. */
    private static void dropWhatBelongsToTheDatabase(String database) {
        server.execute(
                database,
                "DROP EVENT TRIGGER shop_ddl",
                "DROP PUBLICATION shop_pub",
                "SELECT lo_unlink(oid) FROM pg_largeobject_metadata");
    }

    /** As it was before somebody made a mistake; what belongs to the database and hangs on tables is not there. */
    private static String damagedShop() {
        String live = server.newDatabase();
        new PostgresTools(server).psql(live, RestoreBench.sample("shop-pg15.sql.gz"));
        dropWhatBelongsToTheDatabase(live);
        server.execute(
                live,
                "DELETE FROM sales.users WHERE id % 3 = 0 AND id NOT IN (SELECT user_id FROM sales.orders)",
                "CREATE TABLE sales.made_by_mistake (x int)",
                "CREATE TABLE public.older_than_the_backup (x hstore)",
                "INSERT INTO public.older_than_the_backup VALUES ('a => 1')");
        return live;
    }
}
