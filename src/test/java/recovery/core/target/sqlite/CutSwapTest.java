package recovery.core.target.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.backup.BackupCatalogue;
import recovery.core.layer.Layers;
import recovery.core.restore.HistoryEntry;
import recovery.core.restore.RestoreService;
import recovery.core.target.CutSwap;
import recovery.core.verify.Verifier;

/** The program dies between two renames of a swap of files, and is started again. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CutSwapTest {
    private static final String COPY = "shop.db_restoring_20260101_000000";
    private static final String PREVIOUS = "shop.db_before_20250101000000";
    private static final String KEEP = "shop.db_before_20260101000000";
    private static final int MORE_THAN_ALL = 20;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path home;

    private Path folder;
    private Path live;

    @BeforeEach
    void nameTheFiles() throws Exception {
        folder = Files.createDirectory(home.toRealPath().resolve("live"));
        live = folder.resolve("shop.db");
    }

    /** Neither file can be read by SQLite, so that each has all three files beside it, and no byte of them changes. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyStepAndEveryStepOfTakingItBackCanBeTheLast(boolean secondNames) throws Exception {
        int cuts = 0;
        for (int last = 0; last < MORE_THAN_ALL; last++) {
            fill("shop.db", PREVIOUS);
            Map<String, String> before = content();
            boolean done = swapUntil(last, secondNames, PREVIOUS);
            Map<String, String> after = content();
            for (int lastBack = 0; lastBack < MORE_THAN_ALL; lastBack++) {
                DyingDisk disk = new DyingDisk(lastBack, secondNames);
                List<String> said = diesOr(() -> new SqliteTarget(live, disk).settle(cut(PREVIOUS)));
                if (disk.dead) {
                    cuts++;
                } else {
                    assertThat(said.isEmpty()).isEqualTo(done || after.equals(before));
                    break;
                }
            }
            assertThat(content()).as("cut off after %d steps", last).isEqualTo(done ? after : before);
            assertThat(new SqliteTarget(live).settle(cut(PREVIOUS))).isEmpty();
            if (done) {
                assertThat(last)
                        .as("steps of a swap of four files against four")
                        .isGreaterThan(7);
                assertThat(cuts).isGreaterThan(15);
                assertThat(Files.readString(live)).isEqualTo("content of " + PREVIOUS);
                assertThat(Files.readString(folder.resolve(KEEP))).isEqualTo("content of shop.db");
                return;
            }
        }
        throw new AssertionError("the swap never ended");
    }

    @ParameterizedTest
    @CsvSource({"true,1", "false,1"})
    void theNextStartPutsAReadableDatabaseBackAndSaysSo(boolean secondNames, int steps) throws Exception {
        Shop.database(live, "PRAGMA journal_mode = WAL", "CREATE TABLE t (x)", "INSERT INTO t VALUES ('old')");
        Shop.database(folder.resolve(COPY), "CREATE TABLE t (x)", "INSERT INTO t VALUES ('new')");
        Path leftLog = Files.createFile(folder.resolve("shop.db-wal"));
        swapUntil(steps, secondNames, COPY);
        assertThat(Shop.names(folder)).doesNotContain("shop.db-wal");
        journal("restore", COPY, KEEP);

        try (RestoreService service = service()) {
            assertThat(service.findings(LIMIT))
                    .containsExactly(
                            "A swap of 'shop.db' was cut off in the middle; its files were put back as they were before it.",
                            "The restore 20260101_000000 was cut off while it was swapping. 'shop.db' holds what it held"
                                    + " before; the swap that was cut off has been taken back.",
                            "'" + COPY + "' is left over from a restore that was cut off; --force-cleanup deletes it.");
            assertThat(Shop.query(live, "SELECT x FROM t")).containsExactly("old");
            assertThat(Shop.names(folder)).contains("shop.db", COPY).doesNotContain(KEEP);
            assertThat(service.cleanUp()).containsExactly("Deleted '" + COPY + "', which a broken restore had left.");
            assertThat(service.findings(LIMIT)).isEmpty();
            HistoryEntry entry = service.history().get(0);
            assertThat(entry.error()).contains("CUT_OFF: the program ended while it was swapping");
            assertThat(entry.liveDatabase())
                    .isEqualTo("'shop.db' holds what it held before; the swap that was cut off has been taken back.");
        }
        Files.deleteIfExists(leftLog);
        assertThat(Shop.names(folder)).containsExactly("shop.db");
    }

    @Test
    void theNextStartSaysThatItWasDoneIfOnlyTheEndIsMissing() throws Exception {
        Shop.database(live, "CREATE TABLE t (x)", "INSERT INTO t VALUES ('old')");
        Shop.database(folder.resolve(COPY), "CREATE TABLE t (x)", "INSERT INTO t VALUES ('new')");
        new SqliteTarget(live).swap(COPY, KEEP);
        journal("restore", COPY, KEEP);

        try (RestoreService service = service()) {
            assertThat(service.findings(LIMIT))
                    .containsExactly(
                            "The restore 20260101_000000 was cut off while it was swapping. 'shop.db' holds the"
                                    + " restored data; what it held before is kept as '" + KEEP + "'.");
            assertThat(service.rollback(java.util.Optional.empty(), "terminal")
                            .await()
                            .success())
                    .isTrue();
        }
        assertThat(Shop.query(live, "SELECT x FROM t")).containsExactly("old");
    }

    @Test
    void whereThereWasNoLiveFileTheNewOneIsSaidToBeNew() throws Exception {
        Shop.database(folder.resolve(COPY), "CREATE TABLE t (x)", "INSERT INTO t VALUES ('new')");
        new SqliteTarget(live).swap(COPY, KEEP);
        journal("restore", COPY, "");
        try (RestoreService service = service()) {
            assertThat(service.findings(LIMIT))
                    .containsExactly(
                            "The restore 20260101_000000 was cut off while it was swapping. 'shop.db' holds the"
                                    + " restored data; there was no database of that name before.");
            assertThat(service.history().get(0).state()).hasToString("done");
        }
    }

    @Test
    void whereThereWasNoLiveFileThePreviousOneIsSaidToBeBack() throws Exception {
        Shop.database(folder.resolve(PREVIOUS), "CREATE TABLE t (x)", "INSERT INTO t VALUES ('old')");
        new SqliteTarget(live).swap(PREVIOUS, KEEP);
        journal("rollback", PREVIOUS, KEEP);
        try (RestoreService service = service()) {
            assertThat(service.findings(LIMIT))
                    .containsExactly("The rollback 20260101_000000 was cut off while it was swapping. 'shop.db' holds"
                            + " again what it held before; there was no database of that name meanwhile.");
        }
    }

    @Test
    void aFileThatAppearedMeanwhileIsNotReplaced() throws Exception {
        fill("shop.db", COPY);
        swapUntil(4, false, COPY);
        assertThat(live).doesNotExist();
        Files.writeString(live, "made by a program that found no database");

        List<String> said = new SqliteTarget(live).settle(cut(COPY));

        assertThat(said)
                .containsExactly("'shop.db' appeared while a swap was cut off: what was live before it is kept as '"
                        + KEEP + "'.");
        assertThat(live).hasContent("made by a program that found no database");
        assertThat(folder.resolve(KEEP)).hasContent("content of shop.db");
        assertThat(folder.resolve(COPY)).hasContent("content of " + COPY);
    }

    @Test
    void whatAProgramHasWrittenBesideTheOldFileSinceThenStaysThere() throws Exception {
        fill("shop.db", PREVIOUS);
        swapUntil(4, true, PREVIOUS);
        assertThat(Shop.names(folder)).contains("shop.db", KEEP).doesNotContain("shop.db-wal");
        Files.delete(folder.resolve(PREVIOUS + "-wal"));
        Files.writeString(folder.resolve("shop.db-wal"), "written into the old file");

        new SqliteTarget(live).settle(new CutSwap(PREVIOUS, KEEP, Instant.now().minusSeconds(60)));

        assertThat(folder.resolve("shop.db-wal")).hasContent("written into the old file");
        assertThat(folder.resolve(KEEP + "-wal")).hasContent("content of shop.db-wal");
        assertThat(live).hasContent("content of shop.db");
    }

    @Test
    void aSwapThatCouldNotBeTakenBackIsTakenBackLater() throws Exception {
        fill("shop.db", COPY);
        swapUntil(4, false, COPY);
        Files.writeString(
                journal("restore", COPY, KEEP),
                "liveDatabase='shop.db' is missing: …\nerror=SWAP_HALF_DONE: disk trouble\nstate=FAILED\n",
                java.nio.file.StandardOpenOption.APPEND);
        try (RestoreService service = service()) {
            assertThat(service.findings(LIMIT))
                    .hasSize(3)
                    .first()
                    .asString()
                    .startsWith("A swap of 'shop.db' was cut off");
            assertThat(live).hasContent("content of shop.db");
            assertThat(service.history().get(0).liveDatabase())
                    .isEqualTo("'shop.db' holds what it held before; the swap that was cut off has been taken back.");
        }
    }

    private void fill(String... databases) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        for (String database : databases) {
            for (String suffix : List.of("", "-wal", "-shm", "-journal")) {
                Files.writeString(folder.resolve(database + suffix), "content of " + database + suffix);
            }
        }
    }

    private Map<String, String> content() throws IOException {
        Map<String, String> content = new TreeMap<>();
        for (String name : Shop.names(folder)) {
            content.put(name, Files.readString(folder.resolve(name)));
        }
        return content;
    }

    private CutSwap cut(String incoming) {
        return new CutSwap(incoming, KEEP, Instant.now());
    }

    /** Whether it came to its end. */
    private boolean swapUntil(int steps, boolean secondNames, String incoming) {
        DyingDisk disk = new DyingDisk(steps, secondNames);
        diesOr(() -> {
            new SqliteTarget(live, disk).swap(incoming, KEEP);
            return List.of();
        });
        return !disk.dead;
    }

    private static List<String> diesOr(java.util.function.Supplier<List<String>> work) {
        try {
            return work.get();
        } catch (Died died) {
            return new ArrayList<>();
        }
    }

    private Path journal(String kind, String incoming, String keepAs) throws IOException {
        Path journals = Files.createDirectories(home.resolve("state/restores"));
        return Files.write(
                journals.resolve("20260101_000000.journal"),
                String.join(
                                "\n",
                                "kind=" + kind,
                                "backup=shop.sql",
                                "target=shop.db",
                                "address=SQLite file '" + live + "'",
                                "started=2026-01-01T00:00:00Z",
                                "pid=999999999999",
                                "copy=" + incoming,
                                "keepAs=" + keepAs,
                                "strategy=file",
                                "state=SWAPPING",
                                "")
                        .getBytes(UTF_8));
    }

    private RestoreService service() throws IOException {
        return new RestoreService(
                new BackupCatalogue(Files.createDirectories(home.resolve("backups")), Layers::behind),
                new SqliteTarget(live),
                new Verifier(List.of()),
                report -> {},
                home.resolve("state"),
                Clock.system(ZoneId.systemDefault()),
                "java -jar emergency.jar");
    }

    /** Thrown instead of a step: what catches failures of a disk does not see it. */
    private static final class Died extends Error {
        private static final long serialVersionUID = 1;
    }

    /** Does so many steps and no more. */
    private static final class DyingDisk implements FileSteps.Renamer {
        private final boolean secondNames;
        private int left;
        private boolean dead;

        DyingDisk(int steps, boolean secondNames) {
            this.left = steps;
            this.secondNames = secondNames;
        }

        private void step() {
            dead |= left-- == 0;
            if (dead) {
                throw new Died();
            }
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            step();
            FileSteps.Renamer.REAL.rename(from, to);
        }

        @Override
        public void link(Path file, Path secondName) throws IOException {
            if (!secondNames) {
                throw new UnsupportedOperationException("no second names here");
            }
            step();
            FileSteps.Renamer.REAL.link(file, secondName);
        }

        @Override
        public void unlink(Path secondName) throws IOException {
            step();
            FileSteps.Renamer.REAL.unlink(secondName);
        }
    }
}
