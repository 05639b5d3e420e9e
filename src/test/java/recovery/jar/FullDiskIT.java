package recovery.jar;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.harness.JarProcess.Result;
import recovery.harness.SmallDisk;

/** One after the other, each disk of this host that the program writes to is full. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FullDiskIT {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final int RESTORED = 9;
    private static final int MEGABYTE = 1_000_000;

    private static final String HEAD = """
            POST /backups HTTP/1.1\r
            Host: localhost\r
            Content-Length: %d\r
            Content-Type: multipart/form-data; boundary=limit\r
            \r
            """;

    private static final String PART = """
            --limit\r
            Content-Disposition: form-data; name="file"; filename="half.sql"\r
            \r
            """;

    @TempDir
    Path folder;

    private CustomersFile live;
    private byte[] before;

    @BeforeEach
    void makeTheLiveFile() throws Exception {
        live = new CustomersFile(folder);
        before = Files.readAllBytes(live.file());
    }

    @Test
    void thatOfTheBackupsInTheMiddleOfAnUpload() throws Exception {
        Site site = new Site(folder, live.settings());
        // an upload is refused at once unless 64 MB stay free
        try (SmallDisk disk = SmallDisk.at(site.backups(), 72 * 1024)) {
            site.backup("shop.sql", CustomersFile.script(RESTORED));
            try (Site.Server server = site.serve()) {
                try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
                    OutputStream out = socket.getOutputStream();
                    out.write(HEAD.formatted(PART.length() + 2 * MEGABYTE).getBytes(US_ASCII));
                    out.write(PART.getBytes(US_ASCII));
                    out.write(new byte[MEGABYTE]);
                    out.flush();
                    server.process()
                            .await(
                                    () -> Site.names(site.backups()).contains("half.sql.part"),
                                    "the upload has begun",
                                    Site.LIMIT);
                    disk.fill();
                    out.write(new byte[MEGABYTE]);
                    out.flush();
                    byte[] answer = new byte[4096];
                    int length = socket.getInputStream().read(answer);
                    assertThat(new String(answer, 0, length, UTF_8))
                            .startsWith("HTTP/1.1 507")
                            .contains("DISK_FULL");
                }
                server.process()
                        .await(
                                () -> !Site.names(site.backups()).contains("half.sql.part"),
                                "nothing is left of it",
                                Site.LIMIT);
                HttpResponse<String> refused = CLIENT.send(
                        HttpRequest.newBuilder(server.at("/backups"))
                                .header("Content-Type", "multipart/form-data; boundary=limit")
                                .POST(BodyPublishers.ofString("--limit--\r\n"))
                                .build(),
                        BodyHandlers.ofString());
                assertThat(refused.statusCode()).isEqualTo(507);
                assertThat(post(server, "shop.sql").statusCode())
                        .as("a restore needs nothing there")
                        .isEqualTo(200);
            }
            disk.free();
            assertThat(Site.names(site.backups())).containsExactly("shop.sql");
        }
        assertThat(live.rows()).hasSize(RESTORED);
    }

    @Test
    void thatOfTheLogsAndTheRescueGoesOn() {
        Site site = new Site(folder, live.settings()).backup("shop.sql", CustomersFile.script(RESTORED));
        try (SmallDisk disk = SmallDisk.at(folder.resolve("logs"), 64)) {
            disk.fill();
            Result result = site.run("restore", "shop.sql", "--force");
            assertThat(result.exitCode()).as(result.err()).isZero();
            assertThat(result.err())
                    .contains(
                            "LOG_DIR '",
                            "cannot be written (No space left on device); the log and the records of"
                                    + " restores go to '");
            assertThat(Site.names(site.data())).anyMatch(name -> name.matches("restore_.*\\.json"));
        }
        assertThat(live.rows()).hasSize(RESTORED);
    }

    @Test
    void thatOfTheLogsWhileTheServerRuns() throws Exception {
        Site site = new Site(folder, live.settings()).backup("shop.sql", CustomersFile.script(RESTORED));
        try (SmallDisk disk = SmallDisk.at(folder.resolve("logs"), 64)) {
            try (Site.Server server = site.serve()) {
                disk.fill();
                HttpResponse<String> answer = post(server, "shop.sql");
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                assertThat(live.rows()).hasSize(RESTORED);
                server.process().awaitAnswer(server.at("/health"), Site.LIMIT);
                disk.free();
                post(server, "shop.sql");
                assertThat(Site.names(folder.resolve("logs"))).anyMatch(name -> name.endsWith(".json"));
                assertThat(Site.names(folder.resolve("logs"))).noneMatch(name -> name.endsWith(".tmp"));
            }
        }
    }

    @Test
    void thatOfTheStateBeforeTheStart() throws Exception {
        Site site = new Site(folder, live.settings()).backup("shop.sql", CustomersFile.script(RESTORED));
        try (SmallDisk disk = SmallDisk.at(folder.resolve("data"), 64)) {
            disk.fill();
            Result result = site.run("restore", "shop.sql", "--force");
            assertThat(result.exitCode()).as(result.err()).isIn(1, 2);
            assertThat(result.err()).contains("  remedy: ").containsAnyOf("DISK_FULL: ", "FILE_NOT_ACCESSIBLE: ");
            assertThat(result.err()).contains("STATE_DIR");
            assertThat(Files.readAllBytes(live.file())).isEqualTo(before);
            assertThat(live.folder()).containsExactly("shop.db");
            site.with("STATE_DIR", "other").json("restore", "shop.sql", "--force");
        }
        assertThat(live.rows()).hasSize(RESTORED);
    }

    @Test
    void thatOfTheStateWhileTheServerRuns() throws Exception {
        Site site = new Site(folder, live.settings()).backup("shop.sql", CustomersFile.script(RESTORED));
        try (SmallDisk disk = SmallDisk.at(folder.resolve("data"), 16 * 1024)) {
            try (Site.Server server = site.serve()) {
                disk.fill();
                HttpResponse<String> answer = post(server, "shop.sql");
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(507);
                assertThat(Site.parsed(answer.body()).path("code").asText()).isEqualTo("DISK_FULL");
                assertThat(Files.readAllBytes(live.file())).isEqualTo(before);
                server.process().awaitAnswer(server.at("/"), Site.LIMIT);
                disk.free();
                assertThat(post(server, "shop.sql").statusCode()).isEqualTo(200);
                assertThat(live.rows()).hasSize(RESTORED);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"large.db", "large.sql"})
    void thatOfTheLiveFile(String backup) throws Exception {
        try (SmallDisk disk = SmallDisk.at(folder.resolve("small"), 2 * 1024)) {
            CustomersFile there = new CustomersFile(disk.place());
            byte[] was = Files.readAllBytes(there.file());
            Site site = new Site(folder, there.settings());
            Path large = site.backups().resolve(backup);
            String much = "x".repeat(1000);
            if (backup.endsWith(".db")) {
                CustomersFile.fill(large, much, 4000);
            } else {
                String row = "INSERT INTO customers(name) VALUES('" + much + "');\n";
                Files.writeString(large, CustomersFile.script(1, row.repeat(4000)));
            }
            Result refused = site.run("restore", backup, "--force");
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).contains("DISK_FULL: the copy needs about ");

            Result full = site.run("restore", backup, "--force", "--override", "there is more room than it seems");
            assertThat(full.exitCode()).as(full.err()).isEqualTo(1);
            assertThat(full.err()).contains("DISK_FULL: ").contains("  remedy: ");
            assertThat(full.out()).contains("'shop.db' is unchanged; nothing was renamed.");
            assertThat(Files.readAllBytes(there.file())).isEqualTo(was);
            assertThat(there.folder()).containsExactly("shop.db");

            site.backup("small.sql", CustomersFile.script(RESTORED)).json("restore", "small.sql", "--force");
            assertThat(there.rows()).hasSize(RESTORED);
        }
    }

    private static HttpResponse<String> post(Site.Server server, String backup) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(server.at("/emergency-restore"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"backup\":\"" + backup + "\"}"))
                        .build(),
                BodyHandlers.ofString());
    }
}
