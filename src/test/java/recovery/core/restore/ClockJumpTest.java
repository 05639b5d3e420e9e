package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.backup.BackupCatalogue;
import recovery.core.layer.Layers;
import recovery.core.verify.Verifier;
import recovery.harness.FakeTarget;
import recovery.harness.TestClock;

/** The clock of the host is set while a restore runs, and between two of them. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClockJumpTest {
    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock();
    private final FakeTarget target = new FakeTarget();
    private RestoreService service;

    @BeforeEach
    void startTheService() throws Exception {
        Files.createDirectories(folder.resolve("backups"));
        for (String rows : List.of("1\n2\n3\n", "4\n5\n6\n")) {
            Files.writeString(
                    folder.resolve("backups/from" + rows.charAt(0) + ".sql"),
                    "--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE t (a integer);\n\nCOPY t (a) FROM stdin;\n"
                            + rows + "\\.\n\n--\n-- PostgreSQL database dump complete\n--\n");
        }
        service = newService();
    }

    private RestoreService newService() {
        return new RestoreService(
                new BackupCatalogue(folder.resolve("backups"), Layers::behind),
                target,
                new Verifier(List.of()),
                report -> {},
                folder.resolve("state"),
                clock,
                "java -jar emergency.jar");
    }

    @AfterEach
    void stopTheService() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {-100, -3, 3, 10_000})
    void inARestoreItChangesNothingOfItsEnd(long hours) throws Exception {
        target.listener(operation -> {
            if (operation.equals("load")) {
                clock.jump(Duration.ofHours(hours));
            }
        });
        RestoreReport report = restore("from1.sql");

        assertThat(report.success()).isTrue();
        assertThat(report.durationMs()).isNotNegative();
        assertThat(target.databases).containsEntry(report.rollback().previous().orElseThrow(), "the live data");
        assertThat(service.findings(Duration.ofSeconds(10))).isEmpty();
        assertThat(service.rollback(Optional.empty(), "terminal").await().success())
                .isTrue();
        assertThat(target.databases).containsEntry("shop", "the live data");
    }

    /** By their ids the order would be another one, and the wrong data would come back. */
    @Test
    void theLastRestoreIsUndoneAlsoIfTheClockWasSetBackBeforeIt() throws Exception {
        clock.jump(Duration.ofDays(3));
        String first = restore("from1.sql").id();
        String between = target.databases.get("shop");
        clock.jump(Duration.ofDays(-3));
        String second = restore("from4.sql").id();
        assertThat(second).isLessThan(first);

        assertThat(service.history()).extracting(HistoryEntry::id).containsExactly(second, first);
        service.close();
        service = newService();
        assertThat(service.rollback(Optional.empty(), "terminal").await().success())
                .isTrue();
        assertThat(target.databases.get("shop")).isEqualTo(between);
    }

    @Test
    void noIdAndNoNameIsGivenTwiceWhileTheClockStandsStillOrGoesBack() throws Exception {
        Set<String> ids = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 6; i++) {
            RestoreReport report = restore("from1.sql");
            ids.add(report.id());
            names.add(report.rollback().previous().orElseThrow());
            clock.jump(Duration.ofSeconds(-2));
        }
        assertThat(ids).hasSize(6);
        assertThat(names).hasSize(6);
        assertThat(target.databases).hasSize(7).containsKeys(names.toArray(String[]::new));
    }

    @Test
    void aJobOfALivingProcessIsNotEndedByAnotherOneWhenTheClockWasSetForward() throws Exception {
        // as after a jump: the process seems to have begun long after its own journal
        Path journal = folder.resolve("state/restores/20200101_000000.journal");
        try (Journal open = Journal.create(journal)) {
            open.write("target", "shop");
            open.write("started", "2020-01-01T00:00:00Z");
            open.write("pid", Long.toString(ProcessHandle.current().pid()));
            open.write("state", "PLANNED");
            assertThat(service.findings(Duration.ofSeconds(10))).isEmpty();
            assertThat(service.history().get(0).state()).isEqualTo(RestoreState.PLANNED);
        }
        assertThat(service.history().get(0).state()).isEqualTo(RestoreState.CUT_OFF);
    }

    private RestoreReport restore(String backup) throws Exception {
        return service.start(RestoreRequest.of(backup, "terminal")).await();
    }
}
