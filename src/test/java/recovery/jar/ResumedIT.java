package recovery.jar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.harness.GatedDump;
import recovery.harness.JarProcess;
import recovery.harness.JarProcess.Result;
import recovery.harness.PgDumpReferee;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;

/** The program is killed in the middle of the rows and started again: it goes on, in the terminal and on the page. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ResumedIT {
    @TempDir
    Path folder;

    private Customers live;
    private Site site;
    private List<String> before;

    @BeforeEach
    void makeSite() {
        live = new Customers(RealPostgres.MIDDLE);
        site = new Site(folder, live.settings()).backup("shop.sql", GatedDump.text());
        before = live.content();
    }

    @Test
    void inTheTerminalAfterAKill() throws Exception {
        List<String> finished = killedInTheMiddle();
        Result history = site.run("history");
        assertThat(history.out()).contains("cut off", "resume " + id());

        Result resumed = site.run("resume", "--force");
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(resumed.out()).contains("Going on with restore ");
        assertThat(resumed.out())
                .contains("'" + live.database() + "' holds the restored data; what it held before is kept as ");
        cameBack(finished);

        Result again = site.run("resume", "--force");
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).startsWith("NOTHING_TO_RESUME: no restore of ").contains("  remedy: ");
    }

    @Test
    void onThePageAfterAKill() throws Exception {
        List<String> finished = killedInTheMiddle();
        String id = id();
        try (Site.Server server = site.serve()) {
            String form = "action=\"/restores/" + id + "/resume\"";
            server.process()
                    .await(
                            () -> page(server, "/restores/" + id).contains(form),
                            "the page offers to go on",
                            Site.LIMIT);
            HttpRequest request = HttpRequest.newBuilder(server.at("/restores/" + id + "/resume"))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString("confirm=" + live.database()))
                    .build();
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode result = Site.parsed(answer.body());
            assertThat(result.get("success").asBoolean()).isTrue();
            assertThat(result.at("/details/rows").asLong()).isEqualTo(3L * GatedDump.ROWS);
            cameBack(finished);
        }
    }

    private static String page(Site.Server server, String path) {
        HttpRequest request = HttpRequest.newBuilder(server.at(path))
                .header("Accept", "text/html")
                .build();
        try {
            return HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString(UTF_8))
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Returns what tells whether the rows of the finished table were loaded again. */
    private List<String> killedInTheMiddle() {
        try (JarProcess restore = site.start("restore", "shop.sql", "--force", "--jobs", "4");
                Customers.Held gate = live.hold("postgres", GatedDump.CLOSE)) {
            restore.await(() -> !live.look(GatedDump.WAITING).isEmpty(), "the rows wait", Site.LIMIT);
            restore.await(this::isNoted, "the first table is noted", Site.LIMIT);
            restore.awaitText(site.data().resolve("restores"), "sha256=", Site.LIMIT);
            List<String> rows = rowsOfA(theOnlyCopy());
            restore.kill();
            assertThat(live.content()).isEqualTo(before);
            return rows;
        }
    }

    private boolean isNoted() {
        String copy = theOnlyCopy();
        return !live.server()
                        .query(copy, "SELECT 1 WHERE to_regclass('emergency_recovery_progress.done') IS NOT NULL")
                        .isEmpty()
                && !live.server()
                        .query(copy, "SELECT part FROM emergency_recovery_progress.done WHERE kind = 'ROWS'")
                        .isEmpty();
    }

    private void cameBack(List<String> finished) {
        assertThat(rowsOfA(live.database())).as("loaded once").isEqualTo(finished);
        String expected = live.server().newDatabase();
        new PostgresTools(live.server()).psql(expected, GatedDump.text().getBytes(UTF_8));
        PgDumpReferee referee = new PgDumpReferee(live.server());
        assertThat(PgDumpReferee.difference(referee.canonical(expected), referee.canonical(live.database())))
                .isEmpty();
        assertThat(live.copies()).isEmpty();
        assertThat(live.sessionsLeft()).isEmpty();
        assertThat(live.previous()).hasSize(1);
    }

    private List<String> rowsOfA(String database) {
        return live.server()
                .query(
                        database,
                        "SELECT pg_relation_filenode('public.a') || ' ' || count(*) || ' ' || min(xmin::text::bigint)"
                                + " FROM public.a");
    }

    private String theOnlyCopy() {
        assertThat(live.copies()).hasSize(1);
        return live.copies().get(0);
    }

    private String id() {
        String name = theOnlyCopy();
        return name.substring(name.indexOf("_restoring_") + "_restoring_".length());
    }
}
