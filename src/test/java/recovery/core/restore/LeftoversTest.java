package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static recovery.core.error.RecoveryException.problem;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.backup.BackupCatalogue;
import recovery.core.backup.PartFiles;
import recovery.core.error.ErrorCode;
import recovery.core.layer.Layers;
import recovery.core.verify.Verifier;
import recovery.harness.FakeTarget;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LeftoversTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String COPY = "shop_restoring_20260101_000000";

    @TempDir
    private Path folder;

    private final FakeTarget target = new FakeTarget();
    private Path backups;
    private Path journals;
    private RestoreService service;

    @BeforeEach
    void startTheService() throws Exception {
        backups = Files.createDirectory(folder.resolve("backups"));
        journals = Files.createDirectories(folder.resolve("state/restores"));
        service = new RestoreService(
                new BackupCatalogue(backups, Layers::behind),
                target,
                new Verifier(List.of()),
                report -> {},
                folder.resolve("state"),
                Clock.system(ZoneId.systemDefault()),
                "java -jar emergency.jar");
    }

    @AfterEach
    void stopTheService() {
        target.listener(operation -> {});
        service.close();
    }

    @Test
    void everyKindIsNamedAndDeletedAndNothingElse() throws Exception {
        target.databases.put(COPY, "half of it");
        target.databases.put("shop_before_20250101000000", "the day before");
        Files.writeString(backups.resolve("upload.sql.part"), "half");
        Files.writeString(backups.resolve("whole.sql"), "whole");
        Files.writeString(journals.resolve("20260101_000001.journal"), "kind=restore\nbackup=go");
        cutOff();

        assertThat(service.findings(LIMIT))
                .containsExactly(
                        "The restore 20260101_000000 was cut off while it was loading the copy. 'shop' is unchanged;"
                                + " nothing was renamed.",
                        "'" + COPY + "' is left over from a restore that was cut off; --force-cleanup deletes it.",
                        "'upload.sql.part' is left over from an upload or safety copy that was cut off; --force-cleanup"
                                + " deletes it.",
                        "'20260101_000001.journal' is left over from a restore that was cut off; --force-cleanup deletes"
                                + " it.");
        assertThat(target.databases).as("a look deletes nothing").containsKey(COPY);

        assertThat(service.cleanUp())
                .containsExactly(
                        "Deleted '" + COPY + "', which a broken restore had left.",
                        "Deleted 'upload.sql.part', which a broken upload or safety copy had left.",
                        "Deleted '20260101_000001.journal', which a broken restore had left.");
        assertThat(target.databases).containsOnlyKeys("shop", "shop_before_20250101000000");
        assertThat(names(backups)).containsExactly("whole.sql");
        assertThat(names(journals)).containsExactly("20260101_000000.journal");
        assertThat(service.findings(LIMIT)).isEmpty();
        assertThat(service.cleanUp()).isEmpty();
    }

    @Test
    void whatIsBeingWrittenIsNoLeftover() throws Exception {
        Path part = backups.resolve("upload.sql.part");
        Files.writeString(part, "half");
        try (FileChannel writer = FileChannel.open(part, StandardOpenOption.WRITE)) {
            PartFiles.lock(writer);
            assertThat(service.findings(LIMIT)).isEmpty();
            assertThat(service.cleanUp()).isEmpty();
        }
        assertThat(part).exists();
        assertThat(service.cleanUp()).hasSize(1);
        assertThat(part).doesNotExist();
    }

    @Test
    void aProcessThatWritesIsSeenAlsoIfItTookNoLock() throws Exception {
        Path part = backups.resolve("upload.sql.part");
        Process writer =
                new ProcessBuilder("sleep", "60").redirectOutput(part.toFile()).start();
        try {
            assertThat(PartFiles.abandoned(backups)).isEmpty();
        } finally {
            writer.destroyForcibly().waitFor();
        }
        assertThat(PartFiles.abandoned(backups)).containsExactly(part);
    }

    @Test
    void theJournalOfANewerProgramIsNoLeftover() throws Exception {
        Files.writeString(journals.resolve("20270101_000000.journal"), "target=shop\nstate=TELEPORTING\n");
        Files.writeString(journals.resolve("20270101_000001.journal"), "target=shop\nstate=DONE\n");
        assertThat(service.findings(LIMIT)).isEmpty();
        assertThat(service.cleanUp()).isEmpty();
        assertThat(names(journals)).hasSize(2);
    }

    @Test
    void whatCannotBeDeletedKeepsNothingElseFromIt() throws Exception {
        target.databases.put(COPY, "half of it");
        Files.writeString(backups.resolve("upload.sql.part"), "half");
        target.listener(operation -> {
            if (operation.equals("drop")) {
                throw problem(ErrorCode.DATABASE_IN_USE, "'%s' is in use", COPY).remedy("Stop its user.");
            }
        });
        assertThatThrownBy(service::cleanUp).hasMessage("'" + COPY + "' is in use");
        assertThat(names(backups)).isEmpty();
        assertThat(service.findings(LIMIT)).hasSize(1).first().asString().startsWith("'" + COPY + "' is left over");
    }

    @Test
    void aTargetThatCouldNotBeLookedAtIsLookedAtAgain() throws Exception {
        cutOff();
        AtomicBoolean down = new AtomicBoolean(true);
        target.listener(operation -> {
            if (operation.equals("mend") && down.get()) {
                throw problem(ErrorCode.DATABASE_UNREACHABLE, "the server is gone")
                        .remedy("Start it.");
            }
        });
        assertThat(service.findings(LIMIT))
                .containsExactly("What earlier restores left cannot be looked at now: the server is gone.");
        down.set(false);
        while (service.findings(LIMIT).get(0).startsWith("What earlier")) {
            Thread.sleep(200);
        }
        assertThat(service.findings(LIMIT))
                .containsExactly("The restore 20260101_000000 was cut off while it was loading the copy. 'shop' is"
                        + " unchanged; nothing was renamed.");
    }

    @Test
    void aSwapOfAnotherProcessThatDiedIsSettledBeforeTheNextJob() throws Exception {
        assertThat(service.findings(LIMIT)).isEmpty();
        Files.writeString(
                journals.resolve("20260101_000000.journal"),
                "kind=restore\ntarget=shop\nstarted=2026-01-01T00:00:00Z\nstate=SWAPPING\ncopy=" + COPY
                        + "\nkeepAs=shop_before_20260101000000\npid=999999999999\n");
        target.databases.put("shop_before_20260101000000", "what was live");

        assertThat(service.rollback(java.util.Optional.empty(), "terminal")
                        .await()
                        .success())
                .isTrue();
        assertThat(target.databases).containsEntry("shop", "what was live");
        assertThat(service.history()).extracting(HistoryEntry::state).containsOnly(RestoreState.DONE);
    }

    private void cutOff() throws Exception {
        Files.writeString(
                journals.resolve("20260101_000000.journal"),
                "kind=restore\ntarget=shop\nstarted=2026-01-01T00:00:00Z\ncopy=" + COPY
                        + "\nkeepAs=shop_before_20260101000000\npid=999999999999\nstate=RESTORING\n");
    }

    private static List<String> names(Path where) throws Exception {
        try (Stream<Path> files = Files.list(where)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
