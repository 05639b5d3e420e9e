package recovery.jar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.harness.FaultyNetwork;
import recovery.harness.FaultyNetwork.Fault;
import recovery.harness.JarProcess;
import recovery.harness.JarProcess.Result;
import recovery.harness.RealPostgres;

/** The connection to the server ends while rows are being copied. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConnectionLossIT {
    private static final int ROWS = 20_000;

    /** Stands in every package of rows, whatever its size; the third is in the middle of the table. */
    private static final String WORD = "restored 1";

    private static final int MIDDLE = 3;

    @TempDir
    Path folder;

    private Customers live;
    private List<String> before;

    @BeforeEach
    void makeDatabase() {
        live = new Customers(RealPostgres.MIDDLE);
        before = live.content();
    }

    @Test
    void whenTheNetworkCutsItTheCopyIsDroppedOverANewConnection() throws Exception {
        try (FaultyNetwork proxy = new FaultyNetwork(live.server(), WORD, MIDDLE, Fault.CUT_AND_WORD_LOST)) {
            Result result = through(proxy).run("restore", "shop.sql", "--force");
            failedUnchanged(result);
        }
        assertThat(live.copies()).isEmpty();
        assertThat(live.sessionsLeft()).isEmpty();
    }

    @Test
    void whenTheServerIsGoneTheCopyIsNamedAndTheCleanupDropsItLater() throws Exception {
        Result result;
        try (FaultyNetwork proxy = new FaultyNetwork(live.server(), WORD, MIDDLE, Fault.CUT_AFTER_WORD_FOR_EVER)) {
            result = through(proxy).run("restore", "shop.sql", "--force");
            failedUnchanged(result);
        }
        assertThat(live.copies()).hasSize(1);
        String copy = live.copies().get(0);
        assertThat(result.err()).contains("  remedy: The copy '" + copy + "' could not be deleted; ");

        Result cleanup = new Site(folder, live.settings()).run("--force-cleanup");
        assertThat(cleanup.exitCode()).as(cleanup.err()).isZero();
        assertThat(cleanup.err()).contains("'" + copy + "' is left over from a restore that was cut off");
        assertThat(cleanup.out()).contains("Deleted '" + copy + "', which a broken restore had left.");
        assertThat(live.copies()).isEmpty();
        assertThat(live.sessionsLeft()).isEmpty();
        assertThat(live.content()).isEqualTo(before);
    }

    @Test
    void whenAnAdministratorEndsTheSessionTheCopyIsDropped() {
        Site site = new Site(folder, live.settings());
        site.backup("shop.sql", Customers.dump(ROWS, "SELECT pg_sleep(60);"));
        try (JarProcess restore = site.start("restore", "shop.sql", "--force")) {
            restore.await(
                    () -> live.look(
                                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%'"
                                            + " AND state = 'active' AND pid <> pg_backend_pid() AND datname LIKE '"
                                            + live.database() + "\\_%'")
                            .contains("t"),
                    "its session was ended",
                    Site.LIMIT);
            failedUnchanged(restore.await(Site.LIMIT));
        }
        assertThat(live.copies()).isEmpty();
        assertThat(live.sessionsLeft()).isEmpty();
    }

    private Site through(FaultyNetwork proxy) {
        return new Site(folder, live.settings(proxy.host(), proxy.port())).backup("shop.sql", Customers.dump(ROWS));
    }

    private void failedUnchanged(Result result) {
        assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
        assertThat(result.err()).contains("  remedy: ").doesNotContain("\tat ", "BUG");
        assertThat(result.out()).contains("'" + live.database() + "' is unchanged; nothing was renamed.");
        assertThat(live.content()).isEqualTo(before);
    }
}
