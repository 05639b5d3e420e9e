package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static recovery.core.error.RecoveryException.problem;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.backup.BackupCatalogue;
import recovery.core.error.ErrorCode;
import recovery.core.layer.Layers;
import recovery.core.restore.PruneReport.Fate;
import recovery.core.verify.Verifier;
import recovery.harness.FakeTarget;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PruneTest {
    private static final String DUMP = """
            --
            -- PostgreSQL database dump
            --

            CREATE TABLE t (a integer);

            COPY t (a) FROM stdin;
            1
            \\.

            --
            -- PostgreSQL database dump complete
            --
            """;

    @TempDir
    Path folder;

    private final FakeTarget target = new FakeTarget();

    @BeforeEach
    void makeFolder() throws Exception {
        Files.createDirectory(folder.resolve("backups"));
    }

    @Test
    void offersPreviousDataWhenItsTimeIsOverAndDeletesItOnlyOnDemand() {
        target.databases.put("shop_before_20261112120000", "old");
        target.databases.put("shop_before_20261113120001", "newer");

        try (RestoreService service = service("2026-11-20T12:00:00Z")) {
            PruneReport look = service.prune(false);
            assertThat(look.applied()).isFalse();
            assertThat(look.previous())
                    .extracting(PruneReport.PreviousData::name, PruneReport.PreviousData::fate)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("shop_before_20261112120000", Fate.OFFERED),
                            org.assertj.core.groups.Tuple.tuple("shop_before_20261113120001", Fate.KEPT));
            assertThat(look.previous().get(1).keptUntil()).isEqualTo(Instant.parse("2026-11-20T12:00:01Z"));
            assertThat(look.freedBytes()).isEqualTo(7);
            assertThat(target.databases).containsKeys("shop_before_20261112120000", "shop_before_20261113120001");

            PruneReport applied = service.prune(true);
            assertThat(applied.success()).isTrue();
            assertThat(applied.previous().get(0).fate()).isEqualTo(Fate.DELETED);
            assertThat(target.databases).containsOnlyKeys("shop", "shop_before_20261113120001");
        }
    }

    @Test
    void deletesOldBackupsWithTheirOwnSidecarsAndNothingElse() throws Exception {
        for (int day = 1; day <= 9; day++) {
            backup("shop-2026-11-0" + day + ".sql", "2026-11-0" + day + "T03:00:00Z");
        }
        Files.writeString(file("shop-2026-11-02.sql.sha256"), "00  shop-2026-11-02.sql\n");
        Files.writeString(file("notes.txt"), "nobody may delete this");

        try (RestoreService service = service("2026-11-20T12:00:00Z")) {
            List<String> offered = service.prune(false).backups().stream()
                    .filter(backup -> backup.fate() == Fate.OFFERED)
                    .map(PruneReport.OldBackup::name)
                    .toList();
            // the first of November ends a week, the second is none of the last seven and ends nothing
            assertThat(offered).containsExactly("shop-2026-11-02.sql");
            assertThat(names()).hasSize(11);

            assertThat(service.prune(true).success()).isTrue();
            assertThat(names())
                    .hasSize(9)
                    .contains("notes.txt", "shop-2026-11-01.sql")
                    .doesNotContain("shop-2026-11-02.sql", "shop-2026-11-02.sql.sha256");
        }
    }

    @Test
    void keepsTheBackupsThatRestoresCameFrom() throws Exception {
        for (int day = 1; day <= 9; day++) {
            backup("shop-2026-11-0" + day + ".sql", "2026-11-0" + day + "T03:00:00Z");
        }
        try (RestoreService service = service("2026-11-20T12:00:00Z")) {
            assertThat(service.start(RestoreRequest.of("shop-2026-11-02.sql", "terminal"))
                            .await()
                            .success())
                    .isTrue();
            assertThat(service.prune(true).backups())
                    .filteredOn(backup -> backup.name().equals("shop-2026-11-02.sql"))
                    .singleElement()
                    .satisfies(backup -> {
                        assertThat(backup.fate()).isEqualTo(Fate.KEPT);
                        assertThat(backup.keptBecause()).containsExactly("restore 20261120_120000 came from it");
                    });
            assertThat(names()).contains("shop-2026-11-02.sql");
        }
    }

    @Test
    void keepsTheSafetyCopyOfAReplacementThatFailed() throws Exception {
        for (int day = 1; day <= 9; day++) {
            backup("safety_shop_2026110" + day + "_030000.sql", "2026-11-0" + day + "T03:00:00Z");
        }
        Files.createDirectories(folder.resolve("state/restores"));
        Files.writeString(folder.resolve("state/restores/20261102_030000.journal"), """
                kind=restore
                backup=gone.sql
                target=shop
                started=2026-11-02T03:00:00Z
                strategy=replace
                safetyCopy=safety_shop_20261102_030000.sql
                state=FAILED
                """);
        try (RestoreService service = service("2026-11-20T12:00:00Z")) {
            assertThat(service.prune(true).backups())
                    .filteredOn(backup -> backup.name().equals("safety_shop_20261102_030000.sql"))
                    .singleElement()
                    .satisfies(backup -> assertThat(backup.keptBecause())
                            .containsExactly("restore 20261102_030000 is undone with it"));
            assertThat(names()).hasSize(9);
        }
    }

    @Test
    void saysWhatCouldNotBeDeletedAndGoesOnWithTheRest() {
        target.databases.put("shop_before_20260101000000", "used");
        target.databases.put("shop_before_20260102000000", "free");
        target.listener(operation -> {
            if (operation.equals("dropPrevious shop_before_20260101000000")) {
                throw problem(ErrorCode.DATABASE_IN_USE, "somebody is connected")
                        .remedy("Wait.");
            }
        });
        try (RestoreService service = service("2026-11-20T12:00:00Z")) {
            PruneReport report = service.prune(true);
            assertThat(report.success()).isFalse();
            assertThat(report.previous().get(0).error()).contains("DATABASE_IN_USE: somebody is connected");
            assertThat(report.previous().get(1).fate()).isEqualTo(Fate.DELETED);
            assertThat(target.databases).containsOnlyKeys("shop", "shop_before_20260101000000");
        }
    }

    @Test
    void refusesWhileARestoreRuns() throws Exception {
        backup("shop-1.sql", "2026-11-01T03:00:00Z");
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch loading = new CountDownLatch(1);
        target.telling = watch -> {
            loading.countDown();
            try {
                held.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try (RestoreService service = service("2026-11-20T12:00:00Z")) {
            RestoreJob job = service.start(RestoreRequest.of("shop-1.sql", "terminal"));
            loading.await();
            assertThatThrownBy(() -> service.prune(true)).hasMessageStartingWith("another restore is running: ");
            assertThat(service.prune(false).backups().get(0).fate()).isEqualTo(Fate.KEPT);
            held.countDown();
            assertThat(job.await().success()).isTrue();
        }
    }

    private void backup(String name, String modified) throws Exception {
        Files.writeString(file(name), DUMP);
        Files.setLastModifiedTime(file(name), FileTime.from(Instant.parse(modified)));
    }

    private Path file(String name) {
        return folder.resolve("backups").resolve(name);
    }

    private List<String> names() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("backups"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private RestoreService service(String now) {
        Clock clock = Clock.fixed(Instant.parse(now), ZoneOffset.UTC);
        return new RestoreService(
                new BackupCatalogue(folder.resolve("backups"), Layers::behind),
                target,
                new Verifier(List.of()),
                report -> {},
                folder.resolve("state"),
                clock,
                "java -jar emergency.jar");
    }
}
