package recovery.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static recovery.web.TestServer.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.ErrorCode;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ApiTest {
    @TempDir
    private Path folder;

    private FakeRestores core;
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("shop.sql"), "SELECT 1;");
        core = new FakeRestores(folder);
        server = new TestServer(core);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/, 200",
        "/list-backups, 200",
        "/backups/shop.sql, 200",
        "/backups/nosuch.sql, 404",
        "/restores, 200",
        "/restores/nosuch, 404",
        "/restores/nosuch/events, 404",
        "/static/page.css, 200",
        "/static/nosuch, 404",
        "/login, 200",
        "/nosuch, 404",
        "/emergency-restore, 405"
    })
    void headAnswersAsGetWithoutABody(String path, int status) {
        HttpResponse<String> answer =
                server.send(server.request(path).method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void slowUploadsDoNotKeepOthersFromTheServer() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            HttpResponse<String> refused = server.get("/health");
            // anew each time, since the server gives up a body that says nothing for a second, and others may be slow
            // too
            for (int attempt = 0; attempt < 20 && refused.statusCode() != 503; attempt++) {
                closeAll(slow);
                for (int i = 0; i < 60; i++) {
                    slow.add(beginUpload());
                }
                refused = server.send(server.request("/emergency-restore")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{}")));
                assertThat(server.get("/health").statusCode()).isEqualTo(200);
            }
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(json(refused).path("error").asText())
                    .isEqualTo("too many uploads and forms are being received at once");
        } finally {
            closeAll(slow);
        }
    }

    private Socket beginUpload() throws IOException {
        Socket socket = new Socket("127.0.0.1", server.server.port());
        String begin = "POST /emergency-restore HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: 100\r\n\r\n{";
        socket.getOutputStream().write(begin.getBytes(UTF_8));
        return socket;
    }

    private static void closeAll(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    @Test
    void healthTellsTheStateOfDatabaseBackupsAndRestore() {
        HttpResponse<String> answer = server.get("/health");
        JsonNode health = json(answer);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(health.path("mode").asText()).isEqualTo("emergency_recovery");
        assertThat(health.path("version").asText()).isEqualTo("1.2.3");
        assertThat(health.path("database").toString())
                .isEqualTo("{\"engine\":\"postgresql\",\"name\":\"shop\",\"status\":\"online\"}");
        assertThat(health.path("backups").path("count").asInt()).isEqualTo(1);
        assertThat(health.path("backups").path("newest").asText()).isEqualTo("shop.sql");
        assertThat(health.path("backups").path("newestAgeSeconds").isIntegralNumber())
                .isTrue();
        assertThat(health.path("restore").toString()).isEqualTo("{\"state\":\"idle\"}");
        assertThat(health.fieldNames())
                .toIterable()
                .containsExactly(
                        "success",
                        "status",
                        "mode",
                        "version",
                        "timestamp",
                        "uptimeSeconds",
                        "database",
                        "backups",
                        "restore");
    }

    @Test
    void healthAnswersWithinASecondAlthoughTheDatabaseHangs() {
        core.hang = Duration.ofSeconds(20);
        server.get("/list-backups");
        long begun = System.nanoTime();

        HttpResponse<String> answer = server.get("/health");

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).path("database").path("status").asText()).isEqualTo("offline");
        assertThat(json(answer).path("database").path("error").asText()).isEqualTo("the server did not answer in time");
    }

    @Test
    void healthAnswersHead() {
        HttpResponse<String> answer =
                server.send(server.request("/health").method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void listsBackupsWithoutTheirPaths() {
        JsonNode list = json(server.get("/list-backups"));

        assertThat(list.path("success").asBoolean()).isTrue();
        assertThat(list.path("directory").asText()).isEqualTo(folder.toString());
        assertThat(list.path("total").asInt()).isEqualTo(1);
        assertThat(list.path("backups").get(0).toString())
                .isEqualTo(
                        "{\"name\":\"shop.sql\",\"sizeBytes\":9,\"modified\":\"2026-01-01T00:00:00Z\","
                                + "\"taken\":\"2026-01-01T00:00:00Z\",\"format\":\"sql\",\"compression\":\"none\","
                                + "\"encrypted\":false,\"engine\":\"postgresql\",\"contents\":\"complete\",\"restorable\":true}");
    }

    @Test
    void looksIntoABackup() {
        JsonNode inside = json(server.get("/backups/shop.sql"));
        assertThat(inside.path("success").asBoolean()).isTrue();
        assertThat(inside.path("backup").asText()).isEqualTo("shop.sql");
        assertThat(inside.path("tables").get(0).toString()).isEqualTo("{\"name\":\"sales.orders\",\"rows\":123456}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"backup", "filename", "backupFile", "backupPath"})
    void restoresWhatAJsonDocumentNames(String key) {
        HttpResponse<String> answer = server.postJson("/emergency-restore", "{\"" + key + "\":\"shop.sql\"}");
        JsonNode body = json(answer);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(body.path("success").asBoolean()).isTrue();
        assertThat(body.path("message").asText()).isEqualTo("'shop.sql' was restored into 'shop'.");
        assertThat(body.path("id").asText()).isEqualTo(FakeRestores.ID);
        assertThat(body.path("details").path("liveDatabase").asText())
                .isEqualTo(
                        "'shop' holds the restored data; what it held before is kept as 'shop_before_20260101000000'.");
        assertThat(body.path("details").path("rollback").path("url").asText())
                .isEqualTo("/restores/" + FakeRestores.ID + "/rollback");
        assertThat(answer.body()).doesNotContain(folder.toString());
        assertThat(core.requests).singleElement().satisfies(request -> {
            assertThat(request.door()).isEqualTo("api");
            assertThat(request.confirmed()).isFalse();
        });
    }

    @Test
    void restoresWhatAFormNamesAsADryRun() {
        server.post(
                "/emergency-restore", "application/x-www-form-urlencoded", "backup=shop.sql&dry_run=true&confirm=shop");
        assertThat(core.requests).singleElement().satisfies(request -> {
            assertThat(request.dryRun()).isTrue();
            assertThat(request.confirmed()).isTrue();
        });
    }

    @Test
    void tellsAFailureWithItsRemediesAndTheStateOfTheLiveDatabase() {
        core.failWith(ErrorCode.DUMP_TRUNCATED, "the dump ends inside table 'public.users'");

        HttpResponse<String> answer = server.postJson("/emergency-restore", "{\"backup\":\"shop.sql\"}");
        JsonNode body = json(answer);

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(body.path("success").asBoolean(true)).isFalse();
        assertThat(body.path("error").asText()).isEqualTo("the dump ends inside table 'public.users'");
        assertThat(body.path("code").asText()).isEqualTo("DUMP_TRUNCATED");
        assertThat(body.path("details").path("remedies").toString())
                .isEqualTo("[\"Restore an older backup instead.\"]");
        assertThat(body.path("details").path("liveDatabase").asText())
                .isEqualTo("'shop' is unchanged; nothing was renamed.");
    }

    @Test
    void goesOnInTheBackgroundWhenAskedTo() {
        core.mayEnd = new CountDownLatch(1);
        HttpResponse<String> answer = server.send(server.request("/emergency-restore")
                .header("Prefer", "respond-async")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"backup\":\"shop.sql\"}")));

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.headers().firstValue("Location")).hasValue("/restores/" + FakeRestores.ID);
        JsonNode status = json(server.get("/restores/" + FakeRestores.ID));
        assertThat(status.path("state").asText()).isEqualTo("restoring");
        assertThat(status.path("progress").path("etaSeconds").asLong()).isEqualTo(72);
        assertThat(json(server.get("/health")).path("restore").toString())
                .isEqualTo("{\"state\":\"restoring\",\"id\":\"" + FakeRestores.ID + "\"}");

        HttpResponse<String> second = server.postJson("/emergency-restore", "{\"backup\":\"shop.sql\"}");
        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(json(second).path("code").asText()).isEqualTo("RESTORE_ALREADY_RUNNING");
        core.mayEnd.countDown();
    }

    @Test
    void waitsLongerThanAnIdleConnectionMayBeOpen() throws Exception {
        core.mayEnd = new CountDownLatch(1);
        Thread end = new Thread(() -> {
            try {
                Thread.sleep(2_500);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            core.mayEnd.countDown();
        });
        end.start();
        assertThat(server.postJson("/emergency-restore", "{\"backup\":\"shop.sql\"}")
                        .statusCode())
                .isEqualTo(200);
        end.join();
    }

    @Test
    void sendsProgressAsEventsAndEndsWithTheResult() {
        core.mayEnd = new CountDownLatch(1);
        server.send(server.request("/emergency-restore")
                .header("Prefer", "respond-async")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"backup\":\"shop.sql\"}")));
        Thread end = new Thread(() -> {
            try {
                Thread.sleep(1_600);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            core.mayEnd.countDown();
        });
        end.start();

        HttpResponse<String> events = server.get("/restores/" + FakeRestores.ID + "/events");

        assertThat(events.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        assertThat(events.headers().firstValue("Cache-Control")).hasValue("no-cache");
        assertThat(events.body()).startsWith("retry: 2000\n\nevent: progress\ndata: {\"id\":\"" + FakeRestores.ID);
        assertThat(events.body().split("event: progress", -1)).hasSizeBetween(5, 9);
        assertThat(events.body())
                .contains("\nevent: result\ndata: {\"success\":true,")
                .endsWith("\n\n");
    }

    @Test
    void sendsEventsInAnswerToTheRequestItself() {
        HttpResponse<String> events = server.send(server.request("/emergency-restore")
                .header("Accept", "text/event-stream")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"backup\":\"shop.sql\"}")));
        assertThat(events.statusCode()).isEqualTo(200);
        assertThat(events.body()).contains("event: result\ndata: {\"success\":true,");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"backup\":             | 400 | REQUEST_UNUSABLE",
                "[]                       | 400 | REQUEST_UNUSABLE",
                "{}                       | 400 | REQUEST_UNUSABLE",
                "{\"backup\":{\"a\":1}}   | 400 | REQUEST_UNUSABLE",
                "{\"backup\":\"shop.sql\",\"dryRum\":true}      | 400 | REQUEST_UNUSABLE",
                "{\"backup\":\"shop.sql\",\"dryRun\":\"perhaps\"} | 400 | REQUEST_UNUSABLE",
                "{\"backup\":\"shop.sql\",\"tables\":[{\"a\":1}]} | 400 | REQUEST_UNUSABLE",
                "{\"backup\":\"shop.sql\",\"tables\":{\"a\":1}}   | 400 | REQUEST_UNUSABLE",
                "{\"backup\":\"shop.sql\",\"passphrase\":1}       | 400 | REQUEST_UNUSABLE",
                "{\"backup\":\"shop.sql\",\"passphrase\":[\"x\"]} | 400 | REQUEST_UNUSABLE",
                "{\"backup\":\"shop.sql\",\"passphrase\":\"x\",\"Passphrase\":\"y\"} | 400 | REQUEST_UNUSABLE",
                "{\"backup\":\"shop.sql\",\"sections\":\"rows\"}  | 400 | REQUEST_UNUSABLE",
                "{\"backup\":\"shop.sql\",\"mapRoles\":\"a\"}     | 400 | REQUEST_UNUSABLE",
                "{\"backup\":\"shop.sql\",\"schemaOnly\":true,\"dataOnly\":true} | 400 | REQUEST_UNUSABLE",
                "{\"backup\":\"shop.sql\",\"schemaOnly\":true,\"sections\":\"data\"} | 400 | REQUEST_UNUSABLE",
                "{\"backup\":\"shop.sql\",\"jobs\":0}           | 400 | REQUEST_UNUSABLE",
                "{\"backup\":\"shop.sql\",\"jobs\":65}          | 400 | REQUEST_UNUSABLE",
                "{\"backup\":\"shop.sql\",\"confirm\":\"shpo\"} | 400 | CONFIRMATION_MISSING",
                "{\"backup\":\"../../etc/passwd\"}              | 404 | BACKUP_NOT_FOUND",
                "{\"backup\":\"/etc/passwd\"}                   | 404 | BACKUP_NOT_FOUND"
            })
    void refusesRequestsThatItCannotCarryOut(String body, int status, String code) {
        HttpResponse<String> answer = server.postJson("/emergency-restore", body);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(json(answer).path("success").asBoolean(true)).isFalse();
        assertThat(json(answer).path("code").asText()).isEqualTo(code);
        assertThat(json(answer).path("details").path("remedies")).isNotEmpty();
        assertThat(json(answer).path("details").path("liveDatabase").asText())
                .isEqualTo("This request changed nothing in 'shop'.");
        assertThat(core.requests).isEmpty();
    }

    @Test
    void refusesBodiesOfUnknownTypesAndHugeOnes() {
        assertThat(server.post("/emergency-restore", "text/plain", "shop.sql").statusCode())
                .isEqualTo(415);
        HttpResponse<String> huge =
                server.postJson("/emergency-restore", "{\"backup\":\"" + "x".repeat(70_000) + "\"}");
        assertThat(huge.statusCode()).isEqualTo(413);
    }

    @ParameterizedTest
    @CsvSource({
        "/nowhere,404,ADDRESS_NOT_FOUND",
        "/static/..%2fpage.css,404,ADDRESS_NOT_FOUND",
        "/static/recovery.log,404,ADDRESS_NOT_FOUND",
        "/restores/unknown,404,RESTORE_NOT_FOUND",
        "/restores/unknown/events,404,RESTORE_NOT_FOUND",
        "/emergency-restore,405,REQUEST_UNUSABLE"
    })
    void everyAnswerHasSuccess(String path, int status, String code) {
        HttpResponse<String> answer = server.get(path);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(json(answer).path("success").asBoolean(true)).isFalse();
        assertThat(json(answer).path("code").asText()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
                "nonsense\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n"
            })
    void answersEvenWhatIsNotHttp(String request) throws Exception {
        assertThat(server.raw(request))
                .startsWith("HTTP/1.1 400")
                .contains("Content-Type: application/json")
                .endsWith(
                        "{\"success\":false,\"error\":\"the request is not understood\",\"code\":\"REQUEST_UNUSABLE\","
                                + "\"details\":{\"remedies\":[\"Send a well-formed HTTP/1.1 request.\"]}}");
    }

    @Test
    void aBugIsCalledOneAndNamesTheLog() {
        core.surprise = java.util.Optional.of(new IllegalStateException("secret detail"));
        HttpResponse<String> answer = server.get("/list-backups");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(json(answer).path("code").asText()).isEqualTo("BUG");
        assertThat(answer.body())
                .contains("This is a bug; 'logs/recovery.log' holds what happened.")
                .doesNotContain("secret detail");
    }

    @Test
    void cancelsAndRollsBack() {
        server.postJson("/emergency-restore", "{\"backup\":\"shop.sql\"}");
        assertThat(server.post("/restores/" + FakeRestores.ID + "/cancel", "application/json", "")
                        .statusCode())
                .isEqualTo(202);
        assertThat(core.cancelled).containsExactly(FakeRestores.ID);

        HttpResponse<String> undone = server.send(
                server.request("/restores/" + FakeRestores.ID + "/rollback").POST(HttpRequest.BodyPublishers.noBody()));
        assertThat(undone.statusCode()).isEqualTo(200);
        assertThat(json(undone).path("message").asText()).isEqualTo("'shop' holds again what it held before.");

        HttpResponse<String> resumed = server.send(
                server.request("/restores/" + FakeRestores.ID + "/resume").POST(HttpRequest.BodyPublishers.noBody()));
        assertThat(resumed.statusCode()).isEqualTo(200);
        assertThat(json(resumed).path("success").asBoolean()).isTrue();
        assertThat(core.resumed).containsExactly(FakeRestores.ID);
    }

    @Test
    void stopsWithinThreeSecondsAlthoughSomebodyWatchesAndSomebodyWaits() throws Exception {
        core.mayEnd = new CountDownLatch(1);
        HttpResponse<?>[] answers = new HttpResponse<?>[2];
        Thread waits =
                new Thread(() -> answers[0] = server.postJson("/emergency-restore", "{\"backup\":\"shop.sql\"}"));
        waits.start();
        while (core.running().isEmpty()) {
            Thread.sleep(10);
        }
        Thread watches = new Thread(() -> answers[1] = server.get("/restores/" + FakeRestores.ID + "/events"));
        watches.start();
        Thread.sleep(600);
        long begun = System.nanoTime();

        server.close();

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
        waits.join(2_000);
        watches.join(2_000);
        assertThat(answers[0].statusCode()).isEqualTo(503);
        assertThat(String.valueOf(answers[0].body())).contains("the server is being stopped while restore");
        assertThat(String.valueOf(answers[1].body()))
                .contains("event: progress")
                .doesNotContain("event: result");
        core.mayEnd.countDown();
    }
}
