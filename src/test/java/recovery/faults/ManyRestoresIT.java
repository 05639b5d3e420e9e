package recovery.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import recovery.harness.JarProcess;
import recovery.harness.OwnPostgres;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** Two servers and three terminals, some with the same folder of state and some not, want one database at the same time. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ManyRestoresIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @Test
    void oneOfThemRestoresAndTheOthersAreToldWhoDoes() throws Exception {
        try (OwnPostgres own =
                OwnPostgres.start(RealPostgres.MIDDLE, Files.createDirectory(folder.resolve("server")))) {
            Incident incident = new Incident(own.server(), folder);
            try (RestoreBench bench = incident.bench(own.server(), "SELECT pg_catalog.pg_sleep(3600);")) {
                assertThat(bench.service().running()).isEmpty();
            }
            List<JarProcess> all = new ArrayList<>();
            try {
                List<URI> servers = new ArrayList<>();
                for (String state : List.of("state", "second")) {
                    servers.add(serve(incident, own.server(), state, all));
                }
                List<CompletableFuture<HttpResponse<String>>> answers =
                        servers.stream().map(ManyRestoresIT::restore).toList();
                List<JarProcess> terminals = new ArrayList<>();
                for (String state : List.of("state", "third", "third")) {
                    terminals.add(program(incident, own.server(), state).start("restore", "--latest", "--force"));
                }
                all.addAll(terminals);

                awaitRefused(answers, terminals);
                assertThat(incident.copies()).as("of the one").hasSize(1);
                assertThat(refusals(answers, terminals)).allMatch(text -> text.contains("RESTORE_ALREADY_RUNNING"));
                for (JarProcess one : all) {
                    one.terminate();
                }
                for (JarProcess one : all) {
                    one.await(LIMIT);
                }
            } finally {
                all.forEach(JarProcess::close);
            }
            assertThat(incident.copies()).as("the one was cancelled").isEmpty();
            incident.isUnchanged();
            incident.afterKill();
        }
    }

    /** All but one have been answered. */
    private static void awaitRefused(List<CompletableFuture<HttpResponse<String>>> answers, List<JarProcess> terminals)
            throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (refusals(answers, terminals).size() < 4) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(50);
        }
    }

    private static List<String> refusals(
            List<CompletableFuture<HttpResponse<String>>> answers, List<JarProcess> terminals) {
        List<String> refused = new ArrayList<>();
        answers.stream()
                .filter(CompletableFuture::isDone)
                .map(one -> one.join().body())
                .forEach(refused::add);
        terminals.stream().filter(one -> !one.isRunning()).map(JarProcess::err).forEach(refused::add);
        return refused;
    }

    private JarProcess.Setting program(Incident incident, RealPostgres server, String state, String... more) {
        Map<String, String> settings = new HashMap<>(incident.settings(server));
        settings.put("STATE_DIR", state);
        if (more.length > 0) {
            settings.put("RECOVERY_PORT", more[0]);
        }
        return JarProcess.in(folder, settings).withJava("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
    }

    private URI serve(Incident incident, RealPostgres server, String state, List<JarProcess> all) throws IOException {
        int port;
        try (ServerSocket door = new ServerSocket(0)) {
            port = door.getLocalPort();
        }
        JarProcess process = program(incident, server, state, "" + port).start("serve");
        all.add(process);
        URI address = URI.create("http://127.0.0.1:" + port);
        process.awaitAnswer(address.resolve("/health"), LIMIT);
        return address;
    }

    private static CompletableFuture<HttpResponse<String>> restore(URI server) {
        HttpRequest request = HttpRequest.newBuilder(server.resolve("/emergency-restore"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"backup\":\"shop.sql\"}"))
                .build();
        return CLIENT.sendAsync(request, BodyHandlers.ofString());
    }
}
