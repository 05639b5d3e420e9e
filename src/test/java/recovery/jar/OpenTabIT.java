package recovery.jar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.harness.RealPostgres;
import recovery.web.Browser;

/** A tab of a real browser is left open for a whole restore. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OpenTabIT {
    private static final int RESTORED = 9;

    /** Ten minutes and more with {@code -Drecovery.test.faults=N}. */
    private static final int SECONDS = Math.max(4, 4 * Integer.getInteger("recovery.test.faults", 0));

    @TempDir
    Path folder;

    @Test
    void itShowsTheProgressAndTheResultOverOneConnectionOrTwo() throws Exception {
        Customers live = new Customers(RealPostgres.MIDDLE);
        Site site = new Site(folder, live.settings());
        site.backup("shop.sql", Customers.dump(RESTORED, "SELECT pg_sleep(" + SECONDS + ");"));
        try (Site.Server server = site.serve();
                Browser browser = new Browser(true, false)) {
            browser.open(server.at("/restores/" + start(server)).toString());
            browser.waitFor("[data-events]");
            long most = 0;
            while (!browser.all("[data-events]").isEmpty()) {
                most = Math.max(most, connections(server));
                Thread.sleep(100);
            }
            browser.waitFor(".result.good");
            assertThat(browser.text("main")).contains("'" + live.database() + "' holds the restored data;");
            assertThat(most).as("connections of the tab").isBetween(1L, 8L);
            assertThat(browser.complaints()).isEmpty();
        }
        assertThat(live.rows()).isEqualTo(RESTORED);
    }

    @Test
    void itShowsHonestlyThatTheServerDiedAndWhatBecameOfTheRestore() throws Exception {
        Customers live = new Customers(RealPostgres.MIDDLE);
        int port = Site.freePort();
        Site site = new Site(folder, live.settings()).with("RECOVERY_PORT", "" + port);
        site.backup("shop.sql", Customers.dump(RESTORED, "SELECT pg_sleep(600);"));
        try (Browser browser = new Browser(true, false)) {
            try (Site.Server server = site.serveAt(port)) {
                browser.open(server.at("/restores/" + start(server)).toString());
                browser.waitFor("[data-events]");
                site.awaitState(server.process(), "RESTORING");
                server.process().kill();
                await(browser, "This page has lost the server. It keeps trying");
            }
            try (Site.Server again = site.serveAt(port)) {
                await(browser, "'" + live.database() + "' is unchanged; nothing was renamed.");
                assertThat(browser.all("[data-events]")).isEmpty();
                assertThat(again.process().isRunning()).isTrue();
            }
        }
        site.run("--force-cleanup");
        assertThat(live.copies()).isEmpty();
        assertThat(live.rows()).isEqualTo(Customers.LIVE);
    }

    private static String start(Site.Server server) throws Exception {
        String started = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(server.at("/emergency-restore"))
                                .header("Content-Type", "application/json")
                                .header("Prefer", "respond-async")
                                .POST(BodyPublishers.ofString("{\"backup\":\"shop.sql\"}"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
        return Site.parsed(started).get("id").asText();
    }

    private static void await(Browser browser, String words) throws Exception {
        long end = System.nanoTime() + Site.LIMIT.toNanos();
        while (!text(browser).contains(words)) {
            assertThat(System.nanoTime())
                    .as("'%s' in: %s", words, text(browser))
                    .isLessThan(end);
            Thread.sleep(100);
        }
    }

    /** The page may be changing at this moment. */
    private static String text(Browser browser) {
        try {
            return browser.text("body");
        } catch (org.openqa.selenium.WebDriverException changing) {
            return "";
        }
    }

    /** Of clients, to the port of the server, as the system counts them. */
    private static long connections(Site.Server server) {
        String port = "%04X".formatted(server.address().getPort());
        return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .flatMap(file -> lines(Path.of(file)).stream())
                .filter(line -> line.matches(" *\\d+: [0-9A-F]+:" + port + " [0-9A-F:]+ 01 .*"))
                .count();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
