package recovery.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.backup.BackupCatalogue;
import recovery.core.layer.Layers;
import recovery.core.restore.RestoreService;
import recovery.core.target.sqlite.SqliteTarget;
import recovery.core.verify.Verifier;

/** The page in a real browser over a real database, as somebody without help would use it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PageTest {
    @TempDir
    private Path folder;

    private Path backups;
    private Path live;
    private RestoreService service;
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        backups = Files.createDirectory(folder.resolve("backups"));
        live = folder.resolve("live.db");
        try (InputStream shop = PageTest.class.getResourceAsStream("/backups/shop.db.gz")) {
            Files.copy(shop, backups.resolve("shop-2026-01-02.db.gz"));
        }
        Files.writeString(backups.resolve("holiday.png"), "\u0089PNG\r\n");
        sql("CREATE TABLE written_since (a INTEGER)");
        service = new RestoreService(
                new BackupCatalogue(backups, Layers::behind),
                new SqliteTarget(live),
                new Verifier(List.of()),
                report -> {},
                folder.resolve("state"),
                Clock.systemUTC(),
                "java -jar emergency.jar");
        server = new TestServer(Restores.of(service));
    }

    @AfterEach
    void stop() {
        server.close();
        service.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBackupIsChosenConfirmedRestoredAndUndone(boolean javaScript) throws Exception {
        String name = javaScript ? "script" : "no-script";
        try (Browser browser = new Browser(javaScript, false)) {
            browser.open(server.url("/"));
            assertThat(browser.text(".target .name")).isEqualTo("live.db");
            assertThat(browser.text(".target .pill")).isEqualTo("online");
            assertThat(browser.find("input[value='shop-2026-01-02.db.gz']").isSelected())
                    .isTrue();
            assertThat(browser.find("input[value='holiday.png']").isEnabled()).isFalse();
            browser.longScreenshot(name + "-1-list", 1200);

            browser.press("Restore…");
            assertThat(browser.text("h1")).isEqualTo("Restore shop-2026-01-02.db.gz?");
            assertThat(browser.text(".big-name")).isEqualTo("live.db");
            browser.longScreenshot(name + "-2-confirm", 1200);
            browser.find("#confirm").sendKeys("live.db");
            browser.press("Restore now");

            browser.waitFor(".result.good");
            browser.longScreenshot(name + "-3-result", 1200);
            assertThat(browser.text(".result h1"))
                    .startsWith("'live.db' holds the restored data; what it held before is kept as '");
            assertThat(tables()).contains("tickets").doesNotContain("written_since");
            String restore = browser.address();

            browser.press("Undo: bring back the previous data");
            browser.waitFor(".result.good");
            assertThat(browser.address()).isNotEqualTo(restore);
            assertThat(browser.text(".verdict")).isEqualToIgnoringCase("undo: done");
            browser.longScreenshot(name + "-4-undone", 1200);
            assertThat(tables()).containsExactly("written_since");

            browser.open(server.url("/restores")).longScreenshot(name + "-5-history", 1200);
            assertThat(browser.all(".history tbody tr")).hasSize(2);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void aWrongNameIsNotAConfirmation() throws Exception {
        try (Browser browser = new Browser(false, false)) {
            browser.open(server.url("/confirm?backup=shop-2026-01-02.db.gz"));
            browser.find("#confirm").sendKeys("alive.db");
            browser.press("Restore now");

            assertThat(browser.text("[role=alert]"))
                    .isEqualTo("'alive.db' is not the name of the database that would be replaced.");
            assertThat(tables()).containsExactly("written_since");
            assertThat(service.history()).isEmpty();
        }
    }

    @Test
    void aBackupIsUploadedLookedIntoAndTriedWithoutChangingAnything() throws Exception {
        Path upload = folder.resolve("größer.sql");
        Files.writeString(upload, "CREATE TABLE fresh (a INTEGER);\nINSERT INTO fresh VALUES (1);\n");
        for (boolean javaScript : new boolean[] {true, false}) {
            try (Browser browser = new Browser(javaScript, false)) {
                String stored = javaScript ? "größer.sql" : "größer-2.sql";
                browser.open(server.url("/"));
                browser.find("#file").sendKeys(upload.toString());
                browser.press("Upload");
                browser.waitFor(".notice.good");
                assertThat(browser.text(".notice.good strong")).isEqualTo(stored);
                assertThat(browser.find("input[value='" + stored + "']").isSelected())
                        .isTrue();
                browser.press("Look inside");
                assertThat(browser.text("h1")).isEqualTo(stored);
                assertThat(browser.text("table.plain tbody")).isEqualTo("fresh 1");
                browser.open(server.url("/?backup=" + PageRoutes.encoded(stored)));
                browser.press("Dry run");
                browser.waitFor(".result");
                browser.longScreenshot("dry-run-" + javaScript, 1200);
                assertThat(browser.text(".verdict")).isEqualToIgnoringCase("dry run: done");
                assertThat(browser.complaints()).isEmpty();
            }
        }
        assertThat(tables()).containsExactly("written_since");
    }

    /** With JavaScript what was typed stays in the page; without, each page asks for it. The server keeps nothing. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEncryptedBackupIsOpenedLookedIntoAndRestored(boolean javaScript) throws Exception {
        copyEncrypted();
        try (Browser browser = new Browser(javaScript, false)) {
            browser.open(server.url("/?backup=shop.db.gz.gpg"));
            browser.press("Look inside");
            assertThat(browser.text("h1")).isEqualTo("shop.db.gz.gpg");
            assertThat(browser.text("[role=alert]")).startsWith("'shop.db.gz.gpg' is encrypted ");
            assertThat(browser.find("#passphrase").getAttribute("type")).isEqualTo("password");
            assertThat(browser.find("#passphrase").getAttribute("autocomplete")).isEqualTo("off");
            browser.longScreenshot("encrypted-1-open-" + javaScript, 1200);

            type(browser, "wrong passphrase");
            browser.press("Look inside");
            browser.waitFor("#passphrase");
            assertThat(browser.text("[role=alert]")).startsWith("The passphrase that was given does not unlock ");
            type(browser, "sample passphrase");
            browser.press("Look inside");
            browser.waitFor("table.plain");
            assertThat(browser.text("table.plain tbody")).contains("tickets");
            browser.longScreenshot("encrypted-2-inside-" + javaScript, 1200);
            typeAgain(browser, javaScript);
            browser.press("Restore…");
            browser.waitFor("#confirm");
            browser.longScreenshot("encrypted-3-confirm-" + javaScript, 1200);
            typeAgain(browser, javaScript);
            browser.find("#confirm").sendKeys("live.db");
            browser.press("Restore now");
            browser.waitFor(".result.good");
            assertThat(tables()).contains("tickets").doesNotContain("written_since");
        }
        assertThat(service.history()).hasSize(1);
    }

    @Test
    void aNarrowWindowShowsTheFieldsForAnEncryptedBackup() throws Exception {
        copyEncrypted();
        try (Browser browser = new Browser(false, false)) {
            browser.phone().open(server.url("/look?backup=shop.db.gz.gpg"));
            assertThat(browser.find("#passphrase").getSize().getWidth()).isBetween(250, 390);
            browser.longScreenshot("encrypted-phone", 390);
        }
    }

    private void copyEncrypted() throws Exception {
        try (InputStream shop = PageTest.class.getResourceAsStream("/backups/openpgp/shop.db.gz.gpg")) {
            Files.copy(shop, backups.resolve("shop.db.gz.gpg"));
        }
    }

    private static void typeAgain(Browser browser, boolean javaScript) {
        if (javaScript) {
            assertThat(browser.find("#passphrase").getAttribute("value")).isEqualTo("sample passphrase");
        } else {
            assertThat(browser.find("#passphrase").getAttribute("value")).isEmpty();
            assertThat(browser.find("#key-text").getAttribute("value")).isEmpty();
            type(browser, "sample passphrase");
        }
    }

    private static void type(Browser browser, String passphrase) {
        browser.find("#passphrase").clear();
        browser.find("#passphrase").sendKeys(passphrase);
        browser.find("#key-file").clear();
        browser.find("#key-file")
                .sendKeys(Path.of("src/test/resources/backups/openpgp/sample-private-key.asc")
                        .toAbsolutePath()
                        .toString());
    }

    @Test
    void asksForTheTokenWithAForm() throws Exception {
        try (TestServer guarded =
                        new TestServer(TestServer.settings(Optional.of("s3cret".toCharArray())), Restores.of(service));
                Browser browser = new Browser(false, false)) {
            browser.open(guarded.url("/"));
            browser.find("#token").sendKeys("wrong");
            browser.press("Go on");
            assertThat(browser.text("[role=alert]")).isEqualTo("This is not the token of this server.");
            browser.screenshot("login");
            browser.find("#token").sendKeys("s3cret");
            browser.press("Go on");
            assertThat(browser.text(".target .name")).isEqualTo("live.db");
        }
    }

    private void sql(String statement) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + live);
                Statement run = connection.createStatement()) {
            run.execute(statement);
        }
    }

    private List<String> tables() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + live);
                Statement ask = connection.createStatement();
                ResultSet names = ask.executeQuery("SELECT name FROM sqlite_master WHERE type='table' ORDER BY 1")) {
            List<String> tables = new java.util.ArrayList<>();
            while (names.next()) {
                tables.add(names.getString(1));
            }
            return tables;
        }
    }
}
