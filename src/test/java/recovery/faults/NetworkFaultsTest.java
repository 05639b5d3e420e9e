package recovery.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import recovery.core.error.ErrorCode;
import recovery.core.restore.RestoreJob;
import recovery.core.restore.RestoreReport;
import recovery.harness.FaultyNetwork;
import recovery.harness.FaultyNetwork.Fault;
import recovery.harness.FaultyNetwork.Way;
import recovery.harness.OwnPostgres;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** The network between program and server fails in each moment of a restore, in each way. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NetworkFaultsTest {
    @TempDir
    private static Path serverFolder;

    private static OwnPostgres own;

    @TempDir
    private Path folder;

    private Incident incident;

    @org.junit.jupiter.api.BeforeAll
    static void startServer() {
        own = OwnPostgres.start(RealPostgres.MIDDLE, serverFolder);
    }

    @org.junit.jupiter.api.AfterAll
    static void stopServer() {
        own.close();
    }

    @BeforeEach
    void begin() {
        incident = new Incident(own.server(), folder);
    }

    static Stream<Moment> longMoments() {
        return Rounds.areAll()
                ? Stream.of(Moment.LOADING_ROWS, Moment.BUILDING_INDEXES, Moment.VERIFYING)
                : Stream.of(Moment.LOADING_ROWS);
    }

    static Stream<Arguments> cuts() {
        List<Moment> moments = Rounds.areAll()
                ? List.of(Moment.values())
                : List.of(
                        Moment.PLANNING,
                        Moment.LOADING_ROWS,
                        Moment.BUILDING_INDEXES,
                        Moment.VERIFYING,
                        Moment.RENAMING);
        return Stream.of(
                        Fault.CUT_AND_WORD_LOST,
                        Fault.CUT_AFTER_WORD,
                        Fault.RESET_AND_WORD_LOST,
                        Fault.RESET_AFTER_WORD)
                .filter(fault -> Rounds.areAll() || fault == Fault.CUT_AFTER_WORD || fault == Fault.RESET_AND_WORD_LOST)
                .flatMap(fault -> moments.stream().map(moment -> Arguments.of(moment, fault)));
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void cutsAConnection(Moment moment, Fault fault) throws Exception {
        try (FaultyNetwork network = new FaultyNetwork(own.server(), moment.word(), 1, fault);
                RestoreBench bench = incident.bench(network.server())) {
            RestoreReport report = Incident.end(Incident.begin(bench));

            assertThat(network.awaitFault(Duration.ZERO)).isTrue();
            if (moment.isInTheSwap()) {
                assertThat(report.error()).isEmpty();
            } else {
                assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.DATABASE_UNREACHABLE);
                assertThat(incident.copies())
                        .as("dropped over another connection")
                        .isEmpty();
            }
            incident.aftermath(report);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void isSlow(Way way) throws Exception {
        try (FaultyNetwork network = new FaultyNetwork(own.server());
                RestoreBench bench = incident.bench(network.server())) {
            network.delay(way, Duration.ofMillis(20));
            RestoreReport report = Incident.end(Incident.begin(bench));
            assertThat(report.error()).isEmpty();
            incident.aftermath(report);
        }
    }

    /** Somebody cancels, since nothing goes on; the ending comes although no answer does. */
    @ParameterizedTest
    @MethodSource("longMoments")
    void stallsForEverAndIsCancelled(Moment moment) throws Exception {
        try (FaultyNetwork network = new FaultyNetwork(own.server(), moment.word(), 1, Fault.STALL_ALL_BEFORE_WORD);
                RestoreBench bench = incident.bench(network.server())) {
            RestoreJob job = Incident.begin(bench);
            assertThat(network.awaitFault(Duration.ofSeconds(60))).isTrue();
            job.cancel();
            RestoreReport report = Incident.end(job);
            assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.CANCELLED);
            network.cut();
            incident.aftermath(report);
        }
    }
}
