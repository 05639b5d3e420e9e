package recovery.web;

import static org.assertj.core.api.Assertions.assertThat;
import static recovery.web.TestServer.json;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SecurityTest {
    private static final String FORM = "application/x-www-form-urlencoded";

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
        "127.0.0.1:%d, 200",
        "localhost:%d, 200",
        "LOCALHOST., 200",
        "[::1]:%d, 200",
        "recovery.example, 200",
        "evil.example, 403",
        "evil.example:%d, 403",
        "127.0.0.1.evil.example, 403",
        "localhost@evil.example, 400",
        "10.255.255.254, 403"
    })
    void answersOnlyToItsOwnNames(String host, int status) throws Exception {
        String answer = server.raw("GET /health HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                .formatted(host.formatted(server.server.port())));
        assertThat(answer).startsWith("HTTP/1.1 " + status);
        if (status == 403) {
            assertThat(answer).contains("\"code\":\"HOST_FORBIDDEN\"").contains("is not a name of this machine");
        }
    }

    @Test
    void answersMonitorsThatSendNoHost() throws Exception {
        assertThat(server.raw("GET /health HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @CsvSource({
        "Origin, http://evil.example",
        "Origin, null",
        "Origin, http://127.0.0.1:1",
        "Sec-Fetch-Site, cross-site",
        "Sec-Fetch-Site, same-site"
    })
    void refusesChangesThatOtherPagesAskFor(String header, String value) {
        for (String path : new String[] {"/emergency-restore", "/backups", "/restores/x/rollback", "/login"}) {
            HttpResponse<String> answer = server.send(server.request(path)
                    .header(header, value)
                    .header("Content-Type", FORM)
                    .POST(HttpRequest.BodyPublishers.ofString("backup=shop.sql")));
            assertThat(answer.statusCode()).as(path).isEqualTo(403);
            assertThat(json(answer).path("code").asText()).isEqualTo("ORIGIN_FORBIDDEN");
        }
        assertThat(core.requests).isEmpty();
    }

    @Test
    void takesChangesFromItsOwnPage() {
        HttpResponse<String> answer = server.send(server.request("/emergency-restore")
                .header("Origin", server.url(""))
                .header("Sec-Fetch-Site", "same-origin")
                .header("Content-Type", FORM)
                .POST(HttpRequest.BodyPublishers.ofString("backup=shop.sql")));
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health", "/restores", "/nowhere", "/static/page.css"})
    void everyAnswerForbidsForeignContent(String path) {
        HttpResponse<String> answer = server.get(path);
        assertThat(answer.headers().firstValue("Content-Security-Policy"))
                .hasValue(
                        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
                                + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(answer.headers().firstValue("Referrer-Policy")).hasValue("same-origin");
        assertThat(answer.headers().firstValue("Server")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/backups/..%2f..%2fetc%2fpasswd",
                "/backups/%2e%2e%2fpasswd",
                "/backups/..%5cpasswd",
                "/backups/../../etc/passwd",
                "/backups/%00",
                "/static/..%2frecovery%2fweb%2fWords.class",
                "/look?backup=../../etc/passwd"
            })
    void namesAreNeverPaths(String path) throws Exception {
        Files.writeString(folder.getParent().resolve("passwd"), "root:");
        String answer = server.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(answer).doesNotContain("root:");
        if (!path.startsWith("/look")) {
            assertThat(answer).containsPattern("^HTTP/1.1 40[04]");
        }
        Files.delete(folder.getParent().resolve("passwd"));
    }

    @Test
    void asksForTheTokenWhereOneIsSet() {
        try (TestServer guarded = new TestServer(TestServer.settings(Optional.of("s3cret ü".toCharArray())), core)) {
            assertThat(guarded.get("/health").statusCode()).isEqualTo(200);
            HttpResponse<String> refused = guarded.get("/list-backups");
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
            assertThat(json(refused).path("code").asText()).isEqualTo("TOKEN_REQUIRED");
            assertThat(guarded.send(guarded.request("/list-backups").header("Authorization", "Bearer wrong"))
                            .statusCode())
                    .isEqualTo(401);
            assertThat(guarded.postJson("/emergency-restore", "{\"backup\":\"shop.sql\"}")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(core.requests).isEmpty();
        }
    }

    @Test
    void takesTheTokenAsBearerOrByTheLoginForm() {
        try (TestServer guarded = new TestServer(TestServer.settings(Optional.of("s3cret".toCharArray())), core)) {
            assertThat(guarded.send(guarded.request("/list-backups").header("Authorization", "Bearer s3cret"))
                            .statusCode())
                    .isEqualTo(200);
            HttpResponse<String> form = guarded.send(guarded.request("/").header("Accept", "text/html"));
            assertThat(form.statusCode()).isEqualTo(401);
            assertThat(form.body()).contains("Token of this server").doesNotContain("shop");
            assertThat(guarded.post("/login", FORM, "token=wrong").statusCode()).isEqualTo(401);
            HttpResponse<String> in = guarded.post("/login", FORM, "token=s3cret");
            assertThat(in.statusCode()).isEqualTo(303);
            String cookie = in.headers().firstValue("Set-Cookie").orElse("");
            assertThat(cookie).contains("HttpOnly").contains("SameSite=Strict").doesNotContain("s3cret");
            HttpResponse<String> page = guarded.send(guarded.request("/")
                    .header("Accept", "text/html")
                    .header("Cookie", cookie.substring(0, cookie.indexOf(';'))));
            assertThat(page.statusCode()).isEqualTo(200);
        }
    }
}
