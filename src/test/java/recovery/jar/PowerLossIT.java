package recovery.jar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.backup.BackupCatalogue;
import recovery.core.layer.Layers;
import recovery.core.restore.HistoryEntry;
import recovery.core.restore.RestoreRequest;
import recovery.core.restore.RestoreService;
import recovery.core.target.sqlite.SqliteTarget;
import recovery.core.verify.Verifier;
import recovery.harness.JarProcess.Result;
import recovery.harness.PowerLoss;
import recovery.harness.SystemCalls;

/**
 * The power fails while an SQLite file is restored. The system calls of the real program are recorded; what they may have
 * left on the disk at each moment is laid there, and the program looks at it as at its next start.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PowerLossIT {
    private static final int RESTORED = 9;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** One in so many states is restored into; all of them if there is time. */
    private static final int RESTORED_EVERY = Integer.getInteger("recovery.test.faults", 0) > 0 ? 1 : 12;

    @TempDir
    Path made;

    private Path folder;
    private CustomersFile live;
    private Site site;
    private Path journals;
    private List<Path> folders;

    @BeforeEach
    void makeSite() throws Exception {
        folder = made.toRealPath();
        live = new CustomersFile(folder);
        site = new Site(folder, live.settings());
        CustomersFile.fill(site.backups().resolve("shop.db"), "restored", RESTORED);
        // the first run makes the folders
        site.run("history");
        journals = site.data().resolve("restores");
        folders = List.of(live.file().getParent(), journals);
    }

    @Test
    void inARestore() throws Exception {
        List<String> old = live.rows();
        List<Map<Path, byte[]>> states = record("restore", "shop.db", "--force");
        List<String> restored = live.rows();
        assertThat(restored).hasSize(RESTORED).isNotEqualTo(old);
        checkAll(states, old, restored, "restore");
    }

    @Test
    void inARestoreOverADatabaseWithALog() throws Exception {
        CutLog.leave(live, folder, "INSERT INTO customers SELECT id + 100, 'in the log' FROM customers");
        List<String> old = rowsOfACopy();
        assertThat(old).hasSize(2 * CustomersFile.LIVE);
        List<Map<Path, byte[]>> states = record("restore", "shop.db", "--force");
        checkAll(states, old, live.rows(), "restore");
    }

    @Test
    void inARollback() throws Exception {
        List<String> old = live.rows();
        site.json("restore", "shop.db", "--force");
        List<String> restored = live.rows();
        List<Map<Path, byte[]>> states = record("rollback", "--force");
        assertThat(live.rows()).isEqualTo(old);
        checkAll(states, restored, old, "rollback");
    }

    /** What may be on the disk in the course of a run that goes well. */
    private List<Map<Path, byte[]>> record(String... arguments) {
        Path trace = folder.resolve("trace");
        Map<Path, byte[]> before = PowerLoss.content(folders);
        Result result =
                site.program().within(SystemCalls.recordingInto(trace)).run(Site.LIMIT.multipliedBy(2), arguments);
        assertThat(result.exitCode()).as(result.err()).isZero();
        return PowerLoss.states(folders, PowerLossIT::isIgnored, before, SystemCalls.read(trace));
    }

    /** Locks end with their process, and what SQLite shares between processes is never read after a crash. */
    private static boolean isIgnored(Path file) {
        return file.toString().endsWith(".recovery-lock") || file.toString().endsWith("-shm");
    }

    private void checkAll(List<Map<Path, byte[]>> states, List<String> before, List<String> after, String kind)
            throws Exception {
        int changed = 0;
        assertThat(states.size()).as("moments").isGreaterThan(8);
        for (int i = 0; i < states.size(); i++) {
            PowerLoss.write(folders, states.get(i));
            List<String> found = rowsOfACopy();
            assertThat(found).as("state %d of %d", i, states.size()).isIn(before, after);
            boolean isAfter = found.equals(after);
            changed += isAfter ? 1 : 0;
            try (RestoreService service = service()) {
                String told = String.join("\n", service.findings(LIMIT));
                assertThat(told).doesNotContain("cannot");
                assertThat(live.rows())
                        .as("after the look at state %d: %s", i, told)
                        .isEqualTo(found);
                theTruthIsTold(service, kind, isAfter, before, told);
                service.cleanUp();
                assertThat(service.findings(LIMIT)).isEmpty();
                deleteEmptyJournal();
                assertThat(live.folder())
                        .as(
                                "left of state %d with %s after: %s",
                                i, states.get(i).keySet(), told)
                        .allMatch(name -> name.matches("shop\\.db(_before_\\d+)?"));
                if (i % RESTORED_EVERY == 0) {
                    assertThat(service.start(RestoreRequest.of("shop.db", "terminal"))
                                    .await()
                                    .success())
                            .isTrue();
                    assertThat(live.rows()).hasSize(RESTORED);
                }
            }
        }
        assertThat(changed).as("states behind the swap").isBetween(2, states.size() - 2);
    }

    /** One that never came to count: SQLite takes no notice of it, and leaves it where it is until it needs one. */
    private void deleteEmptyJournal() throws Exception {
        Path journal = live.file().resolveSibling("shop.db-journal");
        if (Files.exists(journal)) {
            byte[] bytes = Files.readAllBytes(journal);
            assertThat(bytes.length == 0 || bytes[0] == 0)
                    .as("a journal that nobody needs")
                    .isTrue();
            Files.delete(journal);
        }
    }

    private void theTruthIsTold(
            RestoreService service, String kind, boolean isAfter, List<String> before, String told) {
        List<HistoryEntry> entries = service.history().stream()
                .filter(entry -> entry.kind().equals(kind))
                .toList();
        if (entries.isEmpty()) {
            assertThat(isAfter).as("without a journal nothing is changed").isFalse();
            return;
        }
        HistoryEntry entry = entries.get(0);
        String sentence = entry.liveDatabase();
        if (!isAfter) {
            assertThat(sentence)
                    .as(told)
                    .isIn(
                            "'shop.db' is unchanged; nothing was renamed.",
                            "'shop.db' holds what it held before; the swap that was cut off has been taken back.");
            return;
        }
        String previous = entry.previous().orElseThrow();
        assertThat(sentence)
                .as(told)
                .isEqualTo(
                        kind.equals("rollback")
                                ? "'shop.db' holds again what it held before; the restored data is kept as '" + previous
                                        + "'."
                                : "'shop.db' holds the restored data; what it held before is kept as '" + previous
                                        + "'.");
        assertThat(CustomersFile.query(
                        live.file().resolveSibling(previous), "SELECT id || ' ' || name FROM customers ORDER BY id"))
                .isEqualTo(before);
    }

    /** As anybody would find them who opens the live file first; reading may write, so not in its own place. */
    private List<String> rowsOfACopy() throws Exception {
        Path place = Files.createTempDirectory(folder, "look");
        for (String suffix : List.of("", "-wal", "-journal")) {
            Path file = Path.of(live.file() + suffix);
            if (Files.exists(file)) {
                Files.copy(file, place.resolve("shop.db" + suffix));
            }
        }
        return CustomersFile.query(place.resolve("shop.db"), "SELECT id || ' ' || name FROM customers ORDER BY id");
    }

    private RestoreService service() {
        return new RestoreService(
                new BackupCatalogue(site.backups(), Layers::behind),
                new SqliteTarget(live.file()),
                new Verifier(List.of()),
                report -> {},
                site.data(),
                Clock.system(ZoneId.systemDefault()),
                "java -jar emergency.jar");
    }
}
