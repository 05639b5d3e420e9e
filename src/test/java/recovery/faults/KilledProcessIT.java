package recovery.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
import org.junit.jupiter.params.provider.MethodSource;
import recovery.harness.FaultyNetwork;
import recovery.harness.FaultyNetwork.Fault;
import recovery.harness.JarProcess;
import recovery.harness.OwnPostgres;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** The program is killed in moments of a restore that are known, and at random ones; {@code -Drecovery.test.seed=…} repeats those. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledProcessIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long SEED = Long.getLong("recovery.test.seed", System.nanoTime());
    private static final Random RANDOM = new Random(SEED);

    /** How long a whole run takes here; measured, so that random times are spread over all of it on any machine. */
    private static Duration whole;

    @TempDir
    private static Path serverFolder;

    private static OwnPostgres own;

    @TempDir
    private Path folder;

    private Incident incident;

    @BeforeAll
    static void startServer(@TempDir Path first) throws Exception {
        own = OwnPostgres.start(RealPostgres.MIDDLE, serverFolder);
        Incident measured = new Incident(own.server(), first);
        try (RestoreBench bench = measured.bench(own.server());
                JarProcess restore = restore(first, measured, own.server())) {
            assertThat(bench.service()).isNotNull();
            long begin = System.nanoTime();
            assertThat(restore.await(LIMIT).exitCode()).isZero();
            whole = Duration.ofNanos(System.nanoTime() - begin);
        }
    }

    @AfterAll
    static void stopServer() {
        own.close();
    }

    @BeforeEach
    void begin() {
        incident = new Incident(own.server(), folder);
        incident.bench(own.server()).close();
    }

    private static JarProcess restore(Path folder, Incident incident, RealPostgres way) {
        return JarProcess.in(folder, incident.settings(way))
                .withJava("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
                .start("restore", "--latest", "--force");
    }

    /** Those that other tests of killed programs do not have. */
    static Stream<Moment> moments() {
        return Rounds.areAll() ? Stream.of(Moment.values()) : Stream.of(Moment.BUILDING_INDEXES, Moment.RENAMING);
    }

    @ParameterizedTest
    @MethodSource("moments")
    void inAKnownMoment(Moment moment) throws Exception {
        try (FaultyNetwork network = new FaultyNetwork(own.server(), moment.word(), 1, Fault.STALL_AFTER_WORD);
                JarProcess restore = restore(folder, incident, network.server())) {
            assertThat(network.awaitFault(LIMIT)).as(restore.err()).isTrue();
            restore.kill();
            network.heal();
        }
        incident.afterKill();
    }

    @Test
    void inTheRollback() throws Exception {
        try (FaultyNetwork network =
                new FaultyNetwork(own.server(), Moment.RENAMING.word(), 2, Fault.STALL_AFTER_WORD)) {
            try (JarProcess restore = restore(folder, incident, network.server())) {
                assertThat(restore.await(LIMIT).exitCode()).as(restore.err()).isZero();
            }
            incident.isRestored();
            try (JarProcess rollback =
                    JarProcess.in(folder, incident.settings(network.server())).start("rollback", "--force")) {
                assertThat(network.awaitFault(LIMIT)).as(rollback.err()).isTrue();
                rollback.kill();
                network.heal();
            }
        }
        incident.afterKill();
    }

    static IntStream rounds() {
        return IntStream.rangeClosed(1, Rounds.count(3));
    }

    @ParameterizedTest
    @MethodSource("rounds")
    void atARandomTime(int round) throws Exception {
        long after = (long) (RANDOM.nextDouble() * whole.toMillis());
        try (JarProcess restore = restore(folder, incident, own.server())) {
            TimeUnit.MILLISECONDS.sleep(after);
            restore.kill();
        }
        try {
            incident.afterKill();
        } catch (AssertionError e) {
            throw new AssertionError(
                    "seed %d, round %d, killed after %d of %d ms".formatted(SEED, round, after, whole.toMillis()), e);
        }
    }
}
