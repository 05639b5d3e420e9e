package recovery.jar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.harness.JarProcess;
import recovery.harness.JarProcess.Result;

/** The program is killed in every state of a restore of an SQLite file; then it is started again. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledSqliteIT {
    private static final int RESTORED = 9;
    private static final List<String> RESTORED_ROWS = IntStream.rangeClosed(1, RESTORED)
            .mapToObj(i -> i + " restored " + i)
            .toList();

    /** Minutes of work for SQLite in one statement. */
    private static final String SLOW = "CREATE TABLE slow AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
            + " SELECT i + 1 FROM n WHERE i < 100000000000) SELECT max(i) AS i FROM n;";

    /** The integrity check computes this for each row: it compares 4 MB at each of 6 million places. */
    private static final String SLOW_TO_CHECK =
            "CREATE INDEX slowly ON slow (instr(hex(zeroblob(5000000 + i)), hex(zeroblob(2000000)) || ''1''))";

    @TempDir
    Path folder;

    private CustomersFile live;
    private Site site;
    private List<String> rowsBefore;
    private byte[] before;

    @BeforeEach
    void makeSite() throws Exception {
        live = new CustomersFile(folder);
        site = new Site(folder, live.settings());
        rowsBefore = live.rows();
        before = Files.readAllBytes(live.file());
    }

    @Test
    void whilePlanningNothingIsLeft() throws Exception {
        // planning reads to the first row: 60 MB of definitions
        String definition = "CREATE VIEW a_view_of_customers AS SELECT id FROM customers;\n";
        site.backup("shop.sql", definition.repeat(1_000_000) + CustomersFile.script(RESTORED));
        try (JarProcess restore = site.start("restore", "--latest", "--force")) {
            site.awaitState(restore, "PLANNED");
            restore.await(this::lockFileIsThere, "it has the lock", Site.LIMIT);
            restore.kill();
        }
        Files.delete(site.backups().resolve("shop.sql"));
        assertThat(Files.readAllBytes(live.file())).isEqualTo(before);

        Result cleanup = site.run("--force-cleanup");
        assertThat(cleanup.exitCode()).as(cleanup.err()).isZero();
        assertThat(cleanup.err())
                .contains(" was cut off while it was planning. 'shop.db' is unchanged; nothing was renamed.");
        assertThat(cleanup.out()).contains("There was nothing to clean up.");
        assertThat(Files.readAllBytes(live.file())).isEqualTo(before);
        theNextRestoreWorks();
    }

    @Test
    void whileLoadingTheNextStartSaysAndTheCleanupDeletesTheCopy() throws Exception {
        try (JarProcess restore = startSlowLoad()) {
            restore.kill();
        }
        assertThat(Files.readAllBytes(live.file())).isEqualTo(before);
        String copy = theOnlyCopy();
        try (Site.Server server = site.serve()) {
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
        assertThat(Files.readAllBytes(live.file())).isEqualTo(before);
        theNextRestoreWorks();
    }

    @Test
    void stopsInTheLoadWhenItIsAskedToAndLeavesNothing() throws Exception {
        try (JarProcess restore = startSlowLoad()) {
            restore.terminate();
            Result result = restore.await(Site.LIMIT);
            assertThat(result.exitCode()).as(result.err()).isEqualTo(130);
            assertThat(result.out()).contains("'shop.db' is unchanged; nothing was renamed.");
            assertThat(result.err()).contains("CANCELLED: ");
        }
        assertThat(Files.readAllBytes(live.file())).isEqualTo(before);
        assertThat(live.folder()).containsExactly("shop.db");
        // the code that the driver unpacked goes at the next start
        site.run("history");
        assertThat(Site.names(site.data())).containsExactly("restore.lock", "restores");
    }

    private JarProcess startSlowLoad() {
        site.backup("shop.sql", CustomersFile.script(RESTORED, SLOW));
        JarProcess restore = site.start("restore", "--latest", "--force");
        site.awaitState(restore, "RESTORING");
        restore.await(() -> copies().size() == 1, "the copy is there", Site.LIMIT);
        return restore;
    }

    @Test
    void whileVerifyingTheNextStartSaysAndTheCleanupDeletesTheCopy() throws Exception {
        Path backup = site.backups().resolve("slow.db");
        CustomersFile.fill(backup, "restored", RESTORED);
        CustomersFile.execute(
                backup,
                "CREATE TABLE slow (i INTEGER)",
                "CREATE INDEX slowly ON slow (abs(i))",
                "INSERT INTO slow VALUES (1)",
                "PRAGMA writable_schema = ON",
                "UPDATE sqlite_schema SET sql = '" + SLOW_TO_CHECK + "' WHERE name = 'slowly'");
        try (JarProcess restore = site.start("restore", "--latest", "--force")) {
            site.awaitState(restore, "VERIFYING");
            restore.kill();
        }
        Files.delete(backup);
        assertThat(Files.readAllBytes(live.file())).isEqualTo(before);
        cleanupDeletes(theOnlyCopy(), "checking the copy");
        assertThat(Files.readAllBytes(live.file())).isEqualTo(before);
        theNextRestoreWorks();
    }

    @Test
    void whileSwappingTheLiveFileIsOneOfTheTwoAndItIsSaidWhich() throws Exception {
        CutLog.leave(live, folder);
        site.backup("shop.sql", CustomersFile.script(RESTORED));
        try (JarProcess restore = site.start("restore", "--latest", "--force")) {
            site.awaitState(restore, "SWAPPING");
            restore.kill();
        }
        Result cleanup = site.run("--force-cleanup");
        assertThat(cleanup.exitCode()).as(cleanup.err()).isZero();
        boolean unchanged =
                cleanup.err().contains("while it was swapping. 'shop.db' is unchanged; nothing was renamed.");
        if (unchanged) {
            assertThat(live.rows()).isEqualTo(rowsBefore);
            assertThat(CustomersFile.query(live.file(), "SELECT count(*) FROM filler"))
                    .containsExactly("40");
            theNextRestoreWorks();
        } else {
            if (cleanup.err().contains("was cut off")) {
                assertThat(cleanup.err()).contains("while it was swapping. 'shop.db' holds the restored data;");
            } // else it had come to its end before the signal
            assertThat(live.rows()).isEqualTo(RESTORED_ROWS);
        }
        assertThat(copies()).isEmpty();
    }

    @Test
    void whileRollingBackTheLiveFileIsOneOfTheTwoAndItIsSaidWhich() throws Exception {
        site.backup("shop.sql", CustomersFile.script(RESTORED));
        String previous = site.json("restore", "shop.sql", "--force")
                .at("/rollback/previous")
                .asText();
        CutLog.leave(live, folder);
        try (JarProcess rollback = site.start("rollback", "--force")) {
            rollback.await(this::rollbackSwaps, "it swaps back", Site.LIMIT);
            rollback.kill();
        }
        Result cleanup = site.run("--force-cleanup");
        assertThat(cleanup.exitCode()).as(cleanup.err()).isZero();
        boolean undone = !Files.exists(live.file().resolveSibling(previous));
        assertThat(live.rows()).isEqualTo(undone ? rowsBefore : RESTORED_ROWS);
        if (!undone) {
            assertThat(cleanup.err())
                    .containsAnyOf(
                            "while it was swapping. 'shop.db' is unchanged; nothing was renamed.",
                            "while it was swapping. 'shop.db' holds what it held before; the swap that was cut off has");
            site.json("rollback", "--force");
            assertThat(live.rows()).isEqualTo(rowsBefore);
        }
        assertThat(copies()).isEmpty();
    }

    @Test
    void whileCleaningUpTheNextCleanupGoesOn() throws Exception {
        for (int i = 0; i < 400; i++) {
            Files.writeString(live.file().resolveSibling("shop.db_restoring_20260101_%06d".formatted(i)), "half");
            Files.writeString(site.backups().resolve("upload%d.sql.part".formatted(i)), "half");
        }
        try (JarProcess cleanup = site.start("--force-cleanup")) {
            cleanup.await(() -> copies().size() < 400, "it has begun", Site.LIMIT);
            cleanup.kill();
        }
        assertThat(Files.readAllBytes(live.file())).isEqualTo(before);
        Result again = site.run("--force-cleanup");
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(Site.names(site.backups())).isEmpty();
        assertThat(Files.readAllBytes(live.file())).isEqualTo(before);
        theNextRestoreWorks();
    }

    private void cleanupDeletes(String copy, String doing) {
        Result cleanup = site.run("--force-cleanup");
        assertThat(cleanup.exitCode()).as(cleanup.err()).isZero();
        assertThat(cleanup.err())
                .contains(" was cut off while it was " + doing + ". 'shop.db' is unchanged; nothing was renamed.")
                .contains("'" + copy + "' is left over from a restore that was cut off");
        assertThat(cleanup.out()).contains("Deleted '" + copy + "', which a broken restore had left.");
    }

    private void theNextRestoreWorks() {
        assertThat(copies()).isEmpty();
        site.backup("shop.sql", CustomersFile.script(RESTORED));
        JsonNode report = site.json("restore", "--latest", "--force");
        assertThat(report.get("success").asBoolean()).isTrue();
        assertThat(live.rows()).isEqualTo(RESTORED_ROWS);
        assertThat(live.folder())
                .containsExactly("shop.db", report.at("/rollback/previous").asText());
        assertThat(Site.names(site.data())).containsExactly("restore.lock", "restores");
    }

    private boolean rollbackSwaps() {
        Path journals = site.data().resolve("restores");
        return Site.names(journals).stream().map(journals::resolve).anyMatch(journal -> {
            try {
                String text = Files.readString(journal);
                return text.contains("kind=rollback\n") && text.contains("state=SWAPPING\n");
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    private boolean lockFileIsThere() {
        return live.folder().contains(".shop.db.recovery-lock");
    }

    private List<String> copies() {
        return live.folder().stream()
                .filter(name -> name.matches("shop\\.db_restoring_[0-9_]+"))
                .toList();
    }

    private String theOnlyCopy() {
        assertThat(copies()).hasSize(1);
        return copies().get(0);
    }
}
