package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static recovery.core.error.RecoveryException.problem;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.backup.BackupCatalogue;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.layer.Layers;
import recovery.core.verify.Verification;
import recovery.core.verify.Verifier;
import recovery.harness.FakeTarget;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RestoreServiceTest {
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

    private static final String JOURNAL = """
            kind=restore
            backup=good.sql
            target=shop
            started=2026-01-01T00:00:00Z
            state=PLANNED
            copy=shop_restoring_20260101_000000
            keepAs=shop_before_20260101000000
            """;

    @TempDir
    private Path folder;

    private final FakeTarget target = new FakeTarget();
    private final List<RestoreReport> recorded = new ArrayList<>();
    private RestoreService service;

    @BeforeEach
    void startTheService() throws Exception {
        Files.createDirectory(folder.resolve("backups"));
        Files.writeString(backup("good.sql"), DUMP);
        service = newService();
    }

    @AfterEach
    void stopTheService() {
        target.listener(operation -> {});
        service.close();
    }

    private RestoreService newService() {
        return new RestoreService(
                new BackupCatalogue(folder.resolve("backups"), Layers::behind),
                target,
                new Verifier(List.of()),
                recorded::add,
                folder.resolve("state"),
                Clock.system(java.time.ZoneId.systemDefault()),
                "java -jar emergency.jar");
    }

    private Path backup(String name) {
        return folder.resolve("backups").resolve(name);
    }

    private RestoreReport restore(String name) throws InterruptedException {
        return service.start(RestoreRequest.of(name, "terminal")).await();
    }

    private static RecoveryException failure() {
        return problem(ErrorCode.LOAD_FAILED, "the test says no").remedy("Say yes.");
    }

    @Test
    void goesInItsOrderAndKeepsThePreviousData() throws Exception {
        RestoreReport report = restore("good.sql");

        assertThat(target.operations)
                .containsExactly("lock", "survey", "create", "load", "finish", "measure", "close", "swap");
        String previous = report.rollback().previous().orElseThrow();
        assertThat(target.databases).isEqualTo(Map.of("shop", DUMP, previous, "the live data"));
        assertThat(report.liveDatabase())
                .isEqualTo("'shop' holds the restored data; what it held before is kept as '" + previous + "'.");
        assertThat(report.verification().status()).isEqualTo(Verification.Status.PASSED);
        assertThat(report.rollback().command()).contains("java -jar emergency.jar rollback " + report.id());
        assertThat(recorded).containsExactly(report);
        assertThat(service.history().get(0))
                .matches(entry -> entry.state() == RestoreState.DONE && entry.rollbackAvailable());
    }

    @ParameterizedTest
    @ValueSource(strings = {"survey", "lock", "create", "load", "finish", "measure", "close", "swap"})
    void aFailureAtAnyStepLeavesTheLiveDatabaseAsItWasAndNothingBeside(String step) throws Exception {
        target.listener(operation -> {
            if (operation.equals(step)) {
                throw failure();
            }
        });
        RestoreReport report = restore("good.sql");

        assertThat(target.databases).isEqualTo(Map.of("shop", "the live data"));
        assertThat(report.success()).isFalse();
        assertThat(report.state()).isEqualTo(RestoreState.FAILED);
        assertThat(report.liveDatabase()).isEqualTo("'shop' is unchanged; nothing was renamed.");
        assertThat(report.error().orElseThrow().problem()).isEqualTo("the test says no");
        assertThat(recorded).containsExactly(report);
        target.listener(operation -> {});
        assertThat(restore("good.sql").success()).as("the next restore").isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"survey", "create", "load", "finish", "measure"})
    void canBeCancelledBeforeTheSwap(String step) throws Exception {
        target.listener(operation -> {
            if (operation.equals(step)) {
                service.running().map(RestoreStatus::id).ifPresent(service::cancel);
            }
        });
        RestoreReport report = restore("good.sql");

        assertThat(report.state()).isEqualTo(RestoreState.CANCELLED);
        assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(target.databases).isEqualTo(Map.of("shop", "the live data"));
    }

    @Test
    void aBugIsCalledABugAndLeavesNothingBehind() throws Exception {
        target.listener(operation -> {
            if (operation.equals("finish")) {
                throw new IllegalStateException("oops");
            }
        });
        RestoreReport report = restore("good.sql");

        assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.BUG);
        assertThat(target.databases).isEqualTo(Map.of("shop", "the live data"));
    }

    @Test
    void aCopyThatCannotBeDroppedIsNamed() throws Exception {
        target.lostRows = 1;
        target.listener(operation -> {
            if (operation.equals("drop")) {
                throw RecoveryException.problem(ErrorCode.DATABASE_UNREACHABLE, "the server is gone")
                        .remedy("Start it.");
            }
        });
        RestoreReport report = restore("good.sql");

        RestoreReport.Failure failure = report.error().orElseThrow();
        assertThat(failure.code()).isEqualTo(ErrorCode.VERIFICATION_FAILED);
        assertThat(failure.remedies())
                .endsWith("The copy 'shop_restoring_" + report.id()
                        + "' could not be deleted; 'java -jar emergency.jar cleanup' does it later.");
        assertThat(report.nextSteps()).isEqualTo(failure.remedies());
    }

    @Test
    void aBugInTheSwapNeverClaimsThatNothingHappened() throws Exception {
        target.listener(operation -> {
            if (operation.equals("swap")) {
                throw new IllegalStateException("oops");
            }
        });
        RestoreReport report = restore("good.sql");

        assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.SWAP_UNCONFIRMED);
        assertThat(report.liveDatabase()).startsWith("'shop' is whole but may be the old or the restored data");
    }

    @Test
    void aCopyThatFailsItsVerificationIsDroppedAndTheTableNamed() throws Exception {
        target.lostRows = 1;
        RestoreReport report = restore("good.sql");

        assertThat(report.error().orElseThrow())
                .isEqualTo(new RestoreReport.Failure(
                        ErrorCode.VERIFICATION_FAILED,
                        "the copy is not what the backup promises: rows: 't' has 2 rows instead of 3",
                        report.nextSteps()));
        assertThat(report.verification().status()).isEqualTo(Verification.Status.FAILED);
        assertThat(target.databases).isEqualTo(Map.of("shop", "the live data"));
    }

    @Test
    void aRefusedBackupLeavesARecordToo() throws Exception {
        Files.write(backup("picture.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0});
        RestoreReport report = restore("picture.png");

        assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.BACKUP_NOT_RECOGNISED);
        assertThat(report.liveDatabase()).isEqualTo("'shop' is unchanged; nothing was renamed.");
        assertThat(recorded).containsExactly(report);
        assertThat(target.operations).doesNotContain("create");
    }

    @Test
    void aDryRunWritesNothing() throws Exception {
        RestoreRequest request =
                new RestoreRequest("good.sql", true, Optional.empty(), false, Optional.empty(), "terminal");
        RestoreReport report = service.start(request).await();

        assertThat(report.success()).isTrue();
        assertThat(report.liveDatabase()).isEqualTo("'shop' is unchanged; this was a dry run.");
        assertThat(target.operations).containsExactly("survey");
        assertThat(report.plan().orElseThrow().inspection().rows()).isEqualTo(3);
        assertThat(recorded).containsExactly(report);
    }

    @Test
    void aDryRunFindsThatTheDumpIsCutOff() throws Exception {
        Files.writeString(backup("cut.sql"), DUMP.substring(0, DUMP.length() - 30));
        RestoreRequest request =
                new RestoreRequest("cut.sql", true, Optional.empty(), true, Optional.empty(), "terminal");

        assertThat(service.start(request).await().error().orElseThrow().code()).isEqualTo(ErrorCode.DUMP_TRUNCATED);
    }

    @Test
    void refusalsOfTheTargetCanBeOverriddenWithAReason() throws Exception {
        target.refusals.add(problem(ErrorCode.DISK_FULL, "too little space").remedy("Free some."));
        assertThat(restore("good.sql").error().orElseThrow().code()).isEqualTo(ErrorCode.DISK_FULL);
        assertThat(target.operations).doesNotContain("create");

        RestoreRequest request = new RestoreRequest(
                "good.sql", false, Optional.empty(), false, Optional.of("the disk is a lie"), "terminal");
        RestoreReport report = service.start(request).await();
        assertThat(report.success()).isTrue();
        assertThat(report.overrideReason()).contains("the disk is a lie");
    }

    @Test
    void aBackupWithoutProofNeedsAnAnswer() throws Exception {
        Files.writeString(backup("hand.sql"), "CREATE TABLE t (a integer);\n");
        RestoreReport refused = restore("hand.sql");
        assertThat(refused.error().orElseThrow().code()).isEqualTo(ErrorCode.BACKUP_UNPROVEN);
        assertThat(target.databases).isEqualTo(Map.of("shop", "the live data"));

        RestoreRequest agreed =
                new RestoreRequest("hand.sql", false, Optional.empty(), true, Optional.empty(), "terminal");
        RestoreReport restored = service.start(agreed).await();
        assertThat(restored.success()).isTrue();
        assertThat(restored.notes()).extracting(note -> note.code()).contains("NEEDS_CONFIRMATION");
    }

    @Test
    void aBackupThatIsNotTheOneOfItsChecksumIsRefused() throws Exception {
        Files.writeString(folder.resolve("backups/good.sql.sha256"), "0".repeat(64) + "  good.sql\n");
        RestoreReport report = restore("good.sql");

        assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.CHECKSUM_MISMATCH);
        assertThat(target.operations).doesNotContain("create");
    }

    @Test
    void rollbackPutsThePreviousDataBackAndCanItselfBeUndone() throws Exception {
        RestoreReport restored = restore("good.sql");
        RestoreReport rolledBack =
                service.rollback(Optional.of(restored.id()), "terminal").await();
        assertThat(target.databases).containsEntry("shop", "the live data").hasSize(2);
        assertThat(rolledBack.liveDatabase()).startsWith("'shop' holds again what it held before");

        service.rollback(Optional.empty(), "terminal").await();
        assertThat(target.databases).containsEntry("shop", DUMP).hasSize(2);

        assertThatThrownBy(() -> service.rollback(Optional.of(restored.id()), "terminal"))
                .hasMessage("there is nothing kept from before restore '" + restored.id() + "'");
    }

    @Test
    void aTargetOfTheSameNameElsewhereIsNotRolledBackHere() throws Exception {
        RestoreReport restored = restore("good.sql");
        Path journal = folder.resolve("state/restores/" + restored.id() + ".journal");
        Files.writeString(journal, "address=PostgreSQL database 'shop' on elsewhere:5432\n", StandardOpenOption.APPEND);

        assertThatThrownBy(() -> service.rollback(Optional.empty(), "terminal"))
                .hasMessage("'shop' has not been restored from here yet");
        assertThat(service.history().get(0).rollbackAvailable()).isFalse();
        assertThat(target.databases).containsEntry("shop", DUMP).hasSize(2);
    }

    @Test
    void withoutALiveDatabaseTheCopyTakesItsName() throws Exception {
        target.databases.clear();
        RestoreReport report = restore("good.sql");

        assertThat(target.databases).isEqualTo(Map.of("shop", DUMP));
        assertThat(report.rollback().available()).isFalse();
        assertThat(report.liveDatabase())
                .isEqualTo("'shop' holds the restored data; there was no database of that name before.");
    }

    @Test
    void onlyOneRestoreRunsAtATime() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        target.listener(operation -> {
            if (operation.equals("load")) {
                loading.countDown();
                awaitQuietly(goOn);
            }
        });
        RestoreJob first = service.start(RestoreRequest.of("good.sql", "terminal"));
        loading.await();
        assertThatThrownBy(() -> service.start(RestoreRequest.of("good.sql", "page")))
                .hasMessage("another restore is running: '" + first.id() + "'");
        try (RestoreService second = newService()) {
            RestoreReport report =
                    second.start(RestoreRequest.of("good.sql", "terminal")).await();
            assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.RESTORE_ALREADY_RUNNING);
            assertThat(report.error().orElseThrow().problem()).contains(first.id());
        }
        goOn.countDown();
        assertThat(first.await().success()).isTrue();
    }

    @Test
    void theNextStartSaysWhatACrashLeft() throws Exception {
        service.close();
        Files.createDirectories(folder.resolve("state/restores"));
        Files.writeString(
                folder.resolve("state/restores/20260101_000000.journal"),
                JOURNAL + "state=RESTORING\nsta",
                StandardOpenOption.CREATE_NEW);
        target.databases.put("shop_restoring_20260101_000000", "half of it");
        service = newService();

        assertThat(service.findings(Duration.ofSeconds(10)))
                .containsExactly(
                        "The restore 20260101_000000 was cut off while it was loading the copy."
                                + " 'shop' is unchanged; nothing was renamed.",
                        "'shop_restoring_20260101_000000' is left over from a restore that was cut off;"
                                + " --force-cleanup deletes it.");
        assertThat(service.status("20260101_000000").state()).isEqualTo(RestoreState.FAILED);
        assertThat(service.cleanUp())
                .containsExactly("Deleted 'shop_restoring_20260101_000000', which a broken restore had left.");
        assertThat(target.databases).isEqualTo(Map.of("shop", "the live data"));
    }

    @Test
    void aLookDoesNotTakeARestoreThatStillRunsForOneThatWasCutOff() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        target.listener(operation -> {
            if (operation.equals("survey")) {
                reading.countDown();
                awaitQuietly(goOn);
            }
        });
        RestoreJob dryRun = service.start(
                new RestoreRequest("good.sql", true, Optional.empty(), true, Optional.empty(), "terminal"));
        reading.await();
        try (RestoreService second = newService()) {
            assertThat(second.findings(Duration.ofSeconds(10))).isEmpty();
        }
        goOn.countDown();
        assertThat(dryRun.await().success()).isTrue();
        assertThat(service.history().get(0).state()).isEqualTo(RestoreState.DONE);
    }

    @Test
    void aRestoreWaitsForTheLookAtWhatWasLeft() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        target.listener(operation -> {
            if (operation.equals("mend")) {
                awaitQuietly(goOn);
            }
        });
        assertThat(service.findings()).isEmpty();
        RestoreJob job = service.start(RestoreRequest.of("good.sql", "terminal"));
        Thread.sleep(200);
        assertThat(job.status().report()).isEmpty();
        goOn.countDown();
        assertThat(job.await().success()).isTrue();
    }

    @Test
    void aJournalThatIsDamagedIsLeftOutOfTheHistory() throws Exception {
        restore("good.sql");
        Files.writeString(folder.resolve("state/restores/20260101_000000.journal"), "target=shop\nstate=NONSENSE\n");
        Files.writeString(
                folder.resolve("state/restores/20260101_000001.journal"), "target=shop\nstate=DONE\nstarted=x\n");

        assertThat(service.history()).hasSize(1);
    }

    @Test
    void aPreviousDatabaseThatComesBackToAnEmptyPlaceIsCalledWhatItIs() throws Exception {
        restore("good.sql");
        target.databases.remove("shop");

        RestoreReport report = service.rollback(Optional.empty(), "terminal").await();

        assertThat(report.liveDatabase())
                .isEqualTo("'shop' holds again what it held before; there was no database of that name meanwhile.");
        assertThat(target.databases).isEqualTo(Map.of("shop", "the live data"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSwapThatNobodyConfirmedIsLookedAtWhenTheServerAnswersAgain(boolean renamed) throws Exception {
        Files.createDirectories(folder.resolve("state/restores"));
        Files.writeString(
                folder.resolve("state/restores/20260101_000000.journal"),
                JOURNAL + "state=SWAPPING\nerror=SWAP_UNCONFIRMED: the server went silent\n"
                        + "liveDatabase='shop' is whole but may be the old or the restored data\nstate=FAILED\n");
        if (renamed) {
            target.databases.put("shop_before_20260101000000", "the old data");
        }
        String live = renamed
                ? "'shop' holds the restored data; what it held before is kept as 'shop_before_20260101000000'."
                : "'shop' is unchanged; nothing was renamed.";

        assertThat(newService().findings(Duration.ofSeconds(5)))
                .containsExactly("What the swap of restore 20260101_000000 came to is known now. " + live);
        assertThat(newService().findings(Duration.ofSeconds(5))).isEmpty();
        HistoryEntry entry = service.history().get(0);
        assertThat(entry.liveDatabase()).isEqualTo(live);
        assertThat(entry.rollbackAvailable()).isEqualTo(renamed);
        assertThat(entry.state()).isEqualTo(renamed ? RestoreState.DONE : RestoreState.FAILED);
        assertThat(entry.error())
                .isEqualTo(
                        renamed
                                ? Optional.empty()
                                : Optional.of(
                                        "SWAP_FAILED: the server went silent during the swap, and nothing was renamed"));
    }

    @Test
    void aCrashBehindTheSwapIsFoundToHaveSucceeded() throws Exception {
        service.close();
        Files.createDirectories(folder.resolve("state/restores"));
        Files.writeString(
                folder.resolve("state/restores/20260101_000000.journal"),
                JOURNAL + "state=SWAPPING\n",
                StandardOpenOption.CREATE_NEW);
        target.databases.put("shop_before_20260101000000", "older");
        service = newService();

        assertThat(service.findings(Duration.ofSeconds(10)))
                .containsExactly("The restore 20260101_000000 was cut off while it was swapping. 'shop' holds the"
                        + " restored data; what it held before is kept as 'shop_before_20260101000000'.");
        service.rollback(Optional.empty(), "terminal").await();
        assertThat(target.databases).containsEntry("shop", "older");
    }

    @Test
    void theLiveDatabaseIsOfflineWhenItHangs() {
        CountDownLatch goOn = new CountDownLatch(1);
        target.listener(operation -> awaitQuietly(goOn));
        LiveDatabase live = service.liveStatus(Duration.ofMillis(50));
        goOn.countDown();

        assertThat(live.online()).isFalse();
        assertThat(live.error()).contains("it did not answer within 50 ms");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
