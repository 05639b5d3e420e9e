package recovery.jar;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.harness.RealPostgres;

/** The server of the jar, when what is around it behaves badly. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RunningServerIT {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static final String UPLOAD = """
            POST /emergency-restore HTTP/1.1
            Host: localhost
            Content-Length: 100000000
            Content-Type: multipart/form-data; boundary=limit

            --limit
            Content-Disposition: form-data; name="file"; filename="half.sql"

            """;

    @TempDir
    Path folder;

    @Test
    void tellsItsHealthInASecondWhileTheDatabaseHangsAndWhenItIsDown() throws Exception {
        // connections are made, and nobody ever says anything
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Site site = new Site(folder, settings(silent.getLocalPort()));
            try (Site.Server server = site.serve()) {
                JsonNode hanging = health(server);
                assertThat(hanging.at("/database/status").asText()).isEqualTo("offline");
                assertThat(hanging.at("/database/error").asText()).isEqualTo("it did not answer within 700 ms");

                silent.close();
                server.process()
                        .await(
                                () -> server.process()
                                        .awaitAnswer(server.at("/health"), Site.LIMIT)
                                        .contains("refused"),
                                "it says that the server is down",
                                Site.LIMIT);
                assertThat(health(server).at("/database/status").asText()).isEqualTo("offline");
                assertThat(CLIENT.send(
                                        HttpRequest.newBuilder(server.at("/list-backups"))
                                                .build(),
                                        BodyHandlers.ofString())
                                .statusCode())
                        .isEqualTo(200);
            }
        }
    }

    /** Asks several times: one answer may be late because the machine is busy, not all of them. */
    private static JsonNode health(Site.Server server) throws Exception {
        List<Long> millis = new ArrayList<>();
        HttpResponse<String> answer = null;
        for (int i = 0; i < 4; i++) {
            long begin = System.nanoTime();
            answer = CLIENT.send(HttpRequest.newBuilder(server.at("/health")).build(), BodyHandlers.ofString());
            millis.add(Duration.ofNanos(System.nanoTime() - begin).toMillis());
            assertThat(answer.statusCode()).isEqualTo(200);
        }
        Collections.sort(millis);
        assertThat(millis.get(1))
                .as("milliseconds of the second fastest answer of %s", millis)
                .isLessThan(1000);
        return Site.parsed(answer.body());
    }

    private static Map<String, String> settings(int port) {
        return Map.of("DB_HOST", "127.0.0.1", "DB_PORT", "" + port, "DB_NAME", "shop", "DB_USER", "shop");
    }

    @Test
    void keepsNothingOfAnUploadThatIsCutOff() throws Exception {
        CustomersFile live = new CustomersFile(folder);
        Site site = new Site(folder, live.settings());
        try (Site.Server server = site.serve()) {
            try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
                OutputStream out = socket.getOutputStream();
                out.write(UPLOAD.replace("\n", "\r\n").getBytes(US_ASCII));
                for (int i = 0; i < 100; i++) {
                    out.write(CustomersFile.script(200).getBytes(US_ASCII));
                }
                out.flush();
                server.process()
                        .await(
                                () -> Site.names(site.backups()).contains("half.sql.part"),
                                "the upload has begun",
                                Site.LIMIT);
                // no polite end, as from a laptop that is closed
                socket.setSoLinger(true, 0);
            }
            server.process().await(() -> Site.names(site.backups()).isEmpty(), "nothing is left of it", Site.LIMIT);
            assertThat(health(server).at("/restore/state").asText()).isEqualTo("idle");
            assertThat(live.rows()).hasSize(CustomersFile.LIVE).contains("1 live 1");

            site.backup("shop.sql", CustomersFile.script(9));
            assertThat(post(server, "application/json").statusCode()).isEqualTo(200);
            assertThat(live.rows()).hasSize(9);
        }
    }

    @Test
    void tellsHowFarARestoreOfPostgresqlIsWhileItRuns() throws Exception {
        Customers live = new Customers(RealPostgres.MIDDLE);
        Site site = new Site(folder, live.settings());
        site.backup("shop.sql", Customers.dump(9, "SELECT pg_sleep(1);"));
        try (Site.Server server = site.serve()) {
            HttpResponse<String> answer = post(server, "text/event-stream");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream;charset=utf-8");
            List<String> events = answer.body()
                    .lines()
                    .filter(line -> line.startsWith("event: "))
                    .toList();
            assertThat(events).startsWith("event: progress").endsWith("event: result");
            assertThat(events.subList(0, events.size() - 1)).containsOnly("event: progress");
            List<JsonNode> data = answer.body()
                    .lines()
                    .filter(line -> line.startsWith("data: "))
                    .map(line -> Site.parsed(line.substring("data: ".length())))
                    .toList();
            assertThat(data)
                    .hasSameSizeAs(events)
                    .anyMatch(event -> event.path("state").asText().equals("restoring"));
            JsonNode result = data.get(data.size() - 1);
            assertThat(result.get("success").asBoolean()).isTrue();
            assertThat(result.at("/details/rows").asInt()).isEqualTo(9);
            assertThat(result.at("/details/liveDatabase").asText())
                    .startsWith("'" + live.database() + "' holds the restored data;");
            assertThat(live.rows()).isEqualTo(9);
            assertThat(health(server).at("/database/status").asText()).isEqualTo("online");
        }
        assertThat(live.sessionsLeft()).isEmpty();
    }

    private static HttpResponse<String> post(Site.Server server, String accept) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(server.at("/emergency-restore"))
                        .header("Content-Type", "application/json")
                        .header("Accept", accept)
                        .POST(BodyPublishers.ofString("{\"backup\":\"shop.sql\"}"))
                        .build(),
                BodyHandlers.ofString());
    }
}
