package recovery.web;

import static org.assertj.core.api.Assertions.assertThat;
import static recovery.web.TestServer.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UploadTest {
    private static final String SHA_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    private Path folder;

    private FakeRestores core;
    private TestServer server;

    @BeforeEach
    void start() {
        core = new FakeRestores(folder);
        server = new TestServer(core);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void keepsAnUploadWithItsChecksumAndRestoresIt() throws Exception {
        HttpResponse<String> answer = server.upload("/emergency-restore", "anything@shop.sql=abc");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).path("details").path("upload").toString())
                .isEqualTo("{\"name\":\"shop.sql\",\"sizeBytes\":3,\"sha256\":\"" + SHA_OF_ABC + "\"}");
        assertThat(core.requests)
                .singleElement()
                .satisfies(request -> assertThat(request.backup()).isEqualTo("shop.sql"));
        assertThat(files()).containsExactly("shop.sql", "shop.sql.sha256");
        assertThat(folder.resolve("shop.sql")).hasContent("abc");
        assertThat(folder.resolve("shop.sql.sha256")).hasContent(SHA_OF_ABC + "  shop.sql");
    }

    @Test
    void takesFieldsBeforeAndBehindTheFile() {
        server.upload("/emergency-restore", "dryRun=true", "f@a.sql=abc");
        server.upload("/emergency-restore", "f@b.sql=abc", "dryRun=true");
        assertThat(core.requests)
                .extracting(request -> request.backup() + " " + request.dryRun())
                .containsExactly("a.sql true", "b.sql true");
    }

    @Test
    void storesWithoutRestoring() {
        HttpResponse<String> answer = server.upload("/backups", "f@shop.sql=abc");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Location")).hasValue("/backups/shop.sql");
        assertThat(json(answer).path("name").asText()).isEqualTo("shop.sql");
        assertThat(core.requests).isEmpty();
    }

    @Test
    void neverOverwritesABackup() throws Exception {
        Files.writeString(folder.resolve("shop.sql.gz"), "old");
        server.upload("/backups", "f@shop.sql.gz=one");
        server.upload("/backups", "f@shop.sql.gz=two");
        assertThat(folder.resolve("shop.sql.gz")).hasContent("old");
        assertThat(folder.resolve("shop-2.sql.gz")).hasContent("one");
        assertThat(folder.resolve("shop-3.sql.gz")).hasContent("two");
    }

    @Test
    void takesLongNames() throws Exception {
        HttpResponse<String> answer = server.upload("/backups", "f@" + "ä".repeat(2_000) + ".sql.gz=abc");
        String name = json(answer).path("name").asText();
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(name).endsWith("ä.sql.gz");
        assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(200);
        assertThat(files()).containsExactly(name, name + ".sha256");
    }

    @ParameterizedTest
    @CsvSource({"413,UPLOAD_TOO_LARGE,2000000", "413,UPLOAD_TOO_LARGE,1000001", "400,REQUEST_UNUSABLE,0"})
    void refusesFilesThatAreTooLargeOrEmpty(int status, String code, int size) throws Exception {
        HttpResponse<String> answer = server.upload("/emergency-restore", "f@shop.sql=" + "x".repeat(size));
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(json(answer).path("code").asText()).isEqualTo(code);
        assertThat(files()).isEmpty();
        assertThat(core.requests).isEmpty();
    }

    @Test
    void refusesTwoFilesAndKeepsNone() throws Exception {
        JsonNode answer = json(server.upload("/backups", "f@a.sql=abc", "g@b.sql=abc"));
        assertThat(answer.path("error").asText()).isEqualTo("the request holds more than one file");
        assertThat(files()).isEmpty();
    }

    @Test
    void comparesTheChecksumThatTheClientNames() throws Exception {
        HttpResponse<String> answer = server.upload("/emergency-restore", "f@a.sql=abd", "sha256=" + SHA_OF_ABC);
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(json(answer).path("code").asText()).isEqualTo("CHECKSUM_MISMATCH");
        assertThat(files()).isEmpty();
        assertThat(server.upload("/emergency-restore", "f@a.sql=abc", "sha256=" + SHA_OF_ABC)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void leavesNothingOfAnUploadThatIsCutOff() throws Exception {
        halfAnUpload().close();
        awaitFiles();
        assertThat(core.requests).isEmpty();
    }

    @Test
    void leavesNothingOfAnUploadThatStalls() throws Exception {
        try (Socket stalled = halfAnUpload()) {
            awaitFiles();
            assertThat(stalled.isClosed()).isFalse();
        }
    }

    @Test
    void leavesNothingOfAnUploadThatIsShorterThanItSaid() throws Exception {
        String body = TestServer.multipart("f@shop.sql=abc");
        String answer = server.raw(
                new String(head("/backups", body.length() + 1_000), StandardCharsets.UTF_8),
                body.substring(0, body.length() - 8));
        assertThat(answer).startsWith("HTTP/1.1 400").contains("UPLOAD_CUT_OFF");
        awaitFiles();
    }

    @Test
    void leavesNothingOfAnUploadThatIsLongerThanItSaid() throws Exception {
        String body = TestServer.multipart("f@shop.sql=" + "x".repeat(10_000));
        String answer = server.raw(new String(head("/backups", body.length() - 5_000), StandardCharsets.UTF_8), body);
        assertThat(answer).startsWith("HTTP/1.1 400").contains("UPLOAD_CUT_OFF");
        awaitFiles();
        assertThat(server.upload("/backups", "f@shop.sql=abc").statusCode()).isEqualTo(201);
    }

    @Test
    void refusesByTheAnnouncedLengthBeforeItReads() throws Exception {
        String answer = server.raw(new String(head("/backups", 5_000_000_000L), StandardCharsets.UTF_8));
        assertThat(answer).startsWith("HTTP/1.1 413");
        assertThat(files()).isEmpty();
    }

    @Test
    void endsUploadsWhenTheServerStops() throws Exception {
        try (Socket stalled = halfAnUpload()) {
            assertThat(stalled.isClosed()).isFalse();
            server.close();
            awaitFiles();
        }
    }

    /** A client that goes on with nothing more once its first half lies on the disk. */
    private Socket halfAnUpload() throws Exception {
        String body = TestServer.multipart("f@shop.sql=" + "x".repeat(500_000));
        Socket socket = new Socket("127.0.0.1", server.server.port());
        socket.getOutputStream().write(head("/emergency-restore", body.length()));
        socket.getOutputStream().write(body.substring(0, 300_000).getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        awaitFiles("shop.sql.part");
        return socket;
    }

    private static byte[] head(String path, long length) {
        return ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=XX\r\n"
                        + "Content-Length: " + length + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private void awaitFiles(String... names) throws Exception {
        while (!files().equals(List.of(names))) {
            Thread.sleep(20);
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
