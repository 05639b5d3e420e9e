package recovery.jar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.harness.JarProcess.Result;
import recovery.harness.RealPostgres;

/** The password and the token are looked for in all that the program says and writes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SecretsIT {
    private static final String PASSWORD = "Zw4-password-8813";
    private static final String TOKEN = "Zw4-token-77120-and-more-letters";

    /** Begins both of them, so that a part is found too. */
    private static final String TRACE = "Zw4-";

    @TempDir
    Path folder;

    private final StringBuilder said = new StringBuilder();
    private Customers live;
    private Site site;

    @BeforeEach
    void makeSite() {
        live = new Customers(RealPostgres.MIDDLE);
        Map<String, String> settings = new HashMap<>(live.settings());
        settings.put("DB_PASSWORD", PASSWORD);
        settings.put("RECOVERY_TOKEN", TOKEN);
        site = new Site(folder, settings).backup("shop.sql", Customers.dump(9));
        site.backup("broken.sql", Customers.dump(9, "SELECT no_such_function();"));
    }

    @Test
    void noneOfThemIsInAnyOutputFileOrProcessListOfAWholeRun() throws Exception {
        assertThat(run("restore", "shop.sql", "--force", "--json").exitCode()).isZero();
        assertThat(run("restore", "broken.sql", "--force").exitCode()).isEqualTo(1);
        assertThat(run("restore", "shop.sql", "--dry-run").exitCode()).isZero();
        assertThat(run("rollback", "--force").exitCode()).isZero();
        try (Site.Server server = site.serve()) {
            said.append(Files.readString(Path.of("/proc", "" + server.process().pid(), "cmdline")));
            for (String path : List.of("/", "/health", "/list-backups", "/restores", "/nothing")) {
                assertThat(send(server, path, HttpRequest.newBuilder()).statusCode())
                        .isIn(200, 404);
                assertThat(send(server, path, HttpRequest.newBuilder().header("Authorization", "Bearer wrong"))
                                .statusCode())
                        .isIn(200, 401);
            }
            HttpRequest.Builder restore = HttpRequest.newBuilder()
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"backup\":\"broken.sql\"}"));
            assertThat(send(server, "/emergency-restore", restore).statusCode()).isGreaterThanOrEqualTo(400);
            server.process().terminate();
            keep(server.process().await(Site.LIMIT));
        }
        nothingIsGivenAway();
        assertThat(said.toString()).contains("DB_PASSWORD", "RECOVERY_TOKEN", "***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://shop:" + PASSWORD + "@127.0.0.1:1/shop",
                "postgresql://shop:" + PASSWORD + "@127.0.0.1:port/shop",
                "jdbc:postgresql://127.0.0.1:1/shop?user=shop&password=" + PASSWORD,
                "mysql://shop:" + PASSWORD + "@127.0.0.1/shop"
            })
    void noneOfThemIsInWhatIsSaidAboutAnAddressThatDoesNotWork(String address) {
        site = new Site(folder, Map.of("DATABASE_URL", address));
        assertThat(run("restore", "shop.sql", "--force").exitCode()).isIn(1, 2);
        nothingIsGivenAway();
    }

    @Test
    void noneOfThemIsInWhatIsSaidAboutAFileOfSettingsThatDoesNotWork() throws Exception {
        Files.writeString(
                folder.resolve(".env.recovery"), "DB_PORT=many\nDB_PASSWORD='" + PASSWORD + "\nTOKEN " + TOKEN + "\n");
        site = new Site(folder, Map.of());
        assertThat(run("list").exitCode()).isEqualTo(2);
        Files.delete(folder.resolve(".env.recovery"));
        nothingIsGivenAway();
    }

    private Result run(String... arguments) {
        return keep(site.run(arguments));
    }

    private Result keep(Result result) {
        said.append(result.out()).append(result.err());
        return result;
    }

    private HttpResponse<String> send(Site.Server server, String path, HttpRequest.Builder request) throws Exception {
        request.uri(server.at(path));
        HttpRequest known = request.build();
        if (known.headers().firstValue("Authorization").isEmpty()) {
            known = request.header("Authorization", "Bearer " + TOKEN).build();
        }
        HttpResponse<String> answer = HttpClient.newHttpClient().send(known, BodyHandlers.ofString());
        said.append(answer.headers().map()).append(answer.body());
        return answer;
    }

    private void nothingIsGivenAway() {
        assertThat(said.toString()).isNotEmpty().doesNotContain(TRACE);
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile))
                    .isNotEmpty()
                    .allSatisfy(
                            file -> assertThat(text(file)).as(file.toString()).doesNotContain(TRACE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, ISO_8859_1);
    }
}
