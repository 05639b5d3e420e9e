package recovery.web;

import static org.assertj.core.api.Assertions.assertThat;
import static recovery.web.TestServer.json;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CleanupTest {
    private static final String FOUND =
            "'shop_restoring_1' is left over from a restore that was cut off;" + " --force-cleanup deletes it.";
    private static final String DONE = "Deleted 'shop_restoring_1', which a broken restore had left.";

    @TempDir
    private Path folder;

    private FakeRestores core;
    private TestServer server;

    @BeforeEach
    void start() {
        core = new FakeRestores(folder);
        core.findings = List.of(FOUND);
        core.cleaned = List.of(DONE);
        server = new TestServer(core);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneButtonDeletesWhatIsNamedAndSaysSo(boolean javaScript) {
        try (Browser browser = new Browser(javaScript, false)) {
            browser.open(server.url("/"));
            assertThat(browser.text(".notice.warn")).contains(FOUND).contains("Never the live database");
            browser.press("Clean up");
            assertThat(browser.text("main"))
                    .contains(DONE)
                    .contains("The live database and the previous ones were not touched.");
            browser.open(server.url("/"));
            assertThat(browser.all(".notice.warn")).isEmpty();
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void programsGetTheSameAsJson() {
        HttpResponse<String> first = server.post("/cleanup", "application/json", "");
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(json(first).toString())
                .isEqualTo("{\"success\":true,\"message\":\"" + DONE + "\",\"removed\":[\"" + DONE + "\"]}");
        assertThat(json(server.post("/cleanup", "application/json", "")).toString())
                .isEqualTo("{\"success\":true,\"message\":\"There was nothing to clean up.\",\"removed\":[]}");
    }

    @Test
    void itIsProtectedAsEverythingThatChangesSomething() {
        HttpResponse<String> foreign = server.send(server.request("/cleanup")
                .header("Origin", "http://evil.example")
                .POST(HttpRequest.BodyPublishers.noBody()));
        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(json(foreign).path("code").asText()).isEqualTo("ORIGIN_FORBIDDEN");
        assertThat(server.get("/cleanup").statusCode()).isIn(404, 405);
        try (TestServer closed =
                new TestServer(TestServer.settings(Optional.of("secret-token-of-the-server".toCharArray())), core)) {
            assertThat(closed.post("/cleanup", "application/json", "").statusCode())
                    .isEqualTo(401);
        }
        assertThat(core.cleaned).as("not called").containsExactly(DONE);
    }
}
