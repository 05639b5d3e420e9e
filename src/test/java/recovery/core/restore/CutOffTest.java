package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.backup.BackupCatalogue;
import recovery.core.layer.Layers;
import recovery.core.verify.Verifier;
import recovery.harness.FakeTarget;

/** Journals without an end, as a process that was killed leaves them, before anybody looked at what it left. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CutOffTest {
    private static final String ID = "20260101_000000";
    /** No system gives this number to a process. */
    private static final long NOBODY = 999_999_999_999L;

    @TempDir
    private Path folder;

    private RestoreService service;

    @BeforeEach
    void startTheService() throws Exception {
        Files.createDirectories(folder.resolve("backups"));
        service = new RestoreService(
                new BackupCatalogue(folder.resolve("backups"), Layers::behind),
                new FakeTarget(),
                new Verifier(List.of()),
                report -> {},
                folder.resolve("state"),
                Clock.system(ZoneId.systemDefault()),
                "java -jar emergency.jar");
    }

    @AfterEach
    void stopTheService() {
        service.close();
    }

    @Test
    void theHistoryCallsItCutOffAndSaysWhatItWasDoing() throws Exception {
        Path journal = journal("RESTORING", NOBODY, Instant.parse("2026-01-01T00:00:00Z"));
        String before = Files.readString(journal);

        assertThat(service.history()).singleElement().satisfies(entry -> {
            assertThat(entry.state()).hasToString("cut off");
            assertThat(entry.error()).contains("CUT_OFF: the program ended while it was loading the copy");
            assertThat(entry.liveDatabase()).isEqualTo("'shop' is unchanged; nothing was renamed.");
        });
        assertThat(service.status(ID).state()).isEqualTo(RestoreState.CUT_OFF);
        assertThat(service.status(ID).sentence()).isEqualTo("'shop' is unchanged; nothing was renamed.");
        assertThat(Files.readString(journal)).as("a look writes nothing").isEqualTo(before);
    }

    @Test
    void inTheSwapNothingIsClaimedOfTheLiveDatabase() throws Exception {
        journal("SWAPPING", NOBODY, Instant.parse("2026-01-01T00:00:00Z"));

        assertThat(service.history()).singleElement().satisfies(entry -> {
            assertThat(entry.state()).isEqualTo(RestoreState.CUT_OFF);
            assertThat(entry.liveDatabase()).isEmpty();
        });
    }

    @Test
    void aProcessThatLivesIsLeftAlone() throws Exception {
        journal("RESTORING", ProcessHandle.current().pid(), Instant.now());
        assertThat(service.history().get(0).state()).isEqualTo(RestoreState.RESTORING);
    }

    @Test
    void aProcessOfAnotherContainerIsKnownByItsLock() throws Exception {
        journal("RESTORING", NOBODY, Instant.parse("2026-01-01T00:00:00Z"));
        try (RestoreLock lock =
                RestoreLock.take(folder.resolve("state"), ID + " by root, process 7 on another host", () -> {})) {
            assertThat(lock).isNotNull();
            assertThat(service.history().get(0).state()).isEqualTo(RestoreState.RESTORING);
        }
        assertThat(service.history().get(0).state()).isEqualTo(RestoreState.CUT_OFF);
        try (RestoreLock other = RestoreLock.take(
                folder.resolve("state"), "20260101_000001 by root, process 8 on this host", () -> {})) {
            assertThat(other).isNotNull();
            assertThat(service.history().get(0).state())
                    .as("the lock is somebody else's")
                    .isEqualTo(RestoreState.CUT_OFF);
        }
    }

    @Test
    void theHistoryOfOneTargetLeavesTheOthersOut() throws Exception {
        journal("DONE", NOBODY, Instant.parse("2026-01-01T00:00:00Z"));
        Path other = folder.resolve("state/restores/20260101_000001.journal");
        Files.writeString(other, "kind=restore\ntarget=crm\nstate=DONE\n");
        Path elsewhere = folder.resolve("state/restores/20260101_000002.journal");
        Files.writeString(elsewhere, "kind=restore\ntarget=shop\naddress=elsewhere\nstate=DONE\n");

        assertThat(service.history()).hasSize(3);
        assertThat(service.historyOfTarget())
                .singleElement()
                .satisfies(entry -> assertThat(entry.id()).isEqualTo(ID));
    }

    private Path journal(String state, long pid, Instant started) throws Exception {
        return Files.writeString(
                folder.resolve("state/restores/" + ID + ".journal"),
                "kind=restore\nbackup=good.sql\ntarget=shop\nstarted=%s\nstate=PLANNED\npid=%d\nstate=%s\n"
                        .formatted(started, pid, state));
    }
}
