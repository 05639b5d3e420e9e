package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import recovery.core.target.Strategy;
import recovery.core.verify.Verification;
import recovery.harness.DatabaseText;
import recovery.harness.NeverSwapped;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** A role that owns its database and may neither create nor rename any, as on managed servers. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SchemaPlainOwnerTest {
    @TempDir
    private Path folder;

    private static String plainRole(RealPostgres server, String live) {
        String role = live + "_plain";
        server.execute(
                "postgres",
                "CREATE ROLE " + role + " LOGIN PASSWORD 'secret'",
                "ALTER DATABASE " + live + " OWNER TO " + role);
        return role;
    }

    /** Without being told to; twice, since the second time there is something to set aside; and back. */
    @ParameterizedTest
    @CsvSource({"14, shop-pg15.dump", "15, shop-pg15.sql.gz", "18, shop-pg18-zstd.dump"})
    void restoresWithinItsDatabase(int version, String backup) throws Exception {
        RealPostgres server = RealPostgres.version(version).withShopRoles();
        String live = server.newDatabase();
        String role = plainRole(server, live);
        if (version < 15) {
            server.execute(live, "ALTER SCHEMA public OWNER TO " + role);
        }
        try (RestoreBench bench = RestoreBench.as(role, "secret", folder, server, live)) {
            bench.put(backup, RestoreBench.sample(backup));
            RestoreReport first = restored(bench, backup);
            List<String> restored = text(server, live, first);

            server.execute(
                    live,
                    "SET ROLE " + role,
                    "DELETE FROM sales.order_items",
                    "CREATE TABLE sales.by_mistake (x int)",
                    "SELECT lo_unlink(oid) FROM pg_largeobject_metadata");
            List<String> damaged = text(server, live, first);
            RestoreReport second = restored(bench, backup);
            assertThat(DatabaseText.difference(restored, text(server, live, second)))
                    .isEmpty();

            RestoreReport back = SchemaStrategyTest.rollback(bench, second);
            assertThat(back.error()).isEmpty();
            server.execute(live, "SELECT lo_unlink(oid) FROM pg_largeobject_metadata");
            assertThat(DatabaseText.difference(damaged, text(server, live, back)))
                    .isEmpty();
        }
        assertThat(server.databasesLike(live)).containsExactly(live);
        assertThat(server.query(live, "SELECT count(*) FROM pg_stat_activity WHERE usename = '" + role + "'"))
                .containsExactly("0");
    }

    private static RestoreReport restored(RestoreBench bench, String backup) throws InterruptedException {
        RestoreReport report = bench.service()
                .start(new RestoreRequest(backup, false, Optional.empty(), true, Optional.empty(), "terminal"))
                .await();
        assertThat(report.error()).isEmpty();
        assertThat(report.strategy()).isEqualTo(Strategy.SCHEMA);
        assertThat(report.verification().status()).isEqualTo(Verification.Status.PASSED);
        assertThat(report.rows()).isEqualTo(33_562);
        return report;
    }

    /** Without what swaps keep. */
    private static List<String> text(RealPostgres server, String live, RestoreReport after) {
        assertThat(after.rollback().previous().orElseThrow()).matches("\\*_before_[0-9]{14}");
        return NeverSwapped.text(server, live);
    }
}
