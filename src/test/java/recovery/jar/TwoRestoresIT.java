package recovery.jar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.harness.JarProcess;
import recovery.harness.JarProcess.Result;
import recovery.harness.RealPostgres;

/** While one process restores, others that want the same database are told who does, whatever their settings. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TwoRestoresIT {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    @Test
    void ofOnePostgresqlDatabase() throws Exception {
        Customers live = new Customers(RealPostgres.MIDDLE);
        List<String> before = live.content();
        Site site = new Site(folder, live.settings());
        site.backup("shop.sql", Customers.dump(9, "SELECT pg_sleep(60);"));
        try (JarProcess first = site.start("restore", "shop.sql", "--force")) {
            site.awaitState(first, "RESTORING");
            String holder = holder(site, first.pid());

            Result sameState = site.run("restore", "shop.sql", "--force");
            refused(sameState, "another restore is running: " + holder);
            Result otherState = site.with("STATE_DIR", "other").run("restore", "shop.sql", "--force");
            refused(
                    otherState,
                    "another restore of '%s' on %s:%d is running: '%s"
                            .formatted(
                                    live.database(),
                                    live.server().host(),
                                    live.server().port(),
                                    holder));
            Result cleanup = site.with("STATE_DIR", "other").run("--force-cleanup");
            refused(cleanup, "another restore of '" + live.database() + "' on ");
            try (Site.Server server = site.with("STATE_DIR", "third").serve()) {
                HttpResponse<String> answer = restore(server, "shop.sql");
                assertThat(answer.statusCode()).isEqualTo(409);
                JsonNode body = Site.parsed(answer.body());
                assertThat(body.get("code").asText()).isEqualTo("RESTORE_ALREADY_RUNNING");
                assertThat(body.get("error").asText()).contains(holder);
                assertThat(body.at("/details/liveDatabase").asText())
                        .isEqualTo("'" + live.database() + "' is unchanged; nothing was renamed.");
            }
            assertThat(live.copies()).as("the copy of the first").hasSize(1);
            first.terminate();
            assertThat(first.await(Site.LIMIT).exitCode()).isEqualTo(130);
        }
        assertThat(live.copies()).isEmpty();
        assertThat(live.content()).isEqualTo(before);
        assertThat(live.sessionsLeft()).isEmpty();
    }

    @Test
    void ofOneSqliteFile() throws Exception {
        CustomersFile live = new CustomersFile(folder);
        List<String> before = live.rows();
        Site site = new Site(folder, live.settings());
        site.backup("shop.sql", CustomersFile.script(9))
                .backup(
                        "slow.sql",
                        CustomersFile.script(
                                9,
                                "CREATE TABLE slow AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                                        + " WHERE i < 100000000000) SELECT max(i) AS i FROM n;"));
        try (Site.Server server = site.serve()) {
            HttpResponse<String> started =
                    send(server, "/emergency-restore", "{\"backup\":\"slow.sql\"}", "Prefer", "respond-async");
            assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
            String id = Site.parsed(started.body()).get("id").asText();
            site.awaitState(server.process(), "RESTORING");
            String holder = holder(site, server.process().pid());

            HttpResponse<String> second = restore(server, "shop.sql");
            assertThat(second.statusCode()).isEqualTo(409);
            assertThat(Site.parsed(second.body()).get("error").asText()).isEqualTo("restore '" + id + "' is running");
            refused(site.run("restore", "shop.sql", "--force"), "another restore is running: " + holder);
            refused(
                    site.with("STATE_DIR", "other").run("restore", "shop.sql", "--force"),
                    "another restore of 'shop.db' is running: " + holder);

            assertThat(send(server, "/restores/" + id + "/cancel", "").statusCode())
                    .isEqualTo(202);
            site.awaitState(server.process(), "CANCELLED");
            assertThat(live.rows()).isEqualTo(before);
            assertThat(live.folder()).containsExactly("shop.db");

            assertThat(restore(server, "shop.sql").statusCode()).isEqualTo(200);
            assertThat(live.rows()).hasSize(9).contains("9 restored 9");
        }
    }

    private static void refused(Result second, String words) {
        assertThat(second.exitCode()).as(second.out()).isEqualTo(1);
        assertThat(second.err()).contains("RESTORE_ALREADY_RUNNING: ", words, "  remedy: ");
    }

    /** As the first process writes it: {@code ID by USER, process PID}. */
    private static String holder(Site site, long pid) {
        String journal = Site.names(site.data().resolve("restores")).get(0);
        return "%s by %s, process %d".formatted(journal.replace(".journal", ""), System.getProperty("user.name"), pid);
    }

    private static HttpResponse<String> restore(Site.Server server, String backup) throws Exception {
        return send(server, "/emergency-restore", "{\"backup\":\"" + backup + "\"}");
    }

    private static HttpResponse<String> send(Site.Server server, String path, String json, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.at(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }
}
