package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.error.ErrorCode;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.target.FileOptions;
import recovery.core.target.LoadOptions;
import recovery.core.verify.Verification;
import recovery.harness.RestoreBench;
import recovery.harness.SqliteShell;

@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class SalvageTest {
    private static final int PAGE = 4096;

    @TempDir
    private Path folder;

    private Path live;
    private RestoreBench bench;
    private byte[] sound;

    @BeforeEach
    void makeTheDatabases() throws Exception {
        live = Files.createDirectory(folder.resolve("live")).resolve("shop.db");
        sqlite3(live, "CREATE TABLE precious (x); INSERT INTO precious VALUES (1), (2);");
        Path made = folder.resolve("made.db");
        sqlite3(
                made,
                "PRAGMA page_size = 4096; CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT);"
                        + " CREATE TABLE orders (id INTEGER PRIMARY KEY, customer REFERENCES customer, what TEXT);"
                        + " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
                        + " INSERT INTO orders SELECT i, 1 + i % 1000, 'order ' || i FROM n;"
                        + " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
                        + " INSERT INTO customer SELECT i, 'name ' || i FROM n;");
        sound = Files.readAllBytes(made);
        bench = RestoreBench.sqlite(folder, live);
    }

    @AfterEach
    void closeTheService() {
        bench.close();
    }

    private static String sqlite3(Path file, String sql) throws IOException, InterruptedException {
        return SqliteShell.run(file, sql + ";").strip();
    }

    /** A leaf of customer is gone: the one with the last customers is not hit. */
    private byte[] damaged() {
        byte[] damaged = sound.clone();
        for (int page = 3; page < damaged.length / PAGE; page++) {
            int at = page * PAGE;
            String text = new String(damaged, at, PAGE, java.nio.charset.StandardCharsets.ISO_8859_1);
            if (damaged[at] == 13 && text.contains("name 300")) {
                Arrays.fill(damaged, at, at + PAGE, (byte) 0);
                return damaged;
            }
        }
        throw new IllegalStateException("no such page");
    }

    private RestoreReport salvage(String name, boolean confirmed) {
        return bench.restore(
                name,
                confirmed,
                LoadOptions.USUAL.with(new FileOptions(java.util.Optional.empty(), true, false, false)));
    }

    private List<String> beside() throws IOException {
        try (Stream<Path> files = Files.list(live.getParent())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aDamagedFileIsRefusedAndTheSalvageIsNamed() throws Exception {
        bench.put("torn.db", damaged());

        RestoreReport report = bench.restoreConfirmed("torn.db");

        assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.VERIFICATION_FAILED);
        assertThat(report.error().orElseThrow().remedies())
                .contains("If there is no other backup, salvage what can be read of it: --salvage, or the tick"
                        + " 'Salvage' of the page; some rows will be lost.");
        assertThat(sqlite3(live, "SELECT count(*) FROM precious")).isEqualTo("2");
        assertThat(beside()).containsExactly("shop.db");
    }

    @Test
    void whatCanBeReadIsSalvagedWhenItIsAskedForAndNeverASuccess() throws Exception {
        bench.put("torn.db", damaged());

        RestoreReport report = salvage("torn.db", true);

        long kept = Long.parseLong(sqlite3(live, "SELECT count(*) FROM customer"));
        assertThat(report.success()).isFalse();
        assertThat(report.state()).isEqualTo(RestoreState.SALVAGED);
        assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.SALVAGED_INCOMPLETE);
        assertThat(report.verification().status()).isEqualTo(Verification.Status.FAILED);
        assertThat(report.liveDatabase())
                .matches(
                        ("'shop.db' now holds what could be read of 'torn.db': %,d rows of 2 tables; 1 page of 'customer' is"
                                        + " lost with about \\d+ rows; the data of before is kept as '%s'.")
                                .formatted(
                                        kept + 2000,
                                        report.rollback().previous().orElseThrow()));
        assertThat(kept).isBetween(500L, 999L);
        assertThat(sqlite3(live, "SELECT count(*) FROM orders; PRAGMA integrity_check"))
                .isEqualTo("2000\nok");
        assertThat(sqlite3(live, "SELECT count(*) FROM customer WHERE name <> 'name ' || id"))
                .isEqualTo("0");
        assertThat(report.notes()).extracting(Note::code).contains("ROWS_LOST");
        assertThat(beside())
                .containsExactly("shop.db", report.rollback().previous().orElseThrow());
        assertThat(bench.service().history().get(0).state().toString()).isEqualTo("salvaged");
    }

    @Test
    void aSalvageCanBeRolledBack() throws Exception {
        bench.put("torn.db", damaged());
        salvage("torn.db", true);

        RestoreReport back =
                bench.service().rollback(java.util.Optional.empty(), "test").await();

        assertThat(back.error()).isEmpty();
        assertThat(sqlite3(live, "SELECT count(*) FROM precious")).isEqualTo("2");
    }

    @Test
    void itIsNotDoneWithoutConfirmation() {
        bench.put("torn.db", damaged());

        RestoreReport report = salvage("torn.db", false);

        assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.CONFIRMATION_MISSING);
        assertThat(report.error().orElseThrow().problem())
                .isEqualTo(
                        "if the backup is damaged, 'shop.db' will hold only what can be read of it: rows will be lost,"
                                + " and nobody can tell for certain how many");
    }

    @Test
    void aSoundFileIsRestoredAsUsual() throws Exception {
        bench.put("sound.db", sound);

        RestoreReport report = salvage("sound.db", true);

        assertThat(report.error()).isEmpty();
        assertThat(report.notes())
                .contains(new Note("SALVAGE_NOT_NEEDED", "The backup is not damaged, so it was restored as usual."));
        assertThat(Files.readAllBytes(live)).isEqualTo(sound);
        assertThat(beside())
                .containsExactly("shop.db", report.rollback().previous().orElseThrow());
    }

    @Test
    void aCutFileInACutLayerIsTakenAsFarAsItGoes() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(sound);
        }
        bench.put("cut.db.gz", Arrays.copyOf(packed.toByteArray(), packed.size() * 3 / 4));

        RestoreReport report = salvage("cut.db.gz", true);

        assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.SALVAGED_INCOMPLETE);
        assertThat(report.notes()).extracting(Note::code).contains("BACKUP_DAMAGED");
        assertThat(Long.parseLong(sqlite3(live, "SELECT count(*) FROM orders"))).isPositive();
    }

    @Test
    void aFileWithoutItsHeaderIsSalvagedAndTheDamagedLiveFileIsKept() throws Exception {
        bench.close();
        byte[] headless = damaged();
        Arrays.fill(headless, 0, 100, (byte) 0);
        Files.write(live, headless);
        try (RestoreBench own = new RestoreBench(folder, new recovery.core.target.sqlite.SqliteTarget(live))) {
            own.put("live.db", headless);
            RestoreReport report = own.restore(
                    "live.db",
                    true,
                    LoadOptions.USUAL.with(new FileOptions(java.util.Optional.empty(), true, false, false)));

            assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.SALVAGED_INCOMPLETE);
            assertThat(sqlite3(live, "SELECT count(*) FROM orders")).isEqualTo("2000");
            assertThat(Files.readAllBytes(
                            live.resolveSibling(report.rollback().previous().orElseThrow())))
                    .isEqualTo(headless);
        }
        bench = RestoreBench.sqlite(folder, live);
    }

    @Test
    void aFileOfNothingIsRefusedAndLeavesNothing() throws Exception {
        byte[] noise = new byte[100_000];
        for (int at = 0; at < noise.length; at++) {
            noise[at] = (byte) (at % 7 + 1);
        }
        bench.put("noise.db", noise);

        RestoreReport report = salvage("noise.db", true);

        assertThat(report.error().orElseThrow().problem())
                .isEqualTo("nothing can be salvaged: no table and no row can be read");
        assertThat(beside()).containsExactly("shop.db");
        assertThat(report.liveDatabase()).isEqualTo("'shop.db' is unchanged; nothing was renamed.");
    }

    @Test
    void aScriptCannotBeSalvaged() {
        bench.put("shop.sql", "CREATE TABLE t (a);\n");

        assertThatThrownBy(() -> {
                    RestoreReport report = salvage("shop.sql", true);
                    throw new AssertionError(report.error().orElseThrow().problem());
                })
                .hasMessage("'shop.sql' is a SQL script, and only database files can be salvaged")
                .satisfies(error -> assertThat(error).isInstanceOfAny(RecoveryException.class, AssertionError.class));
    }

    @Test
    void searchIndexesComeBackWithTheRowsThatTheyAreOver() throws Exception {
        Path made = folder.resolve("search.db");
        sqlite3(
                made,
                "PRAGMA page_size = 4096; CREATE TABLE texts (id INTEGER PRIMARY KEY, body TEXT);"
                        + " CREATE VIRTUAL TABLE own USING fts5 (body);"
                        + " CREATE VIRTUAL TABLE over USING fts5 (body, content = 'texts', content_rowid = 'id');"
                        + " CREATE VIRTUAL TABLE old USING fts4 (body); CREATE VIRTUAL TABLE boxes USING rtree (id, a, b);"
                        + " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
                        + " INSERT INTO texts SELECT i, 'text number ' || i || ' ' || hex(zeroblob(100)) FROM n;"
                        + " INSERT INTO own SELECT body FROM texts; INSERT INTO over (over) VALUES ('rebuild');"
                        + " INSERT INTO old SELECT body FROM texts WHERE id < 10; INSERT INTO boxes VALUES (7, 1, 2);");
        byte[] content = Files.readAllBytes(made);
        int root = Integer.parseInt(sqlite3(made, "SELECT rootpage FROM sqlite_schema WHERE name = 'texts'"));
        int leaf = child(content, root);
        Arrays.fill(content, (leaf - 1) * PAGE, leaf * PAGE, (byte) 0);
        bench.put("search.db", content);

        RestoreReport report = salvage("search.db", true);

        assertThat(report.state()).as("%s", report.error()).isEqualTo(RestoreState.SALVAGED);
        assertThat(sqlite3(live, "PRAGMA integrity_check")).isEqualTo("ok");
        assertThat(sqlite3(live, "SELECT count(*) FROM texts")).matches("8[0-9][0-9]");
        assertThat(
                        sqlite3(
                                live,
                                "SELECT count(*) FROM own WHERE own MATCH '900'; SELECT rowid FROM over WHERE over MATCH '900';"
                                        + " SELECT count(*) FROM old WHERE old MATCH 'number'; SELECT id FROM boxes WHERE a > 0"))
                .isEqualTo("1\n900\n9\n7");
    }

    /** The first one of an inner page of a table. */
    private static int child(byte[] content, int page) {
        java.nio.ByteBuffer bytes = java.nio.ByteBuffer.wrap(content);
        int at = (page - 1) * PAGE;
        assertThat(content[at]).as("an inner page").isEqualTo((byte) 5);
        return bytes.getInt(at + bytes.getShort(at + 12));
    }

    @Test
    void theLiveFileItselfCanBeSalvagedInItsPlace() throws Exception {
        bench.close();
        live = folder.resolve("backups/shop.db");
        bench = RestoreBench.sqlite(folder, live).put("shop.db", damaged());

        RestoreReport report = salvage("shop.db", true);

        assertThat(report.state()).as("%s", report.error()).isEqualTo(RestoreState.SALVAGED);
        assertThat(sqlite3(live, "SELECT count(*) FROM orders; PRAGMA integrity_check"))
                .isEqualTo("2000\nok");
        assertThat(Files.readAllBytes(
                        live.resolveSibling(report.rollback().previous().orElseThrow())))
                .isEqualTo(damaged());
    }

    /** Whatever the bytes are, it ends, with an answer, and nothing is left beside the live file. */
    @Test
    void bytesWithoutSenseEndItProperly() throws Exception {
        long seed = Long.getLong("recovery.test.seed", new java.util.Random().nextLong());
        System.out.println("salvaged noise, seed " + seed);
        java.util.Random random = new java.util.Random(seed);
        for (int round = 0; round < 40; round++) {
            byte[] content = sound.clone();
            for (int hits = random.nextInt(200); hits >= 0; hits--) {
                int from = random.nextInt(8) == 0 ? random.nextInt(PAGE) : random.nextInt(content.length);
                int to = Math.min(content.length, from + 1 + random.nextInt(64));
                for (int i = Math.max(from, 100); i < to; i++) {
                    content[i] = (byte) random.nextInt();
                }
            }
            String name = "noise-" + round + ".db";
            bench.put(name, content);
            RestoreReport report = salvage(name, true);

            assertThat(report.error().map(RestoreReport.Failure::code))
                    .as("round %d, %s", round, report.error())
                    .hasValueSatisfying(code -> assertThat(code).isNotEqualTo(ErrorCode.BUG));
            assertThat(beside()).noneMatch(file -> file.contains("_restoring_"));
        }
    }
}
