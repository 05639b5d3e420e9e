package recovery.jar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.harness.JarProcess;
import recovery.harness.JarProcess.Result;
import recovery.harness.RealPostgres;

/** The program is killed while it restores within the live database; nothing of that is left, and nothing has to be cleaned up. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledWithinLiveIT {
    private static final int RESTORED = 9;

    @TempDir
    Path folder;

    /** In a statement of the dump, which the server goes on with; in the swap, while it waits for a transaction. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void leavesNothingAndTheNextRestoreWorks(boolean inSwap) {
        Customers live = new Customers(RealPostgres.MIDDLE);
        Site site = new Site(folder, live.settings());
        List<String> before = live.content();
        site.backup("shop.sql", Customers.dump(RESTORED, inSwap ? "SELECT 1;" : "SELECT pg_sleep(60);"));
        try (Customers.Held reader = live.hold(live.database(), "LOCK TABLE customers IN ACCESS SHARE MODE");
                JarProcess restore = site.start("restore", "--latest", "--force", "--strategy", "schema")) {
            if (inSwap) {
                site.awaitState(restore, "SWAPPING");
            } else {
                restore.await(() -> running(live, "pg_sleep"), "the load sleeps", Site.LIMIT);
            }
            assertThat(live.content()).isEqualTo(before);
            restore.kill();
        }
        assertThat(live.copies()).isEmpty();

        Result cleanup = site.run("--force-cleanup");
        assertThat(cleanup.exitCode()).as(cleanup.err()).isZero();
        assertThat(cleanup.err()).contains("'" + live.database() + "' is unchanged; nothing was renamed.");
        assertThat(cleanup.out()).contains("There was nothing to clean up.");
        assertThat(live.content()).isEqualTo(before);

        site.backup("shop.sql", Customers.dump(RESTORED));
        JsonNode report = site.json("restore", "--latest", "--force", "--strategy", "schema");
        assertThat(report.get("success").asBoolean()).as(report.toString()).isTrue();
        assertThat(report.get("strategy").asText()).isEqualTo("schema");
        assertThat(live.rows()).isEqualTo(RESTORED);
        assertThat(live.copies()).isEmpty();
        assertThat(live.previous()).isEmpty();
        assertThat(live.sessionsLeft()).isEmpty();

        Result rollback = site.run("rollback", "--force");
        assertThat(rollback.exitCode()).as(rollback.err()).isZero();
        assertThat(live.rows()).isEqualTo(Customers.LIVE);
    }

    @Test
    void stopsInTheLoadWhenItIsAskedTo() {
        Customers live = new Customers(RealPostgres.MIDDLE);
        Site site = new Site(folder, live.settings());
        List<String> before = live.content();
        site.backup("shop.sql", Customers.dump(RESTORED, "SELECT pg_sleep(60);"));
        try (JarProcess restore = site.start("restore", "--latest", "--force", "--strategy", "schema")) {
            restore.await(() -> running(live, "pg_sleep"), "the load sleeps", Site.LIMIT);
            restore.terminate();
            Result result = restore.await(Site.LIMIT);
            assertThat(result.exitCode()).as(result.err()).isEqualTo(130);
            assertThat(result.out()).contains("'" + live.database() + "' is unchanged; nothing was renamed.");
        }
        assertThat(live.content()).isEqualTo(before);
        assertThat(live.sessionsLeft()).isEmpty();
    }

    private static boolean running(Customers live, String word) {
        return !live.look("SELECT pid FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
                        + " AND query LIKE '%" + word + "%' AND datname = '" + live.database() + "'")
                .isEmpty();
    }
}
