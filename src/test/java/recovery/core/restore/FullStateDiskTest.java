package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
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
import recovery.core.verify.Verifier;
import recovery.harness.FakeTarget;
import recovery.harness.SmallDisk;

/** The disk of the journals is full, from one of the steps of a restore on. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FullStateDiskTest {
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

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int PAGE = 4096;
    private static final Map<String, String> UNTOUCHED = Map.of("shop", "the live data");

    @TempDir
    private Path folder;

    private final FakeTarget target = new FakeTarget();
    private final List<RestoreReport> recorded = new ArrayList<>();
    private SmallDisk disk;
    private RestoreService service;

    @BeforeEach
    void makeASmallDisk() throws Exception {
        Files.createDirectory(folder.resolve("backups"));
        Files.writeString(folder.resolve("backups/good.sql"), DUMP);
        disk = SmallDisk.at(folder.resolve("state"), 32);
        service = newService();
    }

    private RestoreService newService() {
        return new RestoreService(
                new BackupCatalogue(folder.resolve("backups"), Layers::behind),
                target,
                new Verifier(List.of()),
                recorded::add,
                folder.resolve("state"),
                Clock.system(ZoneId.systemDefault()),
                "java -jar emergency.jar");
    }

    @AfterEach
    void unmount() {
        target.listener(operation -> {});
        service.close();
        disk.close();
    }

    private RestoreReport restore() throws Exception {
        return service.start(RestoreRequest.of("good.sql", "terminal")).await();
    }

    @Test
    void noRestoreBeginsAndNoJournalIsLeft() throws Exception {
        disk.fill();

        assertThatThrownBy(this::restore)
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        full -> assertThat(full.report())
                                .matches(
                                        "DISK_FULL: the journal '.*/state/restores/\\d{8}_\\d{6}.journal' cannot be written: No"
                                                + " space left on device\n  remedy: Free space on the disk of the state directory, or"
                                                + " point STATE_DIR to another one."));
        assertThat(target.operations).isEmpty();
        assertThat(journals()).isEmpty();

        disk.free();
        assertThat(restore().success()).isTrue();
    }

    /** The state is written at the last but one byte of a page, so that half a line of it is left. */
    @ParameterizedTest
    @ValueSource(strings = {"survey", "create", "finish", "measure", "close"})
    void beforeTheSwapItEndsTheRestoreAndTheLiveDatabaseIsUntouched(String step) throws Exception {
        fillAt(step);
        RestoreReport report = restore();

        assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.DISK_FULL);
        assertThat(report.error().orElseThrow().problem())
                .isEqualTo("the journal '%s' cannot be written: No space left on device", journal(report.id()));
        assertThat(report.liveDatabase()).isEqualTo("'shop' is unchanged; nothing was renamed.");
        assertThat(target.databases).isEqualTo(UNTOUCHED);
        assertThat(recorded).containsExactly(report);
        assertThat(Files.readString(journal(report.id()))).doesNotEndWith("\n");
        HistoryEntry entry = service.history().get(0);
        assertThat(entry.state()).as("told although it could not be written").isEqualTo(RestoreState.FAILED);
        assertThat(entry.error().orElseThrow()).startsWith("DISK_FULL: the journal");

        disk.free();
        assertThat(service.history()).containsExactly(entry);
        atTheNextStart(() -> assertThat(service.history()).containsExactly(entry));
        target.listener(operation -> {});
        assertThat(restore().success()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void behindTheSwapItHidesNothing(boolean roomAgain) throws Exception {
        fillAt("swap");
        RestoreReport report = restore();

        String previous = report.rollback().previous().orElseThrow();
        assertThat(report.success()).isTrue();
        assertThat(target.databases).isEqualTo(Map.of("shop", DUMP, previous, "the live data"));
        assertThat(service.history().get(0).rollbackAvailable()).isTrue();

        target.listener(operation -> {});
        if (roomAgain) {
            disk.free();
            assertThat(service.history().get(0).state()).isEqualTo(RestoreState.DONE);
            atTheNextStart(() -> assertThat(service.findings(LIMIT)).isEmpty());
        } else {
            // the program ended before there was room: its journal says that it was swapping
            disk.free();
            notOfThisProcess(report.id());
            atTheNextStart(() -> assertThat(service.findings(LIMIT))
                    .containsExactly(
                            "The restore %s was cut off while it was swapping. 'shop' holds the restored data; what it held before is kept as '%s'."
                                    .formatted(report.id(), previous)));
        }
        assertThat(service.history().get(0).state()).isEqualTo(RestoreState.DONE);
        assertThat(service.rollback(Optional.empty(), "terminal").await().success())
                .isTrue();
        assertThat(target.databases).containsEntry("shop", "the live data").containsValue(DUMP);
    }

    /** When {@code step} begins there are eight bytes left for the journal. */
    private void fillAt(String step) {
        target.listener(operation -> {
            if (operation.equals(step)) {
                Path journal = journal(service.running().orElseThrow().id());
                try {
                    int more = PAGE - 8 - (int) Files.size(journal) - "pad=\n".length();
                    Files.writeString(journal, "pad=" + "x".repeat(more) + "\n", StandardOpenOption.APPEND);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                disk.fill();
            }
        });
    }

    private void notOfThisProcess(String id) throws Exception {
        String text = Files.readString(journal(id));
        Files.writeString(journal(id), text.replaceAll("pid=\\d+", "pid=999999999999"));
    }

    private void atTheNextStart(Runnable look) {
        service.close();
        service = newService();
        look.run();
    }

    private Path journal(String id) {
        return folder.resolve("state/restores/" + id + ".journal");
    }

    private List<Path> journals() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("state/restores"))) {
            return files.toList();
        }
    }
}
