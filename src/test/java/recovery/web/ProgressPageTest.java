package recovery.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.restore.RestoreRequest;

/** How far a restore is and where its time went, as page and JSON. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProgressPageTest {
    @TempDir
    private Path folder;

    private FakeRestores core;
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("shop.sql"), "SELECT 1;");
        core = new FakeRestores(folder);
        core.mayEnd = new CountDownLatch(1);
        server = new TestServer(core);
        core.start(RestoreRequest.of("shop.sql", "api"));
    }

    @AfterEach
    void stop() {
        core.mayEnd.countDown();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void thePageShowsTheWholeEachKindOfWorkAndTheTimeThatIsLeft(boolean javaScript) {
        try (Browser browser = new Browser(javaScript, false)) {
            browser.open(server.url("/restores/" + FakeRestores.ID));
            if (javaScript) {
                // the script has taken over: it writes fractions
                browser.waitFor("progress[value]");
                waitForValue(browser, "38.5");
            } else {
                assertThat(browser.find("progress").getAttribute("value")).isEqualTo("38");
            }
            assertThat(browser.text("[data-word=stages]")).isEqualTo("read 62 %, rows 60 %, indexes 5 %");
            assertThat(browser.text("[data-word=left]")).isEqualTo("about 1 minute left");
            assertThat(browser.text("[data-word=read]")).isEqualTo("7.7 MB of 12 MB (62 %)");
            browser.longScreenshot("progress-" + javaScript, 1200);
            core.mayEnd.countDown();
            if (javaScript) {
                browser.waitFor(".result.good");
                assertThat(browser.text("main"))
                        .contains("loading 1 min 2 s")
                        .contains("checking 20.0 s")
                        .contains("rows 1 min 30 s");
                browser.longScreenshot("progress-result", 1200);
            }
            assertThat(browser.complaints()).isEmpty();
        }
    }

    private static void waitForValue(Browser browser, String value) {
        while (!value.equals(browser.find("progress").getAttribute("value"))) {
            Thread.onSpinWait();
        }
    }

    @Test
    void jsonHasTheSameAsNumbers() throws Exception {
        JsonNode progress = json(server.get("/restores/" + FakeRestores.ID)).path("progress");
        assertThat(progress.toString())
                .isEqualTo("{\"phase\":\"loading\",\"bytesDone\":7654321,\"bytesTotal\":12345678,\"rows\":812345,"
                        + "\"object\":\"sales.\\\"order <items>\\\"\",\"bytesPerSecond\":4300000,\"etaSeconds\":72,"
                        + "\"work\":{\"copy\":{\"done\":600,\"total\":1000},\"index\":{\"done\":1,\"total\":20},"
                        + "\"read\":{\"done\":7654321,\"total\":12345678}},\"overall\":0.385,\"etaOf\":\"restore\"}");
    }

    @Test
    void theReportHoldsTheTimes() throws Exception {
        core.mayEnd.countDown();
        HttpResponse<String> answer = server.postJson("/emergency-restore", "{\"backup\":\"shop.sql\",\"jobs\":\"3\"}");
        assertThat(json(answer).path("details").path("timings").toString())
                .contains("\"busySeconds\":{")
                .contains("\"copy\":90.26")
                .contains("\"wallSeconds\":{")
                .contains("\"loading\":61.5");
        assertThat(core.requests.get(core.requests.size() - 1).options().jobs()).hasValue(3);
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        return TestServer.JSON.readTree(answer.body());
    }
}
