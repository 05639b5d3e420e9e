package recovery.jar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import recovery.harness.JarProcess;
import recovery.harness.JarProcess.Result;
import recovery.harness.RealPostgres;

/**
 * Ctrl-C and SIGTERM in each state of a restore: before the swap it is cancelled and leaves nothing, in the swap it is
 * finished first.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SignalsIT {
    private static final int RESTORED = 9;
    private static final int CANCELLED = 130;

    private static final String SLOW = "CREATE TABLE slow AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
            + " SELECT i + 1 FROM n WHERE i < 100000000000) SELECT max(i) AS i FROM n;";

    /** The integrity check computes this for each row: long for all of them, and not long for one. */
    private static final String SLOW_TO_CHECK =
            "CREATE INDEX slowly ON slow (instr(hex(zeroblob(20000 + i)), hex(zeroblob(10000)) || ''1''))";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"PLANNED,INT", "RESTORING,INT", "VERIFYING,TERM", "SWAPPING,INT"})
    void onSqlite(String state, String signal) throws Exception {
        CustomersFile live = new CustomersFile(folder);
        Site site = new Site(folder, live.settings());
        byte[] before = Files.readAllBytes(live.file());
        switch (state) {
            case "PLANNED" ->
                site.backup(
                        "shop.sql",
                        "CREATE VIEW a_view_of_customers AS SELECT id FROM customers;\n".repeat(1_000_000)
                                + CustomersFile.script(RESTORED));
            case "RESTORING" -> site.backup("shop.sql", CustomersFile.script(RESTORED, SLOW));
            case "VERIFYING" -> slowToCheck(site.backups().resolve("slow.db"));
            default -> {
                CustomersFile.fill(site.backups().resolve("shop.db"), "restored", RESTORED);
                CutLog.leave(live, folder);
            }
        }
        try (JarProcess restore = site.program().withSignals().start("restore", "--latest", "--force")) {
            site.awaitState(restore, state);
            restore.signal(signal);
            Result result = restore.await(Site.LIMIT);
            if (state.equals("SWAPPING")) {
                assertThat(result.exitCode()).as(result.err()).isZero();
                assertThat(result.out()).contains("'shop.db' holds the restored data;");
                assertThat(live.rows()).hasSize(RESTORED);
                assertThat(live.folder()).hasSize(2);
            } else {
                cancelled(result, "shop.db");
                assertThat(Files.readAllBytes(live.file())).isEqualTo(before);
                assertThat(live.folder()).containsExactly("shop.db");
            }
        }
        assertThat(site.json("history").at("/restores/0/state").asText())
                .isEqualTo(state.equals("SWAPPING") ? "done" : "cancelled");
        if (!state.equals("SWAPPING")) {
            Site next = new Site(folder, live.settings()).backup("next.sql", CustomersFile.script(RESTORED));
            next.json("restore", "next.sql", "--force");
            assertThat(live.rows()).hasSize(RESTORED);
        }
    }

    private static void slowToCheck(Path backup) {
        CustomersFile.fill(backup, "restored", RESTORED);
        CustomersFile.execute(
                backup,
                "CREATE TABLE slow (i INTEGER)",
                "CREATE INDEX slowly ON slow (abs(i))",
                "INSERT INTO slow WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
                        + " SELECT i FROM n",
                "PRAGMA writable_schema = ON",
                "UPDATE sqlite_schema SET sql = '" + SLOW_TO_CHECK + "' WHERE name = 'slowly'");
    }

    @ParameterizedTest
    @CsvSource({"PLANNED,TERM", "RESTORING,INT", "VERIFYING,INT", "SWAPPING,TERM"})
    void onPostgresql(String state, String signal) {
        Customers live = new Customers(RealPostgres.MIDDLE);
        Site site = new Site(folder, live.settings());
        List<String> before = live.content();
        site.backup(
                "shop.sql", Customers.dump(RESTORED, "SELECT pg_sleep(" + (state.equals("RESTORING") ? 60 : 1) + ");"));
        HeldRestore held = new HeldRestore(live, site);
        try (JarProcess restore = held.begin(state, setting -> setting.withSignals())) {
            restore.signal(signal);
            restore.awaitSaid("Stopping. Please wait", Site.LIMIT);
            if (state.equals("PLANNED")) {
                // the look at the server is short, unless somebody locks its catalogs
                held.release();
            }
            if (state.equals("SWAPPING")) {
                assertThat(restore.isRunning()).as("it waits for the swap").isTrue();
                held.release();
                Result result = restore.await(Site.LIMIT);
                assertThat(result.exitCode()).as(result.err()).isZero();
                assertThat(result.out()).contains("'" + live.database() + "' holds the restored data;");
                assertThat(live.rows()).isEqualTo(RESTORED);
                assertThat(live.previous()).hasSize(1);
            } else {
                // the cancel alone ends what waits for a lock
                Result result = restore.await(Site.LIMIT);
                cancelled(result, live.database());
                assertThat(live.content()).isEqualTo(before);
            }
        } finally {
            held.release();
        }
        assertThat(live.copies()).isEmpty();
        assertThat(live.sessionsLeft()).isEmpty();
        site.backup("next.sql", Customers.dump(RESTORED + 1));
        site.json("restore", "next.sql", "--force");
        assertThat(live.rows()).isEqualTo(RESTORED + 1);
    }

    private static void cancelled(Result result, String database) {
        assertThat(result.exitCode()).as(result.err()).isEqualTo(CANCELLED);
        assertThat(result.out()).contains("'" + database + "' is unchanged; nothing was renamed.");
        assertThat(result.err()).contains("CANCELLED: ");
    }
}
