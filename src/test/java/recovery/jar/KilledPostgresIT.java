package recovery.jar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.harness.JarProcess;
import recovery.harness.JarProcess.Result;
import recovery.harness.RealPostgres;

/** The program is killed in every state of a restore, with a real server; then it is started again. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledPostgresIT {
    private static final int RESTORED = 9;
    private static final String SLOW = "SELECT pg_sleep(60);";

    @TempDir
    Path folder;

    private Customers live;
    private Site site;
    private List<String> before;

    @BeforeEach
    void makeSite() {
        live = new Customers(RealPostgres.MIDDLE);
        site = new Site(folder, live.settings());
        before = live.content();
    }

    @Test
    void whilePlanningNothingIsLeft() {
        site.backup("shop.sql", Customers.dump(RESTORED));
        try (JarProcess restore = startHeldWhilePlanning()) {
            restore.kill();
        }
        assertThat(live.content()).isEqualTo(before);
        assertThat(live.copies()).isEmpty();

        Result cleanup = site.run("--force-cleanup");
        assertThat(cleanup.exitCode()).as(cleanup.err()).isZero();
        assertThat(cleanup.err())
                .contains(" was cut off while it was planning. '" + live.database()
                        + "' is unchanged; nothing was renamed.");
        assertThat(cleanup.out()).contains("There was nothing to clean up.");
        theNextRestoreWorks();
    }

    private JarProcess startHeldWhilePlanning() {
        // nothing but the look at the server reads this table
        try (Customers.Held lock = live.hold("postgres", "LOCK TABLE pg_subscription IN ACCESS EXCLUSIVE MODE")) {
            JarProcess restore = site.start("restore", "--latest", "--force");
            site.awaitState(restore, "PLANNED");
            restore.await(() -> waiting("pg_subscription"), "it looks at the server", Site.LIMIT);
            restore.kill();
            return restore;
        }
    }

    @Test
    void whileLoadingTheServerSaysAndTheCleanupEndsTheSessionAndDropsTheCopy() {
        site.backup("shop.sql", Customers.dump(RESTORED, SLOW));
        try (JarProcess restore = site.start("restore", "--latest", "--force")) {
            site.awaitState(restore, "RESTORING");
            restore.await(() -> running("pg_sleep"), "the load sleeps", Site.LIMIT);
            restore.kill();
        }
        assertThat(live.content()).isEqualTo(before);
        String copy = theOnlyCopy();

        try (Site.Server server = site.serve()) {
            server.process().awaitAnswer(server.at("/"), Site.LIMIT);
            server.process()
                    .await(
                            () -> server.process()
                                    .awaitAnswer(server.at("/"), Site.LIMIT)
                                    .contains(copy),
                            "the page says what was left",
                            Site.LIMIT);
        }
        Result cleanup = site.run("--force-cleanup");
        assertThat(cleanup.err()).contains("'" + copy + "' is left over from a restore that was cut off");
        assertThat(cleanup.out()).contains("Deleted '" + copy + "', which a broken restore had left.");
        site.backup("shop.sql", Customers.dump(RESTORED));
        theNextRestoreWorks();
    }

    @Test
    void whileVerifyingTheNextStartSaysAndTheCleanupDropsTheCopy() {
        site.backup("shop.sql", Customers.dump(RESTORED, "SELECT pg_sleep(1);"));
        try (JarProcess restore = site.start("restore", "--latest", "--force")) {
            try (Customers.Held lock = holdVerification(restore)) {
                restore.kill();
            }
        }
        assertThat(live.content()).isEqualTo(before);
        cleanupDrops(theOnlyCopy(), "checking the copy");
        theNextRestoreWorks();
    }

    @Test
    void whileSwappingTheLiveDatabaseIsOneOfTheTwoAndCanBeUsed() {
        site.backup("shop.sql", Customers.dump(RESTORED, "SELECT pg_sleep(1);"));
        try (JarProcess restore = site.start("restore", "--latest", "--force")) {
            Customers.Held verification = holdVerification(restore);
            try (Customers.Held lock = live.hold("postgres", "LOCK TABLE pg_database IN SHARE MODE")) {
                verification.close();
                site.awaitState(restore, "SWAPPING");
                restore.await(() -> waiting("pg_database"), "the swap waits", Site.LIMIT);
                restore.kill();
            }
        }
        String copy = theOnlyCopy();
        cleanupDrops(copy, "swapping");
        assertThat(live.content()).isEqualTo(before);
        assertThat(live.server()
                        .query("postgres", "SELECT datname FROM pg_database WHERE NOT datallowconn ORDER BY datname"))
                .containsExactly("template0");
        theNextRestoreWorks();
    }

    @Test
    void stopsInTheLoadWhenItIsAskedToAndLeavesNothing() {
        site.backup("shop.sql", Customers.dump(RESTORED, SLOW));
        try (JarProcess restore = site.start("restore", "--latest", "--force")) {
            restore.await(() -> running("pg_sleep"), "the load sleeps", Site.LIMIT);
            restore.terminate();
            Result result = restore.await(Site.LIMIT);
            assertThat(result.exitCode()).as(result.err()).isEqualTo(130);
            assertThat(result.out()).contains("'" + live.database() + "' is unchanged; nothing was renamed.");
            assertThat(result.err()).contains("CANCELLED: ");
        }
        assertThat(live.content()).isEqualTo(before);
        assertThat(live.copies()).isEmpty();
        assertThat(live.sessionsLeft()).isEmpty();
        assertThat(site.json("history").at("/restores/0/state").asText()).isEqualTo("cancelled");
    }

    /**
     * Held by a lock on a table of the copy that the checks read. The statistics look at it as well, so it is taken
     * after them, while the settings of the live database wait to be carried over.
     */
    private Customers.Held holdVerification(JarProcess restore) {
        live.server().execute("postgres", "ALTER DATABASE " + live.database() + " SET work_mem = '5MB'");
        restore.await(() -> running("pg_sleep"), "the load sleeps", Site.LIMIT);
        String copy = theOnlyCopy();
        Customers.Held lock;
        try (Customers.Held sameSetting = live.hold("postgres", "ALTER DATABASE " + copy + " SET work_mem = '5MB'")) {
            restore.await(this::settingsWait, "the settings wait", Site.LIMIT);
            lock = live.hold(copy, "LOCK TABLE pg_sequence IN ACCESS EXCLUSIVE MODE");
        }
        site.awaitState(restore, "VERIFYING");
        restore.await(() -> waiting("pg_sequence"), "the check waits", Site.LIMIT);
        return lock;
    }

    private void cleanupDrops(String copy, String doing) {
        Result cleanup = site.run("--force-cleanup");
        assertThat(cleanup.exitCode()).as(cleanup.err()).isZero();
        assertThat(cleanup.err())
                .contains(" was cut off while it was " + doing + ". '" + live.database()
                        + "' is unchanged; nothing was renamed.")
                .contains("'" + copy + "' is left over from a restore that was cut off");
        assertThat(cleanup.out()).contains("Deleted '" + copy + "', which a broken restore had left.");
    }

    private void theNextRestoreWorks() {
        assertThat(live.copies()).isEmpty();
        assertThat(live.sessionsLeft()).isEmpty();
        assertThat(live.content()).isEqualTo(before);

        JsonNode report = site.json("restore", "--latest", "--force");
        assertThat(report.get("success").asBoolean()).isTrue();
        assertThat(live.rows()).isEqualTo(RESTORED);
        assertThat(live.copies()).isEmpty();
        assertThat(live.previous())
                .containsExactly(report.at("/rollback/previous").asText());
        assertThat(live.sessionsLeft()).isEmpty();
    }

    private String theOnlyCopy() {
        assertThat(live.copies()).hasSize(1);
        return live.copies().get(0);
    }

    private boolean running(String word) {
        return !live.look("SELECT pid FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
                        + " AND query LIKE '%" + word + "%' AND datname LIKE '" + live.database() + "\\_%'")
                .isEmpty();
    }

    /** For the one who has written the same row and not committed. */
    private boolean settingsWait() {
        return !live.look("SELECT pid FROM pg_stat_activity WHERE wait_event = 'transactionid'" + " AND query LIKE '%"
                        + live.database() + "\\_%'")
                .isEmpty();
    }

    private boolean waiting(String table) {
        return !live.look(
                        "SELECT pid FROM pg_locks WHERE NOT granted AND relation = (SELECT oid FROM pg_class WHERE relname = '"
                                + table + "' AND relnamespace = 'pg_catalog'::regnamespace)")
                .isEmpty();
    }
}
