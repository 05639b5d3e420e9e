package recovery.jar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.harness.JarProcess;
import recovery.harness.JarProcess.Result;

/** An encrypted backup and the finished jar: restored, and no part of what opened it is left anywhere. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EncryptedBackupIT {
    private static final String BACKUP = "shop.db.gz.gpg";
    private static final String PASSPHRASE = "sample passphrase";

    @TempDir
    Path folder;

    private final StringBuilder said = new StringBuilder();
    private Path live;
    private Site site;
    private String key;

    @BeforeEach
    void makeSite() throws Exception {
        live = folder.resolve("live.db");
        Files.write(live, new byte[0]);
        site = new Site(folder, Map.of("SQLITE_PATH", live.toString()));
        try (InputStream backup = resource(BACKUP);
                InputStream secret = resource("sample-private-key.asc")) {
            Files.copy(backup, site.backups().resolve(BACKUP));
            key = new String(secret.readAllBytes(), UTF_8);
        }
    }

    @Test
    void standardInputOpensItAndNothingOfThatIsLeft() throws Exception {
        String base64 = Base64.getEncoder().encodeToString(key.getBytes(UTF_8));
        Result wrong =
                typing("wrong\n" + base64 + "\n", "restore", BACKUP, "--force", "--passphrase-stdin", "--key-stdin");
        assertThat(wrong.exitCode()).as(wrong.err()).isEqualTo(1);
        assertThat(wrong.err()).startsWith("SECRET_WRONG: ");
        assertThat(live).isEmptyFile();

        Path other = folder.resolve("other.db");
        Result elsewhere = typing(
                PASSPHRASE + "\n" + base64 + "\n",
                "restore",
                BACKUP,
                "--force",
                "--passphrase-stdin",
                "--key-stdin",
                "--target-path",
                "other.db");
        assertThat(elsewhere.exitCode()).as(elsewhere.err()).isZero();
        assertThat(elsewhere.out()).startsWith("Target: SQLite file '" + other + "'\n");
        assertThat(other).isNotEmptyFile();
        assertThat(live).isEmptyFile();

        Result right = typing(
                PASSPHRASE + "\n" + key, "restore", BACKUP, "--force", "--json", "--passphrase-stdin", "--key-stdin");
        assertThat(right.exitCode()).as(right.err()).isZero();
        assertThat(live).hasSameBinaryContentAs(other);
        nothingIsLeft();
    }

    @Test
    void aRestoreIntoAnotherFileIsUndoneThere() throws Exception {
        Path other = Files.write(folder.resolve("other.db"), new byte[0]);
        Result restore = typing(
                PASSPHRASE + "\n" + key,
                "--target-path",
                "other.db",
                "restore",
                BACKUP,
                "--force",
                "--passphrase-stdin",
                "--key-stdin");
        assertThat(restore.exitCode()).as(restore.err()).isZero();
        assertThat(restore.out()).containsPattern("To undo: .* --target-path %s rollback \\d+_\\d+".formatted(other));

        assertThat(typing("", "rollback", "--force").exitCode()).isEqualTo(1);
        Result undone = typing("", "--target-path", "other.db", "rollback", "--force");
        assertThat(undone.exitCode()).as(undone.err()).isZero();
        assertThat(other).isEmptyFile();
        assertThat(live).isEmptyFile();
    }

    @Test
    void theServerKeepsNothingOfWhatARequestBrought() throws Exception {
        try (Site.Server server = site.serve()) {
            String form = "backup=" + BACKUP + "&passphrase=" + encoded(PASSPHRASE) + "&privateKey=" + encoded(key);
            String document = new ObjectMapper()
                    .createObjectNode()
                    .put("passphrase", PASSPHRASE)
                    .put("privateKey", key)
                    .put("jobs", "none")
                    .put("backup", BACKUP)
                    .toString();
            assertThat(post(server, "/emergency-restore", "application/json", document))
                    .isEqualTo(400);
            assertThat(post(server, "/emergency-restore", "application/json", document.replace("\"jobs\"", "jobs")))
                    .isEqualTo(400);
            assertThat(post(server, "/backups/" + BACKUP, "application/x-www-form-urlencoded", form))
                    .isEqualTo(200);
            assertThat(post(server, "/emergency-restore", "application/x-www-form-urlencoded", form))
                    .isEqualTo(200);
            Path process = Path.of("/proc", "" + server.process().pid());
            said.append(Files.readString(process.resolve("cmdline"), ISO_8859_1));
            said.append(Files.readString(process.resolve("environ"), ISO_8859_1));
            server.process().terminate();
            keep(server.process().await(Site.LIMIT));
        }
        assertThat(live).isNotEmptyFile();
        nothingIsLeft();
    }

    private int post(Site.Server server, String path, String type, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(server.at(path))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        said.append(answer.headers().map()).append(answer.body());
        return answer.statusCode();
    }

    private Result typing(String input, String... arguments) {
        try (JarProcess running = site.program().startTyping(input, arguments)) {
            return keep(running.await(Site.LIMIT));
        }
    }

    private Result keep(Result result) {
        said.append(result.out()).append(result.err());
        return result;
    }

    /** Neither in what was said nor in any file below the site, whole or in part. */
    private void nothingIsLeft() throws IOException {
        String[] secrets = {
            PASSPHRASE, "PGP PRIVATE", key.lines().skip(5).findFirst().orElseThrow(), "LS0tLS1CRUdJTiBQR1A"
        };
        assertThat(said.toString()).isNotEmpty().doesNotContain(secrets);
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> written = files.filter(Files::isRegularFile).toList();
            assertThat(written)
                    .anyMatch(file ->
                            file.endsWith("recovery.log") || file.toString().endsWith(".json"));
            for (Path file : written) {
                assertThat(Files.readString(file, ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(secrets);
            }
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private static InputStream resource(String name) {
        return EncryptedBackupIT.class.getResourceAsStream("/backups/openpgp/" + name);
    }
}
