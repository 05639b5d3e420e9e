package recovery.web;

import static org.assertj.core.api.Assertions.assertThat;
import static recovery.web.TestServer.json;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.layer.Secrets;

/** What opens a backup comes by every kind of request, goes nowhere else, and is wiped. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EncryptedBackupTest {
    private static final String PASSPHRASE = "köln & 100%=+ \"x\"";
    private static final String KEY = "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ+/=\n-----END-----\n";

    @TempDir
    private Path folder;

    private FakeRestores core;
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("shop.sql.gpg"), "secret content");
        core = new FakeRestores(folder);
        server = new TestServer(core);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aFormBringsThem() {
        HttpResponse<String> answer = server.post(
                "/emergency-restore",
                "application/x-www-form-urlencoded",
                "backup=shop.sql.gpg&passphrase=" + encoded(PASSPHRASE) + "&private_key=" + encoded(KEY));
        startedWith(answer, PASSPHRASE + "/" + KEY);
    }

    @Test
    void aJsonDocumentBringsThem() throws Exception {
        String body = TestServer.JSON
                .createObjectNode()
                .put("backup", "shop.sql.gpg")
                .put("passphrase", PASSPHRASE)
                .put("privateKey", KEY.repeat(500))
                .toString();
        startedWith(server.postJson("/emergency-restore", body), PASSPHRASE + "/" + KEY.repeat(500));
    }

    @Test
    void theKeyOfAnEncryptedDatabaseComesInAnyForm() throws Exception {
        server.post("/emergency-restore", "application/x-www-form-urlencoded", "backup=shop.sql.gpg&db_key=k%C3%B6ln");
        server.postJson("/emergency-restore", "{\"backup\": \"shop.sql.gpg\", \"dbKey\": \"köln\"}");
        server.upload("/emergency-restore", "backup=shop.sql.gpg", "dbKey=köln");

        assertThat(core.requests)
                .hasSize(3)
                .allSatisfy(
                        request -> assertThat(request.secrets().databaseKey().orElseThrow())
                                .isEqualTo("köln".toCharArray()));
        HttpResponse<String> twice =
                server.upload("/emergency-restore", "backup=shop.sql.gpg", "dbKey=köln", "dbKey=again");
        assertThat(twice.statusCode()).isEqualTo(400);
        assertThat(twice.body())
                .contains("the request holds more than one key of the database")
                .doesNotContain("köln", "again\"");
    }

    @Test
    void aMultipartBodyBringsTheKeyAsAFileThatIsNoBackup() throws Exception {
        HttpResponse<String> answer = server.upload(
                "/emergency-restore",
                "file@new.sql.gpg=encrypted",
                "passphrase=" + PASSPHRASE,
                "privateKey=",
                "privateKey@key.asc=" + KEY);
        startedWith(answer, PASSPHRASE + "/" + KEY);
        assertThat(core.requests.get(0).backup()).isEqualTo("new.sql.gpg");
        assertThat(folder.resolve("new.sql.gpg")).hasContent("encrypted");
        assertThat(folder.resolve("key.asc")).doesNotExist();
    }

    private void startedWith(HttpResponse<String> answer, String secrets) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(core.opened).contains("start " + secrets);
        assertThat(answer.body() + answer.headers().map()).doesNotContain("köln", "PGP PRIVATE");
        // a started job wipes them itself, at its end
        assertThat(core.requests.get(0).secrets().passphrase()).isPresent();
        assertThat(core.requests.get(0).secrets().passphrase().get()).isEqualTo(PASSPHRASE.toCharArray());
    }

    @Test
    void aJobThatDoesNotStartLeavesNothing() {
        core.cannotStart = Optional.of(FakeRestores.inUse());
        HttpResponse<String> answer = server.upload(
                "/emergency-restore", "backup=shop.sql.gpg", "passphrase=" + PASSPHRASE, "privateKey=" + KEY);
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(core.opened).containsExactly("start " + PASSPHRASE + "/" + KEY);
        everythingIsWiped();
    }

    @Test
    void looksIntoOneWithWhatOpensItAndForgetsIt() {
        HttpResponse<String> answer = server.post(
                "/backups/shop.sql.gpg",
                "application/x-www-form-urlencoded",
                "passphrase=" + encoded(PASSPHRASE) + "&database=shop");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).path("backup").asText()).isEqualTo("shop.sql.gpg");
        assertThat(json(answer).path("tables")).hasSize(3);
        assertThat(core.opened).containsExactly("inspect shop " + PASSPHRASE + "/-");
        everythingIsWiped();
    }

    @Test
    void aPageAsksAgainAndNeverGivesBackWhatWasTyped() {
        for (String path : new String[] {"/look", "/confirm", "/backups/shop.sql.gpg"}) {
            HttpResponse<String> answer = server.send(server.request(path)
                    .header("Content-Type", "multipart/form-data; boundary=XX")
                    .header("Accept", "text/html")
                    .POST(java.net.http.HttpRequest.BodyPublishers.ofString(TestServer.multipart(
                            "backup=shop.sql.gpg", "passphrase=" + PASSPHRASE, "privateKey=" + KEY))));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body())
                    .contains("<input type=\"password\" id=\"passphrase\" name=\"passphrase\" autocomplete=\"off\">")
                    .contains("Please enter it once more: this server kept nothing of what you entered before.")
                    .doesNotContain("köln", "PGP PRIVATE");
            everythingIsWiped();
        }
    }

    @Test
    void secretsInAnAddressAreNotTaken() {
        server.get("/look?backup=shop.sql.gpg&passphrase=hunter2");
        server.get("/backups/shop.sql.gpg?passphrase=hunter2");
        assertThat(core.opened).containsExactly("inspect - -/-", "inspect - -/-");
    }

    @Test
    void refusesWhatIsNoSecretAndSaysNothingOfIt() {
        refused(400, "passphrase=abc%FFdef&backup=shop.sql.gpg", "the passphrase is not in UTF-8");
        refused(400, "passphrase=abc%2&backup=shop.sql.gpg", "the form is not urlencoded");
        refused(400, "passphrase=abc&passphrase=abcdef", "the request holds more than one passphrase");
        refused(400, "privateKey=abc&private-key=abcdef", "the request holds more than one private key");
        refused(413, "privateKey=" + "abc".repeat(400_000), "the fields of the request are longer than 65536 bytes");
        refused(400, "pass=abcdef&backup=shop.sql.gpg", "the field 'pass' is not known");
        assertThat(core.requests).isEmpty();
    }

    private void refused(int status, String form, String problem) {
        HttpResponse<String> answer = server.post("/emergency-restore", "application/x-www-form-urlencoded", form);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(json(answer).path("error").asText()).startsWith(problem);
        assertThat(answer.body()).doesNotContain("abc");
    }

    @Test
    void brokenJsonIsToldWithoutAnyOfIt() {
        HttpResponse<String> answer = server.postJson("/emergency-restore", "{\"passphrase\": hunter2}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).path("error").asText()).startsWith("the body is not JSON: line 1, column ");
        assertThat(answer.body()).doesNotContain("hunter2");
    }

    private void everythingIsWiped() {
        assertThat(core.secrets).isNotEmpty().allSatisfy(EncryptedBackupTest::isWiped);
        core.secrets.clear();
    }

    private static void isWiped(Secrets secrets) {
        secrets.passphrase().ifPresent(text -> assertThat(text).containsOnly('\0'));
        secrets.privateKey().ifPresent(bytes -> assertThat(bytes).containsOnly(0));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
