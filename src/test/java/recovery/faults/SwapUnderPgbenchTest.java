package recovery.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import recovery.core.restore.RestoreReport;
import recovery.harness.OwnPostgres;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/**
 * Fifty clients of pgbench, each of which connects anew for every transaction and comes back at once when it is thrown
 * out: none of them ever sees anything but the whole old or the whole restored database.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SwapUnderPgbenchTest {
    private static final int PROCESSES = 5;
    private static final int CLIENTS_OF_EACH = 10;

    /** Divides by zero if it sees something else, which is an error of the server and not one of the connection. */
    private static final String SCRIPT = """
            SELECT 1 / CASE WHEN (SELECT count(*) = 5 AND bool_and(name LIKE 'live %') FROM customers)
                OR (SELECT count(*) = 3000 AND bool_and(name LIKE 'restored %') FROM customers)
                    AND (SELECT count(*) = 1 FROM pg_indexes WHERE indexname = 'customers_by_name')
                    AND (SELECT count(*) = 2 FROM pg_constraint WHERE connamespace = 'public'::regnamespace
                        AND contype IN ('p', 'f'))
                THEN 1 ELSE 0 END;
            """;

    @TempDir
    private Path folder;

    static Stream<Integer> versions() {
        return Rounds.areAll()
                ? Stream.of(RealPostgres.OLDEST, RealPostgres.MIDDLE, RealPostgres.NEWEST)
                : Stream.of(RealPostgres.MIDDLE);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void nobodySeesAHalfRestoredDatabase(int major) throws Exception {
        Path script = Files.writeString(folder.resolve("transaction.sql"), SCRIPT);
        try (OwnPostgres own =
                OwnPostgres.start(major, Files.createDirectory(folder.resolve("server")), "max_connections = 150")) {
            Incident incident = new Incident(own.server(), folder);
            List<Duration> swaps = new ArrayList<>();
            List<Duration> rollbacks = new ArrayList<>();
            try (Load load = new Load(own.server(), incident.live(), script, folder);
                    RestoreBench bench = incident.bench(own.server())) {
                load.awaitServed();
                for (int round = 0; round < Rounds.count(2); round++) {
                    RestoreReport restored = Incident.end(Incident.begin(bench));
                    assertThat(restored.error()).isEmpty();
                    swaps.add(Duration.ofMillis(restored.downtimeMs()));
                    load.awaitServed();
                    Instant begin = Instant.now();
                    RestoreReport back = Incident.end(bench.service().rollback(Optional.empty(), "terminal"));
                    rollbacks.add(Duration.between(begin, Instant.now()));
                    assertThat(back.error()).isEmpty();
                    swaps.add(Duration.ofMillis(back.downtimeMs()));
                    load.awaitServed();
                }
                load.close();
                assertThat(load.said()).doesNotContain("ERROR:");
            }
            incident.isUnchanged();
            System.out.printf("PostgreSQL %d: downtimes %s, rollbacks %s%n", major, swaps, rollbacks);
            // one may have been unlucky on a busy machine
            assertThat(swaps.stream().min(Duration::compareTo).orElseThrow())
                    .isLessThanOrEqualTo(Duration.ofMillis(250));
            assertThat(swaps).allMatch(swap -> swap.compareTo(Duration.ofSeconds(3)) < 0);
            assertThat(rollbacks.stream().min(Duration::compareTo).orElseThrow())
                    .isLessThanOrEqualTo(Duration.ofSeconds(1));
        }
    }

    /** The clients, until it is closed. */
    private static final class Load implements AutoCloseable {
        private final RealPostgres server;
        private final String database;
        private final AtomicBoolean ended = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();
        private final Path errors;

        Load(RealPostgres server, String database, Path script, Path folder) throws IOException {
            this.server = server;
            this.database = database;
            errors = Files.createFile(folder.resolve("pgbench.err"));
            for (int i = 0; i < PROCESSES; i++) {
                Thread thread = new Thread(() -> again(script), "pgbench");
                thread.setDaemon(true);
                thread.start();
                threads.add(thread);
            }
        }

        /** A client ends when it cannot connect, and pgbench when it has none left. */
        private void again(Path script) {
            List<String> command = List.of(
                    "pgbench",
                    "-n",
                    "-C",
                    "-c",
                    "" + CLIENTS_OF_EACH,
                    "-T",
                    "600",
                    "-f",
                    script.toString(),
                    "-h",
                    server.host(),
                    "-p",
                    "" + server.port(),
                    "-U",
                    server.user(),
                    database);
            try {
                while (!ended.get()) {
                    Process process = new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                            .start();
                    while (!process.waitFor(20, TimeUnit.MILLISECONDS) && !ended.get()) {
                        Thread.onSpinWait();
                    }
                    process.destroyForcibly().waitFor();
                }
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Waits until each of them may have had a few transactions in the database that has the name now. */
        void awaitServed() throws InterruptedException {
            String served = "SELECT xact_commit FROM pg_stat_database WHERE datname = '" + database + "'";
            long before = Long.parseLong(server.query("postgres", served).get(0));
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (Long.parseLong(server.query("postgres", served).get(0))
                    < before + 3L * PROCESSES * CLIENTS_OF_EACH) {
                assertThat(System.nanoTime()).as(said()).isLessThan(end);
                Thread.sleep(50);
            }
        }

        String said() {
            try {
                return new String(Files.readAllBytes(errors), UTF_8);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            ended.set(true);
            try {
                for (Thread thread : threads) {
                    thread.join();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
