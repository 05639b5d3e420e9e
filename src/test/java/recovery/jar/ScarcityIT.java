package recovery.jar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.harness.JarProcess;
import recovery.harness.JarProcess.Result;
import recovery.harness.RealPostgres;

/** Too few open files, too little memory: either it works, or it says what is missing, and never does it hang. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ScarcityIT {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final int RESTORED = 9;
    private static final int FILES = 100;

    @TempDir
    Path folder;

    /** All numbers with {@code -Drecovery.test.faults=N}. */
    static Stream<Integer> fewFiles() {
        return Integer.getInteger("recovery.test.faults", 0) > 0
                ? IntStream.rangeClosed(4, 40).boxed()
                : Stream.of(8, 12, 14, 18);
    }

    @ParameterizedTest
    @MethodSource("fewFiles")
    void aRestoreWithFewOpenFiles(int count) throws Exception {
        CustomersFile live = new CustomersFile(folder);
        byte[] before = Files.readAllBytes(live.file());
        Site site = new Site(folder, live.settings()).backup("shop.sql", CustomersFile.script(RESTORED));
        Result result = site.program().withDescriptors(count).run(Site.LIMIT, "restore", "shop.sql", "--force");

        if (result.exitCode() == 0) {
            assertThat(live.rows()).hasSize(RESTORED);
        } else {
            assertThat(result.exitCode()).as(result.err()).isIn(1, 2, 127);
            assertThat(result.err()).as(result.out()).containsPattern("remedy: |Error: |Exception|cannot open");
            assertThat(Files.readAllBytes(live.file())).isEqualTo(before);
        }
        site.run("--force-cleanup");
        site.json("restore", "shop.sql", "--force");
        assertThat(live.rows()).hasSize(RESTORED);
        assertThat(live.folder()).allMatch(name -> name.matches("shop\\.db(_before_\\d{14})?"));
    }

    @Test
    void idleClientsCannotTakeTheFilesOfARestore() throws Exception {
        Customers live = new Customers(RealPostgres.MIDDLE);
        int port = Site.freePort();
        Site site = new Site(folder, live.settings()).with("RECOVERY_PORT", "" + port);
        site.backup("shop.sql", Customers.dump(RESTORED, "SELECT pg_sleep(2);"));
        List<Socket> idle = new ArrayList<>();
        try (JarProcess server = site.program().withDescriptors(FILES).start("serve")) {
            server.awaitAnswer(java.net.URI.create("http://127.0.0.1:" + port + "/health"), Site.LIMIT);
            HttpResponse<String> started = CLIENT.send(
                    HttpRequest.newBuilder(java.net.URI.create("http://127.0.0.1:" + port + "/emergency-restore"))
                            .header("Content-Type", "application/json")
                            .header("Prefer", "respond-async")
                            .POST(BodyPublishers.ofString("{\"backup\":\"shop.sql\"}"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
            for (int i = 0; i < FILES - 5; i++) {
                // most of them say nothing at all, some begin a request and never end it
                Socket socket = new Socket("127.0.0.1", port);
                if (i % 3 == 0) {
                    socket.getOutputStream().write("GET /health HTTP/1.1\r\nHost: localh".getBytes(UTF_8));
                }
                idle.add(socket);
            }
            site.awaitState(server, "DONE");
            assertThat(live.rows()).isEqualTo(RESTORED);
            close(idle);
            server.awaitAnswer(java.net.URI.create("http://127.0.0.1:" + port + "/health"), Site.LIMIT);
        } finally {
            close(idle);
        }
        assertThat(live.sessionsLeft()).isEmpty();
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void aServerWith24MegabytesTakesAnUploadAndRestoresIt() throws Exception {
        CustomersFile live = new CustomersFile(folder);
        Site site = new Site(folder, live.settings());
        int port = Site.freePort();
        String rows = "INSERT INTO customers(name) VALUES('" + "y".repeat(3000) + "');\n";
        byte[] script = CustomersFile.script(RESTORED, rows.repeat(15_000)).getBytes(UTF_8);
        assertThat(script.length).isGreaterThan(40_000_000);
        try (JarProcess server = site.with("RECOVERY_PORT", "" + port)
                .program()
                .andJava("-Xmx24m")
                .start("serve")) {
            java.net.URI address = java.net.URI.create("http://127.0.0.1:" + port);
            server.awaitAnswer(address.resolve("/"), Site.LIMIT);
            HttpResponse<String> answer = CLIENT.send(
                    HttpRequest.newBuilder(address.resolve("/emergency-restore"))
                            .header("Content-Type", "multipart/form-data; boundary=XX")
                            .POST(BodyPublishers.concat(
                                    BodyPublishers.ofString("--XX\r\nContent-Disposition: form-data; name=\"f\";"
                                            + " filename=\"large.sql\"\r\n\r\n"),
                                    BodyPublishers.ofByteArray(script),
                                    BodyPublishers.ofString("\r\n--XX--\r\n")))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            server.awaitAnswer(address.resolve("/"), Site.LIMIT);
        }
        assertThat(CustomersFile.query(live.file(), "SELECT count(*) FROM customers"))
                .containsExactly("" + (15_000 + RESTORED));
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 7, 10})
    void aRestoreWithHardlyAnyMemory(int megabytes) throws Exception {
        CustomersFile live = new CustomersFile(folder);
        byte[] before = Files.readAllBytes(live.file());
        Site site = new Site(folder, live.settings()).backup("shop.sql", CustomersFile.script(20_000));
        Result result = site.program()
                .andJava("-Xmx" + megabytes + "m")
                .run(Site.LIMIT.multipliedBy(2), "restore", "shop.sql", "--force");
        if (result.exitCode() == 0) {
            assertThat(live.rows()).hasSize(20_000);
        } else {
            assertThat(result.exitCode()).as(result.err()).isIn(1, 2, 3);
            assertThat(result.err()).as(result.out()).containsIgnoringCase("memory");
            assertThat(Files.readAllBytes(live.file())).isEqualTo(before);
        }
        site.run("--force-cleanup");
        site.json("restore", "shop.sql", "--force");
        assertThat(live.rows()).hasSize(20_000);
    }
}
