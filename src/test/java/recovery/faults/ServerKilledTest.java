package recovery.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import recovery.core.error.ErrorCode;
import recovery.core.restore.RestoreJob;
import recovery.core.restore.RestoreReport;
import recovery.harness.FaultyNetwork;
import recovery.harness.FaultyNetwork.Fault;
import recovery.harness.OwnPostgres;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** The server is killed, or stopped, in each moment of a restore. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServerKilledTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private static Path serverFolder;

    private static OwnPostgres own;

    @TempDir
    private Path folder;

    private Incident incident;

    @BeforeAll
    static void startServer() {
        own = OwnPostgres.start(RealPostgres.MIDDLE, serverFolder);
    }

    @AfterAll
    static void stopServer() {
        own.close();
    }

    @BeforeEach
    void begin() {
        incident = new Incident(own.server(), folder);
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void isKilledAndStartsAgainAtOnce(Moment moment) throws Exception {
        RestoreReport report = killedAt(moment, own::killAndStart);

        if (moment.isInTheSwap()) {
            assertThat(report.error()).as("it is done again").isEmpty();
            incident.isRestored();
        } else {
            assertThat(report.error().map(RestoreReport.Failure::code)).contains(ErrorCode.DATABASE_UNREACHABLE);
            incident.isUnchanged();
        }
        incident.aftermath(report);
    }

    /** In the swap it is waited for, half a minute long. */
    static Stream<Moment> stopped() {
        return Rounds.areAll() ? Stream.of(Moment.values()) : Stream.of(Moment.LOADING_ROWS);
    }

    @ParameterizedTest
    @MethodSource("stopped")
    void isStoppedAndStartsAgainAfterTheRestoreHasGivenUp(Moment moment) throws Exception {
        RestoreReport report = killedAt(moment, own::stop);
        ErrorCode code = report.error().orElseThrow().code();
        assertThat(code).isEqualTo(moment.isInTheSwap() ? ErrorCode.SWAP_UNCONFIRMED : ErrorCode.DATABASE_UNREACHABLE);
        assertThat(report.error().orElseThrow().remedies()).isNotEmpty();
        own.start();
        incident.aftermath(report);
    }

    @Test
    void isKilledInTheRollback() throws Exception {
        try (FaultyNetwork network =
                        new FaultyNetwork(own.server(), Moment.RENAMING.word(), 2, Fault.STALL_AFTER_WORD);
                RestoreBench bench = incident.bench(network.server())) {
            assertThat(Incident.end(Incident.begin(bench)).error()).isEmpty();
            incident.isRestored();
            RestoreJob rollback = bench.service().rollback(Optional.empty(), "terminal");
            assertThat(network.awaitFault(LIMIT)).isTrue();
            own.killAndStart();
            network.heal();
            RestoreReport report = Incident.end(rollback);
            assertThat(report.error()).isEmpty();
            incident.isUnchanged();
            incident.aftermath(report);
        }
    }

    private RestoreReport killedAt(Moment moment, Runnable fault) throws Exception {
        try (FaultyNetwork network = at(moment);
                RestoreBench bench = incident.bench(network.server())) {
            RestoreJob job = Incident.begin(bench);
            assertThat(network.awaitFault(LIMIT)).isTrue();
            try {
                fault.run();
            } finally {
                network.heal();
            }
            return Incident.end(job);
        }
    }

    private static FaultyNetwork at(Moment moment) throws Exception {
        return new FaultyNetwork(own.server(), moment.word(), 1, Fault.STALL_AFTER_WORD);
    }
}
