package recovery.core.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupCatalogue;
import recovery.core.backup.BackupFormat;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.Selection;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.core.layer.Layers;
import recovery.core.target.LoadOptions;
import recovery.harness.RestoreBench;
import recovery.harness.SqliteShell;
import recovery.harness.Tar;

/** Databases that lie beside other files in a tar archive, and beside their own logs there or in the backup directory. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VolumeArchiveTest {
    private static final String ROWS = "SELECT count(*) FROM t";

    @TempDir
    private Path folder;

    private Path live;
    private RestoreBench bench;
    private byte[] database;

    @BeforeEach
    void makeTheDatabases() throws Exception {
        live = Files.createDirectory(folder.resolve("live")).resolve("assets.db");
        bench = RestoreBench.sqlite(folder, live);
        database = database("one");
    }

    @AfterEach
    void closeTheService() {
        bench.close();
    }

    private byte[] database(String text) throws IOException, InterruptedException {
        Path file = folder.resolve(text + ".db");
        SqliteShell.run(file, "CREATE TABLE t(x); INSERT INTO t VALUES('" + text + "');");
        return Files.readAllBytes(file);
    }

    /** A database whose second and third row are in its log only. */
    private record Logged(Path file, String suffix) {
        byte[] main() throws IOException {
            return Files.readAllBytes(file);
        }

        byte[] log() throws IOException {
            return beside(suffix);
        }

        byte[] index() throws IOException {
            return beside("-shm");
        }

        private byte[] beside(String ending) throws IOException {
            return Files.readAllBytes(file.resolveSibling(file.getFileName() + ending));
        }
    }

    private Logged logged() throws IOException, InterruptedException {
        Path file = folder.resolve("logged.db");
        SqliteShell.run(file, """
                PRAGMA journal_mode = wal;
                CREATE TABLE t(x);
                INSERT INTO t VALUES('checkpointed');
                PRAGMA wal_checkpoint(TRUNCATE);
                PRAGMA wal_autocheckpoint = 0;
                INSERT INTO t VALUES('in the log'), ('too');
                .shell cp %1$s %1$s-copy; cp %1$s-wal %1$s-copy-wal; cp %1$s-shm %1$s-copy-shm""".formatted(file));
        return new Logged(folder.resolve("logged.db-copy"), "-wal");
    }

    /** A database in the middle of a transaction that was written to the file in part, and its journal. */
    private Logged inTheMiddle() throws IOException, InterruptedException {
        Path file = folder.resolve("hot.db");
        SqliteShell.run(file, """
                CREATE TABLE t(x); INSERT INTO t VALUES('kept');
                CREATE TABLE big(x); PRAGMA cache_size = 5; PRAGMA cache_spill = 1;
                BEGIN; DELETE FROM t; WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 200)
                INSERT INTO big SELECT zeroblob(3000) FROM n;
                .shell cp %1$s %1$s-copy; cp %1$s-journal %1$s-copy-journal
                ROLLBACK;""".formatted(file));
        return new Logged(folder.resolve("hot.db-copy"), "-journal");
    }

    private RestoreReport restored(String name) {
        RestoreReport report = bench.restoreConfirmed(name);
        assertThat(report.error()).isEmpty();
        assertThat(live.getParent().toFile().list()).containsExactly("assets.db");
        return report;
    }

    private static List<String> notes(RestoreReport report) {
        return report.notes().stream()
                .map(note -> note.code() + ": " + note.text())
                .toList();
    }

    private static LoadOptions taking(String database) {
        return LoadOptions.USUAL.with(new DumpChoice(Optional.of(database), Optional.empty(), Selection.EVERYTHING));
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        return packed.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"assets.db", "data.bin", "no-ending", "deep/er/assets"})
    void theDatabaseIsFoundByWhatIsInIt(String path) throws Exception {
        byte[] archive = new Tar()
                .folder("./")
                .file("./config.json", "{}".getBytes(UTF_8))
                .file("./" + path, database)
                .file("./uploads/picture.png", new byte[2000])
                .bytes();
        bench.put("volume.tar.gz", gzip(archive));

        Backup listed = bench.service().backups().get(0);
        assertThat(listed.format()).isEqualTo(BackupFormat.SQLITE_DATABASE);
        assertThat(listed.restorable()).isTrue();
        Inspection inspection = bench.service().inspect("volume.tar.gz");
        assertThat(inspection.databases()).containsExactly(path);
        assertThat(inspection.rows()).isEqualTo(1);
        assertThat(notes(restored("volume.tar.gz")))
                .containsExactly(
                        "OTHER_FILES: The archive holds 2 other files, which only --whole-volume restores: 'config.json', 'uploads/picture.png'.");
        assertThat(live).hasBinaryContent(database);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rowsOfTheLogInTheArchiveAreRestoredWhereverItStands(boolean logFirst) throws Exception {
        Logged logged = logged();
        Tar archive = new Tar();
        if (logFirst) {
            archive.file("assets.db-wal", logged.log()).file("assets.db-shm", logged.index());
        }
        archive.file("assets.db", logged.main());
        if (!logFirst) {
            archive.file("assets.db-shm", logged.index()).file("assets.db-wal", logged.log());
        }
        bench.put("volume.tar", archive.bytes());

        RestoreReport report = restored("volume.tar");

        assertThat(notes(report))
                .contains(
                        "LOG_APPLIED: The '-wal' beside the database held 1 pages of committed changes, which are in the restored database.")
                .noneMatch(note -> note.startsWith("WAL_MODE"));
        assertThat(SqliteShell.run(live, ROWS)).isEqualTo("3\n");
        assertThat(SqliteShell.run(live, "PRAGMA journal_mode")).isEqualTo("wal\n");
    }

    @Test
    void aTransactionThatTheJournalRemembersIsRolledBack() throws Exception {
        Logged hot = inTheMiddle();
        assertThat(hot.main().length).isGreaterThan(100_000);
        bench.put(
                "volume.tar",
                new Tar()
                        .file("assets.db-journal", hot.log())
                        .file("assets.db", hot.main())
                        .bytes());

        RestoreReport report = restored("volume.tar");

        assertThat(notes(report))
                .contains(
                        "LOG_ROLLED_BACK: A '-journal' lay beside the database: a transaction that it remembers as unfinished was rolled back.");
        assertThat(SqliteShell.run(live, "SELECT x FROM t; SELECT count(*) FROM big"))
                .isEqualTo("kept\n0\n");
    }

    @Test
    void aJournalThatNamesAnotherFileIsNotGivenToSqlite() throws Exception {
        Path victim = Files.writeString(folder.resolve("victim"), "precious");
        Logged hot = inTheMiddle();
        byte[] name = victim.toString().getBytes(UTF_8);
        ByteArrayOutputStream journal = new ByteArrayOutputStream();
        journal.write(hot.log());
        java.nio.ByteBuffer end = java.nio.ByteBuffer.allocate(4 + name.length + 16);
        int sum = 0;
        for (byte each : name) {
            sum += each;
        }
        end.putInt(0).put(name).putInt(name.length).putInt(sum).putLong(0xd9d505f920a163d7L);
        journal.write(end.array());
        bench.put(
                "volume.tar",
                new Tar()
                        .file("a.db", database)
                        .file("a.db-journal", journal.toByteArray())
                        .bytes());

        assertThat(notes(restored("volume.tar")))
                .contains(
                        "LOG_IGNORED: The '-journal' beside the database was left out: it belongs to a transaction over several databases.");
        assertThat(victim).hasContent("precious");
        assertThat(live).hasBinaryContent(database);
    }

    @Test
    void aLogOfAnOlderTimeIsLeftOut() throws Exception {
        Logged logged = logged();
        bench.put(
                "volume.tar",
                new Tar().file("a.db", database).file("a.db-wal", logged.log()).bytes());

        assertThat(notes(restored("volume.tar")))
                .contains(
                        "LOG_IGNORED: The '-wal' beside the database was left out: the database is not in WAL mode, so the log is an older one that no longer belongs to it.");
        assertThat(live).hasBinaryContent(database);
    }

    @Test
    void aLogWithoutAWholeTransactionChangesNothing() throws Exception {
        Logged logged = logged();
        byte[] damaged = logged.log().clone();
        damaged[40] ^= 1;
        bench.put(
                "volume.tar",
                new Tar().file("a.db", logged.main()).file("a.db-wal", damaged).bytes());

        assertThat(bench.service().inspect("volume.tar").rows()).isEqualTo(1);
        assertThat(notes(restored("volume.tar")))
                .contains(
                        "LOG_IGNORED: The '-wal' beside the database held no committed change that is whole: nothing was taken from it.");
        assertThat(SqliteShell.run(live, ROWS)).isEqualTo("1\n");
    }

    @Test
    void ofSeveralDatabasesTheOneNamedLikeTheLiveFileIsTaken() throws Exception {
        byte[] other = database("two");
        bench.put(
                "volume.tar",
                new Tar()
                        .file("a/cache.db", other)
                        .file("b/assets.db", database)
                        .bytes());

        assertThat(notes(restored("volume.tar")))
                .containsExactly("DATABASE_CHOSEN: Of 2 databases in the archive 'b/assets.db' is taken.");
        assertThat(live).hasBinaryContent(database);
    }

    @Test
    void ofSeveralOthersOneHasToBeNamed() throws Exception {
        byte[] other = database("two");
        bench.put(
                "volume.tar.gz",
                gzip(new Tar().file("./one.db", database).file("./two", other).bytes()));

        assertThat(bench.service().inspect("volume.tar.gz").databases()).containsExactly("one.db", "two");
        assertThatThrownBy(() -> bench.restoreConfirmed("volume.tar.gz").error().ifPresent(failure -> {
                    throw new AssertionError(failure.code() + ": " + failure.problem());
                }))
                .hasMessageContaining(
                        "DATABASE_NOT_CHOSEN: 'volume.tar.gz' holds 'one.db', 'two', and it was not said which database to restore");
        assertThat(live).doesNotExist();
        assertThat(bench.restore("volume.tar.gz", true, taking("three"))
                        .error()
                        .orElseThrow()
                        .problem())
                .isEqualTo("the archive holds no database 'three', but 'one.db', 'two'");
        assertThat(bench.restore("volume.tar.gz", true, taking("./two")).error())
                .isEmpty();
        assertThat(live).hasBinaryContent(other);
    }

    @Test
    void aDatabaseCannotBeNamedWhereThereIsOnlyOne() {
        bench.put("plain.db", database);

        RestoreReport.Failure failure =
                bench.restore("plain.db", true, taking("plain.db")).error().orElseThrow();
        assertThat(failure.code()).isEqualTo(ErrorCode.REQUEST_UNUSABLE);
        assertThat(failure.problem()).isEqualTo("'plain.db' holds one database of SQLite, which has no name");
    }

    @Test
    void anArchiveOfOtherFilesIsStillRefused() {
        bench.put(
                "notes.tar",
                new Tar()
                        .file("a.txt", "a".getBytes(UTF_8))
                        .file("b.txt", "b".getBytes(UTF_8))
                        .bytes());

        assertThatThrownBy(() -> bench.service().inspect("notes.tar")).isInstanceOf(RecoveryException.class);
        assertThat(bench.service().backups().get(0).restorable()).isFalse();
    }

    @Test
    void theLogBesideABackupIsAppliedAndStaysAsItIs() throws Exception {
        Logged logged = logged();
        bench.put("shop.db", logged.main()).put("shop.db-wal", logged.log()).put("shop.db-shm", logged.index());

        assertThat(bench.service().backups()).extracting(Backup::name).containsExactly("shop.db");
        Inspection inspection = bench.service().inspect("shop.db");
        assertThat(inspection.rows()).isEqualTo(3);
        assertThat(inspection.notes())
                .extracting(note -> note.text())
                .containsExactly(
                        "A '-wal' lies beside the database: its committed changes are restored too, and are counted here.");
        restored("shop.db");

        assertThat(SqliteShell.run(live, ROWS)).isEqualTo("3\n");
        assertThat(bench.backups().resolve("shop.db")).hasBinaryContent(logged.main());
        assertThat(bench.backups().resolve("shop.db-wal")).hasBinaryContent(logged.log());
        try (Stream<Path> files = Files.list(bench.backups())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Set.of("shop.db", "shop.db-wal", "shop.db-shm"));
        }
    }

    @Test
    void aBackupIsDeletedWithTheLogsBesideIt() throws Exception {
        bench.put("shop.db", database)
                .put("shop.db-wal", database)
                .put("shop.db-journal", database)
                .put("other.db-wal", database);

        new BackupCatalogue(bench.backups(), Layers::behind).delete("shop.db");

        assertThat(bench.backups().toFile().list()).containsExactly("other.db-wal");
    }

    @Test
    void aDatabaseFarBehindOtherFilesIsFoundWhenItIsRestored() throws Exception {
        byte[] archive = new Tar()
                .file("video.bin", new byte[33 << 20])
                .file("more.txt", new byte[1])
                .file("data", database)
                .bytes();
        bench.put("volume.tar.gz", gzip(archive)).put("volume.tar", archive);

        assertThat(bench.service().backups())
                .allSatisfy(backup -> assertThat(backup.restorable()).isTrue())
                .extracting(Backup::name, Backup::format)
                .containsExactlyInAnyOrder(
                        tuple("volume.tar.gz", BackupFormat.TAR), tuple("volume.tar", BackupFormat.SQLITE_DATABASE));
        assertThat(bench.service().inspect("volume.tar.gz").rows()).isEqualTo(1);
        restored("volume.tar.gz");
        assertThat(live).hasBinaryContent(database);
    }
}
