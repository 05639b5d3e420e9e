package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.backup.BackupCatalogue;
import recovery.core.layer.Layers;
import recovery.core.layer.Secrets;
import recovery.core.target.LoadOptions;
import recovery.core.target.Work;
import recovery.core.verify.Verifier;
import recovery.harness.FakeTarget;

/** What a restore learns from the ones before it, and what it leaves for the next one. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TimesOfRestoresTest {
    private static final String DUMP = """
            --
            -- PostgreSQL database dump
            --

            CREATE TABLE t (a integer);

            COPY t (a) FROM stdin;
            1
            2
            3
            \\.

            --
            -- PostgreSQL database dump complete
            --
            """;

    @TempDir
    private Path folder;

    private final FakeTarget target = new FakeTarget();
    private RestoreService service;

    @BeforeEach
    void startTheService() throws Exception {
        Files.createDirectories(folder.resolve("backups"));
        Files.writeString(folder.resolve("backups/good.sql"), DUMP);
        service = new RestoreService(
                new BackupCatalogue(folder.resolve("backups"), Layers::behind),
                target,
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
    void theReportSaysWhereTheTimeWent() throws Exception {
        target.telling = watch -> {
            watch.spent(Work.READ, Duration.ofSeconds(2));
            watch.spent(Work.COPY, Duration.ofSeconds(30));
            watch.spent(Work.COPY, Duration.ofSeconds(31));
        };
        RestoreReport report = restore(OptionalInt.empty());

        assertThat(report.success()).isTrue();
        assertThat(report.timings().busySeconds())
                .containsEntry("read", 2.0)
                .containsEntry("copy", 61.0)
                .containsOnlyKeys("read", "copy", "verify", "swap");
        assertThat(report.timings().wallSeconds()).containsOnlyKeys("planning", "loading", "verifying", "swapping");
    }

    @Test
    void aFailedRestoreSaysHowFarItCameAndTeachesNothing() throws Exception {
        target.lostRows = 1;
        RestoreReport report = restore(OptionalInt.empty());

        assertThat(report.success()).isFalse();
        assertThat(report.timings().wallSeconds()).containsOnlyKeys("planning", "loading", "verifying");
        assertThat(PastTimes.of(lines(report))).isEmpty();
    }

    @Test
    void theNextRestoreOfTheSameDatabaseKnowsItsTimes() throws Exception {
        target.telling = watch -> {
            watch.progress(Work.INDEX, 5, 10);
            watch.progress(Work.INDEX, 10, 10);
            watch.spent(Work.INDEX, Duration.ofMillis(5));
            takeSomeMilliseconds();
        };
        RestoreReport first = restore(OptionalInt.of(4));

        PastTimes times = PastTimes.of(lines(first)).orElseThrow();
        assertThat(times.family()).isEqualTo("sql none");
        assertThat(times.part()).isEqualTo("everything");
        assertThat(times.bytes()).isEqualTo(DUMP.length());
        assertThat(times.jobs()).hasValue(4);
        assertThat(times.totals()).containsEntry(Work.INDEX, 10L);

        PhaseWeights same = weights(OptionalInt.of(4));
        assertThat(same.alike()).isTrue();
        assertThat(same.totals()).containsEntry(Work.INDEX, 10.0);
        assertThat(weights(OptionalInt.of(2)).learned()).isTrue();
        assertThat(weights(OptionalInt.of(2)).alike())
                .as("with another number of connections")
                .isFalse();
    }

    @Test
    void ofSeveralTheMostSimilarAndOfThoseTheNewestTeaches() throws Exception {
        journal("20260101_000001", "sql none", 2, 10_000);
        journal("20260101_000002", "sql none", DUMP.length(), 20_000);
        journal("20260101_000003", "sql none", DUMP.length(), 30_000);
        journal("20260101_000004", "custom none", DUMP.length(), 40_000);
        journal("20260101_000005", "sql none", DUMP.length() * 9L, 50_000);

        PhaseWeights weights = weights(OptionalInt.empty());
        assertThat(weights.alike()).isTrue();
        assertThat(weights.seconds()).containsEntry(Work.READ, 30.0);
    }

    @Test
    void othersTeachNothing() throws Exception {
        assertThat(weights(OptionalInt.empty())).isEqualTo(PhaseWeights.usual());

        String failed = journal("20260101_000001", "sql none", DUMP.length(), 20_000);
        Files.writeString(Path.of(failed), "state=FAILED\n", java.nio.file.StandardOpenOption.APPEND);
        String elsewhere = journal("20260101_000002", "sql none", DUMP.length(), 20_000);
        Files.writeString(Path.of(elsewhere), "address=elsewhere\n", java.nio.file.StandardOpenOption.APPEND);
        String part = journal("20260101_000003", "sql none", DUMP.length(), 20_000);
        Files.writeString(Path.of(part), "backupPart=t\n", java.nio.file.StandardOpenOption.APPEND);
        String old = journal("20260101_000004", "sql none", DUMP.length(), 20_000);
        Files.writeString(
                Path.of(old), "kind=restore\nbackup=good.sql\ntarget=shop\nstarted=2026-01-01T00:00:00Z\nstate=DONE\n");

        assertThat(weights(OptionalInt.empty())).isEqualTo(PhaseWeights.usual());
        assertThat(service.history()).hasSize(4);
    }

    /** So that there is something to learn. */
    private static void takeSomeMilliseconds() {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < 5_000_000) {
            Thread.onSpinWait();
        }
    }

    private String journal(String id, String family, long bytes, long loadingMs) throws Exception {
        return Files.writeString(
                        folder.resolve("state/restores/" + id + ".journal"), """
                        kind=restore
                        backup=good.sql
                        target=shop
                        started=2026-01-01T00:00:00Z
                        backupFamily=%s
                        backupPart=everything
                        backupBytes=%d
                        loadingMs=%d
                        verifyingMs=1000
                        state=DONE
                        """.formatted(family, bytes, loadingMs))
                .toString();
    }

    private RestoreReport restore(OptionalInt jobs) throws InterruptedException {
        return service.start(request(jobs)).await();
    }

    private PhaseWeights weights(OptionalInt jobs) {
        JournalFolder journals = new JournalFolder(folder.resolve("state"));
        return new PastRestores(target, journals).weights(service.plan(request(jobs)));
    }

    private java.util.Map<String, String> lines(RestoreReport report) {
        return new JournalFolder(folder.resolve("state")).lines(report.id());
    }

    private static RestoreRequest request(OptionalInt jobs) {
        return new RestoreRequest(
                "good.sql",
                false,
                Optional.empty(),
                true,
                Optional.empty(),
                LoadOptions.USUAL.with(jobs),
                Secrets.none(),
                "terminal");
    }

    @Test
    void whatIsPlannedSaysOverHowManyConnections() {
        assertThat(service.plan(request(OptionalInt.empty())).connections()).contains("as many as suit");
        assertThat(service.plan(request(OptionalInt.of(3))).connections()).contains("3");
        assertThat(new ArrayList<>(service.history())).isEmpty();
    }
}
