package recovery.core.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.layer.Secrets;
import recovery.core.target.LoadOptions;
import recovery.core.target.Strategy;
import recovery.core.target.sqlite.MemoryLimit;
import recovery.core.target.sqlite.OpenFileFinder;
import recovery.core.target.sqlite.SqliteTarget;
import recovery.harness.Gpg;
import recovery.harness.RestoreBench;
import recovery.harness.SqliteShell;
import recovery.harness.Tar;

/** Restores of every file of a volume: the folder of the live file is swapped, and swapped back. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WholeVolumeTest {
    @TempDir
    private Path home;

    private Path above;
    private Path volume;
    private Path live;
    private RestoreBench bench;
    private byte[] database;

    @BeforeEach
    void makeTheLiveVolume() throws Exception {
        above = Files.createDirectory(home.resolve("volumes")).toRealPath();
        volume = Files.createDirectory(above.resolve("data"));
        live = volume.resolve("assets.db");
        SqliteShell.run(live, "CREATE TABLE now(x); INSERT INTO now VALUES(1), (2);");
        Files.writeString(volume.resolve("of-now.txt"), "now");
        Path other = home.resolve("backup.db");
        SqliteShell.run(other, "CREATE TABLE t(x); INSERT INTO t VALUES('restored');");
        database = Files.readAllBytes(other);
        bench = RestoreBench.sqlite(home, live);
    }

    @AfterEach
    void closeTheService() {
        bench.close();
    }

    private static byte[] text(String text) {
        return text.getBytes(UTF_8);
    }

    private RestoreReport restore(Tar archive) {
        bench.put("volume.tar", archive.bytes());
        return bench.restore(request("volume.tar"));
    }

    private static RestoreRequest request(String name) {
        return new RestoreRequest(
                name,
                false,
                Optional.of("volume"),
                true,
                Optional.empty(),
                LoadOptions.USUAL,
                Secrets.none(),
                "terminal");
    }

    private List<String> beside() throws IOException {
        try (Stream<Path> files = Files.list(above)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static List<String> within(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> folder.relativize(file).toString())
                    .filter(name -> !name.isEmpty())
                    .sorted()
                    .toList();
        }
    }

    private String refused(Tar archive) throws IOException {
        List<String> before = within(above);
        String said;
        try {
            RestoreReport.Failure failure = restore(archive).error().orElseThrow();
            said = failure.code() + ": " + failure.problem();
        } catch (RecoveryException atOnce) {
            said = atOnce.code() + ": " + atOnce.getMessage();
        }
        assertThat(within(above)).isEqualTo(before);
        return said.replace(above.toString(), "ABOVE");
    }

    @Test
    void everyFileComesBackWithItsRightsAndTimesAndTheOldFolderIsKept() throws Exception {
        Tar archive = new Tar()
                .folder("./")
                .member("./uploads/", '5', "", 0750, new byte[0])
                .member("./uploads/secret", '0', "", 0600, text("secret"))
                .member("./uploads/same", '1', "./uploads/secret", 0600, new byte[0])
                .member("./current", '2', "uploads/secret", 0777, new byte[0])
                .file("./assets.db", database)
                .member("./run.sh", '0', "", 04755, text("#!/bin/sh"));

        RestoreReport report = restore(archive);

        assertThat(report.error()).isEmpty();
        assertThat(within(volume))
                .containsExactly("assets.db", "current", "run.sh", "uploads", "uploads/same", "uploads/secret");
        assertThat(SqliteShell.run(live, "SELECT x FROM t")).isEqualTo("restored\n");
        assertThat(volume.resolve("uploads/same")).hasContent("secret");
        assertThat(Files.readSymbolicLink(volume.resolve("current"))).isEqualTo(Path.of("uploads/secret"));
        assertThat(rights("uploads")).isEqualTo("rwxr-x---");
        assertThat(rights("uploads/secret")).isEqualTo("rw-------");
        assertThat(rights("run.sh")).isEqualTo("rwxr-xr-x");
        assertThat((Integer) Files.getAttribute(volume.resolve("run.sh"), "unix:mode") & 07000)
                .isZero();
        assertThat(Files.getLastModifiedTime(volume.resolve("uploads")).toInstant())
                .isEqualTo(Instant.ofEpochSecond(1_700_000_000));
        String kept = report.rollback().previous().orElseThrow();
        assertThat(kept).startsWith("data_before_");
        assertThat(beside()).containsExactly("data", kept);
        assertThat(within(above.resolve(kept))).containsExactly("assets.db", "of-now.txt");
        assertThat(report.notes())
                .extracting(note -> note.text())
                .contains("The whole volume was restored: 4 files, and 1 symbolic links.");
    }

    private String rights(String name) throws IOException {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(volume.resolve(name), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void rollbackPutsTheOldFolderBack() throws Exception {
        RestoreReport report = restore(new Tar().file("assets.db", database).file("new.txt", text("new")));
        assertThat(report.error()).isEmpty();

        RestoreReport back =
                bench.service().rollback(Optional.of(report.id()), "terminal").await();

        assertThat(back.error()).isEmpty();
        assertThat(within(volume)).containsExactly("assets.db", "of-now.txt");
        assertThat(SqliteShell.run(live, "SELECT count(*) FROM now")).isEqualTo("2\n");
        assertThat(beside()).hasSize(2).contains("data");
    }

    @Test
    void theLogInTheVolumeIsApplied() throws Exception {
        Path file = home.resolve("logged.db");
        SqliteShell.run(file, """
                PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 0;
                CREATE TABLE t(x); INSERT INTO t VALUES(1), (2);
                .shell cp %1$s %1$s-copy; cp %1$s-wal %1$s-log""".formatted(file));

        RestoreReport report = restore(new Tar()
                .file("assets.db-wal", Files.readAllBytes(home.resolve("logged.db-log")))
                .file("assets.db-shm", new byte[32768])
                .file("assets.db", Files.readAllBytes(home.resolve("logged.db-copy"))));

        assertThat(report.error()).isEmpty();
        assertThat(within(volume)).containsExactly("assets.db");
        assertThat(SqliteShell.run(live, "SELECT count(*) FROM t")).isEqualTo("2\n");
    }

    @Test
    void ofAFolderWithinTheArchiveThePartAroundTheDatabaseIsTaken() throws Exception {
        RestoreReport report = restore(new Tar()
                .folder("backup/")
                .file("backup/log.txt", text("outside"))
                .file("backup/data/assets.db", database)
                .file("backup/data/a/b", text("inside")));

        assertThat(report.error()).isEmpty();
        assertThat(within(volume)).containsExactly("a", "a/b", "assets.db");
        assertThat(report.notes())
                .extracting(note -> note.text())
                .contains(
                        "1 members lie outside of 'backup/data', the folder of the database within the archive, and were left out.");
    }

    @ParameterizedTest
    @CsvSource({
        "../evil,            DUMP_DANGEROUS: the volume holds '../evil'; whose name leads out of the folder",
        "a/../../evil,       DUMP_DANGEROUS: the volume holds 'a/../../evil'; whose name leads out of the folder",
        "/etc/evil,          DUMP_DANGEROUS: the volume holds '/etc/evil'; whose name begins at the root of the disk"
    })
    void aNameThatLeadsOutOfTheFolderIsRefused(String name, String said) throws Exception {
        assertThat(refused(new Tar().file("assets.db", database).file(name, text("evil"))))
                .isEqualTo(said.replace(';', ','));
        assertThat(Path.of("/etc/evil")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc", "..", "../..", "a/../../..", "a/../b", "./../x", "../data/x"})
    void aLinkThatLeadsOutOfTheFolderIsLeftOut(String to) throws Exception {
        RestoreReport report = restore(new Tar()
                .file("assets.db", database)
                .member("link", '2', to, 0777, new byte[0])
                .member("pipe", '6', "", 0644, new byte[0])
                .member("disk", '4', "", 0644, new byte[0]));

        assertThat(report.error()).isEmpty();
        assertThat(within(volume)).containsExactly("assets.db");
        assertThat(report.notes())
                .extracting(note -> note.text())
                .contains(
                        "3 members were left out, because they are devices or pipes, or links that lead out of the folder: 'link', 'pipe', 'disk'.");
    }

    @Test
    void noMemberIsWrittenThroughALink() throws Exception {
        Path outside = Files.createDirectory(home.resolve("outside"));

        assertThat(refused(new Tar()
                        .file("assets.db", database)
                        .folder("real/")
                        .member("link", '2', "real", 0777, new byte[0])
                        .file("link/evil", text("evil"))))
                .isEqualTo("DUMP_DAMAGED: the volume holds 'link' twice, as a folder and as something else");
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void aHardLinkToAFileOutsideIsLeftOut() throws Exception {
        Path secret = Files.writeString(home.resolve("secret"), "secret");

        assertThat(refused(new Tar()
                        .file("assets.db", database)
                        .member("copy", '1', secret.toString(), 0644, new byte[0])))
                .startsWith("DUMP_DANGEROUS: the volume holds '");
        assertThat(secret).hasContent("secret");
    }

    @Test
    void isRefusedWhereTheDatabaseHasAnotherNameOrThereIsNoVolume() throws Exception {
        assertThat(refused(new Tar().file("other.db", database).file("x", text("x"))))
                .isEqualTo(
                        "REQUEST_UNUSABLE: the database of the volume is called 'other.db' and the live file 'assets.db', so nobody would find it in the restored folder");
        bench.put("plain.db", database);
        assertThat(bench.restore(request("plain.db")).error().orElseThrow().problem())
                .isEqualTo("'plain.db' is no archive of a volume");
    }

    @Test
    void isRefusedWhileAProgramHasAFileOfTheFolderOpen() throws Exception {
        Process reader = new ProcessBuilder(
                        "tail", "-f", volume.resolve("of-now.txt").toString())
                .redirectOutput(ProcessBuilder.Redirect.PIPE)
                .start();
        try {
            assertThat(reader.getInputStream().read()).isEqualTo('n');
            assertThat(refused(new Tar().file("assets.db", database)))
                    .isEqualTo(
                            "DATABASE_IN_USE: files in 'ABOVE/data' are open in tail (pid %d)".formatted(reader.pid()));
        } finally {
            reader.destroyForcibly().waitFor();
        }
    }

    @Test
    void isRefusedIfTheFolderHoldsThoseOfThisProgram() throws Exception {
        bench.close();
        bench = new RestoreBench(
                home,
                new SqliteTarget(
                        live,
                        List.of(volume.resolve("backups")),
                        Optional.empty(),
                        MemoryLimit.usual(),
                        OpenFileFinder.PROC));

        assertThat(refused(new Tar().file("assets.db", database)))
                .isEqualTo(
                        "REQUEST_UNUSABLE: the folder 'ABOVE/data/backups' of this program lies in 'ABOVE/data', which would be swapped");
    }

    @Test
    void aDamagedDatabaseLeavesTheLiveFolderAsItWas() throws Exception {
        byte[] damaged = database.clone();
        java.util.Arrays.fill(damaged, 4096, 8192, (byte) 0x5a);

        assertThat(refused(new Tar().file("assets.db", damaged).file("x", text("x"))))
                .startsWith("VERIFICATION_FAILED");
        assertThat(SqliteShell.run(live, "SELECT count(*) FROM now")).isEqualTo("2\n");
    }

    @Test
    void previousFoldersAreKnownAndDroppedOnlyByTheirNames() throws Exception {
        restore(new Tar().file("assets.db", database));
        SqliteTarget target = new SqliteTarget(live);
        var volumes = target.by(Strategy.VOLUME);
        String kept = volumes.previousOnes().get(0).name();

        assertThat(target.previousOnes()).isEmpty();
        assertThatThrownBy(() -> volumes.dropPrevious("data_before_mine"))
                .isInstanceOf(RecoveryException.class)
                .extracting(failed -> ((RecoveryException) failed).code())
                .isEqualTo(ErrorCode.REQUEST_UNUSABLE);
        volumes.dropPrevious(kept);
        assertThat(beside()).containsExactly("data");
    }

    @Test
    void aProcessThatDiedBetweenTheRenamesIsFoundAtTheNextStartAndTheOldFolderPutBack() throws Exception {
        RestoreReport report = restore(new Tar().file("assets.db", database).file("new.txt", text("new")));
        String kept = report.rollback().previous().orElseThrow();
        bench.close();
        Path journal = home.resolve("state/restores/" + report.id() + ".journal");
        String lines = Files.readString(journal).replaceAll("(?m)^pid=.*$", "pid=999999999999");
        Files.writeString(journal, lines.substring(0, lines.indexOf("state=SWAPPING\n") + 15));
        Files.move(volume, above.resolve("data_restoring_" + report.id()));

        bench = RestoreBench.sqlite(home, live);

        assertThat(bench.service().findings(Duration.ofSeconds(30)))
                .contains("A swap of the folder '%s' was cut off in the middle; it was put back as it was before it."
                        .formatted(volume));
        assertThat(within(volume)).containsExactly("assets.db", "of-now.txt");
        assertThat(SqliteShell.run(live, "SELECT count(*) FROM now")).isEqualTo("2\n");
        assertThat(beside()).doesNotContain(kept);
        bench.service().cleanUp();
        assertThat(beside()).containsExactly("data");
    }

    @Test
    void anEncryptedVolumeIsRestoredAsAWhole() throws Exception {
        char[] passphrase = "volume".toCharArray();
        byte[] archive =
                new Tar().file("config", text("c")).file("assets.db", database).bytes();
        try (Gpg gpg = new Gpg()) {
            bench.put("volume.tar.gpg", gpg.run(archive, "--symmetric", "--passphrase", "volume"));
        }
        RestoreReport report = bench.restore(new RestoreRequest(
                "volume.tar.gpg",
                false,
                Optional.of("volume"),
                true,
                Optional.empty(),
                LoadOptions.USUAL,
                new Secrets(passphrase, new byte[0]),
                "terminal"));

        assertThat(report.error()).isEmpty();
        assertThat(within(volume)).containsExactly("assets.db", "config");
        assertThat(live).hasBinaryContent(database);
        assertThat(passphrase).containsOnly('\0');
    }
}
