package recovery.core.target.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Engine;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Cancellation;
import recovery.core.target.CopyFacts;
import recovery.core.target.CopyFacts.Measurement;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadResult.TableRows;
import recovery.core.target.Survey;
import recovery.core.target.Target.LiveStatus;
import recovery.core.target.Target.SwapResult;
import recovery.core.target.Target.TargetLock;
import recovery.core.target.TargetCopy;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SqliteTargetTest {
    @TempDir
    Path home;

    private Path folder;
    private Path live;
    private SqliteTarget target;

    @BeforeEach
    void liveFile() throws Exception {
        folder = Files.createDirectory(home.resolve("däta 100%?#")).toRealPath();
        live = Shop.database(folder.resolve("shop.db"), "CREATE TABLE t (x)", "INSERT INTO t VALUES ('old')");
        target = new SqliteTarget(live);
    }

    @Test
    void restoresADatabaseFileByteForByteAndPutsItBack() throws Exception {
        Files.setPosixFilePermissions(live, PosixFilePermissions.fromString("rw-r-----"));
        byte[] old = Files.readAllBytes(live);
        String copyName = target.copyName("20261120_081500");
        String keep = target.previousName(LocalDateTime.of(2026, 11, 20, 8, 15, 0));
        assertThat(List.of(copyName, keep))
                .containsExactly("shop.db_restoring_20261120_081500", "shop.db_before_20261120081500");

        LoadResult loaded;
        CopyFacts facts;
        try (TargetCopy copy = target.createCopy(copyName)) {
            loaded = copy.finish(load(copy, "shop.db.gz"), Shop.quiet());
            facts = copy.measure(loaded.tables().stream().map(TableRows::table).toList(), loaded, Shop.quiet());
        }

        assertThat(folder.resolve(copyName)).hasBinaryContent(Shop.bytes("shop.db.gz"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(copyName))))
                .isEqualTo("rw-------");
        assertThat(facts.rows())
                .containsEntry("clients", 300L)
                .containsEntry("tickets", 5000L)
                .containsEntry("\"odd; name 'x'\"", 3L)
                .containsEntry("ticket_text", 200L)
                .doesNotContainKey("ticket_text_data");
        assertThat(facts.measurements())
                .extracting(Measurement::name)
                .containsExactly("bytes", "integrity", "orphans-in-backup", "sequences-in-backup");
        assertThat(facts.measurements()).allSatisfy(one -> {
            assertThat(one.wrong()).isEmpty();
            assertThat(one.impossible()).isEmpty();
            assertThat(one.examined()).isPositive();
        });
        assertThat(Shop.names(folder)).containsExactly("shop.db", copyName);
        assertThat(live).hasBinaryContent(old);

        SwapResult swap = target.swap(copyName, keep);

        assertThat(swap.previous()).contains(keep);
        assertThat(swap.downtime()).isLessThan(Duration.ofSeconds(1));
        assertThat(live).hasBinaryContent(Shop.bytes("shop.db.gz"));
        assertThat(folder.resolve(keep)).hasBinaryContent(old);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(live)))
                .isEqualTo("rw-r-----");
        assertThat(Shop.names(folder)).containsExactly("shop.db", keep);

        assertThat(target.swap(keep, "shop.db_before_20261120091500").previous())
                .contains("shop.db_before_20261120091500");
        assertThat(live).hasBinaryContent(old);
        assertThat(Shop.names(folder)).containsExactly("shop.db", "shop.db_before_20261120091500");
    }

    @Test
    void followsALinkToTheRealFileAndSwapsThere() throws Exception {
        Path link = Files.createSymbolicLink(home.resolve("current.db"), live);
        SqliteTarget byLink = new SqliteTarget(link);
        Shop.database(folder.resolve("shop.db_restoring_1"), "CREATE TABLE fresh (x)");

        byLink.swap("shop.db_restoring_1", "shop.db_before_1");

        assertThat(byLink.name()).isEqualTo("current.db");
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(Shop.query(live, "SELECT name FROM sqlite_schema")).containsExactly("fresh");
        assertThat(Shop.names(folder)).containsExactly("shop.db", "shop.db_before_1");
    }

    @Test
    void saysWhetherTheLiveFileAnswersAndLeavesTheFolderAsItIs() throws Exception {
        Shop.database(live, "PRAGMA journal_mode = WAL");
        List<String> before = Shop.names(folder);

        assertThat(target.probe(Duration.ofSeconds(1)))
                .isEqualTo(new LiveStatus(Engine.SQLITE, "shop.db", true, Optional.empty()));
        assertThat(Shop.names(folder)).isEqualTo(before).containsExactly("shop.db");

        Files.writeString(live, "this is no database, however long it is looked at".repeat(100));
        assertThat(target.probe(Duration.ofSeconds(1)).error()).contains("file is not a database");
        Files.write(live, new byte[0]);
        assertThat(target.probe(Duration.ofSeconds(1)).error()).contains("the file is empty");
        Files.delete(live);
        assertThat(target.probe(Duration.ofSeconds(1)).error()).contains("the file does not exist");
        assertThat(Shop.names(folder)).isEmpty();
    }

    @Test
    void surveysAFolderInWhichAllIsWell() throws Exception {
        Files.createFile(folder.resolve("shop.db_restoring_20261119_010203"));
        Files.createFile(folder.resolve("shop.db_restoring_20261119_010203-journal"));
        Files.createFile(folder.resolve("shop.db_before_20261119010203"));

        Survey survey =
                target.survey(Shop.inspection(Engine.SQLITE, BackupFormat.SQLITE_DATABASE, 1000), LoadOptions.USUAL);

        assertThat(survey.serverVersion()).startsWith("3.");
        assertThat(survey.liveExists()).isTrue();
        assertThat(survey.liveSizeBytes()).isEqualTo(Files.size(live));
        assertThat(survey.spaceNeededBytes()).hasValue(1000);
        assertThat(survey.freeBytes()).isPresent();
        assertThat(survey.leftovers()).containsExactly("shop.db_restoring_20261119_010203");
        assertThat(survey.refusals()).isEmpty();
        assertThat(survey.sessions()).isEmpty();
    }

    @Test
    void refusesABackupOfAnotherEngineAndOneThatDoesNotFit() {
        Survey survey = target.survey(
                Shop.inspection(Engine.POSTGRESQL, BackupFormat.SQL, Long.MAX_VALUE / 2), LoadOptions.USUAL);

        assertThat(survey.refusals())
                .extracting(RecoveryException::code)
                .containsExactly(ErrorCode.BACKUP_OTHER_ENGINE, ErrorCode.DISK_FULL);
    }

    @Test
    void refusesAFolderThatIsNotThere() {
        Survey survey = new SqliteTarget(folder.resolve("gone/shop.db"))
                .survey(Shop.inspection(Engine.SQLITE, BackupFormat.SQLITE_DATABASE, 1), LoadOptions.USUAL);

        assertThat(survey.refusals())
                .extracting(Throwable::getMessage)
                .containsExactly("the folder '%s' does not exist".formatted(folder.resolve("gone")));
        assertThat(survey.liveExists()).isFalse();
    }

    @Test
    void keepsTwoRestoresOfOneFileApartAlsoInOneProcess() throws Exception {
        try (TargetLock lock = target.lock("20261120_081500 by pid 1 on here")) {
            assertThatThrownBy(() -> new SqliteTarget(live).lock("second"))
                    .isInstanceOf(RecoveryException.class)
                    .hasMessage("another restore of 'shop.db' is running: 20261120_081500 by pid 1 on here");
            Files.createFile(folder.resolve("shop.db_restoring_20261120_081500"));
            Files.createFile(folder.resolve("shop.db_restoring_20261119_000000"));
            assertThat(target.leftovers()).containsExactly("shop.db_restoring_20261119_000000");
        }
        assertThat(target.leftovers())
                .containsExactly("shop.db_restoring_20261119_000000", "shop.db_restoring_20261120_081500");
        target.lock("again").close();
        assertThat(Shop.names(folder)).doesNotContain(".shop.db.recovery-lock");
    }

    @Test
    void takesTheLockOfADeadProcess() throws Exception {
        Files.writeString(folder.resolve(".shop.db.recovery-lock"), "20261120_081500 by pid 999999 on here");

        target.lock("mine").close();

        assertThat(Shop.names(folder)).containsExactly("shop.db");
    }

    @Test
    void deletesCopiesWithTheirSidecarsAndNothingElse() throws Exception {
        for (String name : List.of("shop.db_restoring_1", "shop.db_restoring_1-wal", "shop.db_before_1", "other.db")) {
            Files.createFile(folder.resolve(name));
        }

        target.drop("shop.db_restoring_1");

        for (String name : List.of("shop.db", "shop.db_before_1", "other.db", "shop.db-wal")) {
            assertThatThrownBy(() -> target.drop(name))
                    .isInstanceOf(RecoveryException.class)
                    .hasMessage("'%s' is not a copy of a restore, so it is not deleted", name);
        }
        assertThatThrownBy(() -> target.drop("../x")).isInstanceOf(IllegalArgumentException.class);
        assertThat(Shop.names(folder)).containsExactly("other.db", "shop.db", "shop.db_before_1");
    }

    @Test
    void doesNotCreateACopyOverAnExistingFile() throws Exception {
        Files.writeString(folder.resolve("shop.db_restoring_1"), "mine");

        assertThatThrownBy(() -> target.createCopy("shop.db_restoring_1"))
                .isInstanceOf(RecoveryException.class)
                .hasMessage("'%s' exists already", folder.resolve("shop.db_restoring_1"));
        assertThat(folder.resolve("shop.db_restoring_1")).hasContent("mine");
    }

    @Test
    void reportsOrphansOfTheBackupUnderANameOfTheirOwn() throws Exception {
        Path backup = Shop.database(
                home.resolve("orphans.db"),
                "CREATE TABLE p (id INTEGER PRIMARY KEY)",
                "CREATE TABLE \"c c\" (id INTEGER PRIMARY KEY, p REFERENCES p)",
                "INSERT INTO \"c c\" VALUES (7, 99)");
        try (TargetCopy copy = target.createCopy("shop.db_restoring_1")) {
            LoadResult loaded = load(copy, backup);
            assertThat(copy.measure(List.of("p", "\"c c\"", "nope"), loaded, Shop.quiet())
                            .measurements())
                    .contains(new Measurement(
                            "orphans-in-backup",
                            1,
                            List.of("row 7 of table \"c c\" has no parent in table p"),
                            Optional.empty()));
            assertThat(copy.measure(List.of("p", "nope"), loaded, Shop.quiet()).rows())
                    .containsOnlyKeys("p");
        }
    }

    @Test
    void findsADamagedPageByItsIntegrityCheck() throws Exception {
        byte[] bytes = Shop.bytes("shop.db.gz");
        for (int i = 100; i < 300; i++) {
            bytes[4096 * 20 + i] ^= 0x55;
        }
        Path backup = Files.write(home.resolve("damaged.db"), bytes);
        try (TargetCopy copy = target.createCopy("shop.db_restoring_1")) {
            CopyFacts facts = copy.measure(List.of(), load(copy, backup), Shop.quiet());
            assertThat(facts.measurements().get(1).wrong()).isNotEmpty();
        }
    }

    @Test
    void refusesADatabaseFileThatIsCutOffAtAnyPage() throws Exception {
        byte[] whole = Shop.bytes("shop.db.gz");
        for (int length = 0; length < whole.length; length += 4096) {
            refuses(whole, length, length == 0 ? ErrorCode.BACKUP_NOT_RECOGNISED : ErrorCode.DUMP_TRUNCATED);
        }
        for (int length : List.of(1, 15, 16, 99, 100, 4095, 4097, whole.length - 1)) {
            refuses(whole, length, ErrorCode.DUMP_TRUNCATED);
        }
        assertThat(Shop.names(folder)).containsExactly("shop.db");
    }

    @Test
    void listsAndDeletesPreviousFilesWithTheirSidecarsAndNoOthers() throws Exception {
        Files.copy(live, folder.resolve("shop.db_before_20261120081500"));
        Files.write(folder.resolve("shop.db_before_20261120081500-wal"), new byte[10]);
        Files.copy(live, folder.resolve("shop.db_before_20250101000000"));
        Files.copy(live, folder.resolve("shop.db_before_upgrade"));

        assertThat(target.previousOnes())
                .extracting(previous -> previous.name() + " " + previous.since() + " "
                        + previous.sizeBytes().getAsLong())
                .containsExactly(
                        "shop.db_before_20250101000000 2025-01-01T00:00 " + Files.size(live),
                        "shop.db_before_20261120081500 2026-11-20T08:15 " + (Files.size(live) + 10));

        target.dropPrevious("shop.db_before_20261120081500");
        for (String other : List.of("shop.db", "shop.db_before_upgrade", "shop.db_restoring_1")) {
            assertThatThrownBy(() -> target.dropPrevious(other))
                    .hasMessage("'%s' is not the name of a previous file", other);
        }
        assertThat(Shop.names(folder))
                .containsExactlyInAnyOrder("shop.db", "shop.db_before_20250101000000", "shop.db_before_upgrade");
    }

    private void refuses(byte[] whole, int length, ErrorCode code) throws IOException {
        Path backup = Files.write(home.resolve("cut.db"), java.util.Arrays.copyOf(whole, length));
        try (TargetCopy copy = target.createCopy("shop.db_restoring_1")) {
            assertThatThrownBy(() -> load(copy, backup))
                    .as("cut after %d bytes", length)
                    .isInstanceOfSatisfying(
                            RecoveryException.class,
                            refused -> assertThat(refused.code()).isEqualTo(code));
        } finally {
            target.drop("shop.db_restoring_1");
        }
    }

    private LoadResult load(TargetCopy copy, String resource) throws IOException {
        try (var in = getClass().getResourceAsStream("/backups/" + resource)) {
            Path file = home.resolve(resource);
            Files.copy(in, file);
            return load(copy, file);
        }
    }

    private static LoadResult load(TargetCopy copy, Path file) throws IOException {
        try (BackupStream stream = BackupStream.open(file, new Cancellation())) {
            return copy.load(Shop.backup(file, BackupFormat.SQLITE_DATABASE), stream, LoadOptions.USUAL, Shop.quiet());
        }
    }
}
