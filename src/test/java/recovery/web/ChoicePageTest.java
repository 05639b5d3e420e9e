package recovery.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.WebElement;
import recovery.core.dump.Section;
import recovery.core.restore.RestoreRequest;

/** What to take of a backup, chosen in a real browser. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChoicePageTest {
    @TempDir
    private Path folder;

    private FakeRestores core;
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("shop.sql"), "SELECT 1;");
        Files.writeString(folder.resolve("shop.sql.gpg"), "encrypted");
        core = new FakeRestores(folder);
        server = new TestServer(core);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void boxesLeaveATableOutAndTheConfirmationSaysSo(boolean javaScript) {
        try (Browser browser = new Browser(javaScript, false)) {
            browser.open(server.url("/look?backup=shop.sql"));
            List<WebElement> boxes = browser.all("td.box input[type=checkbox]");
            assertThat(boxes).hasSize(3).allMatch(WebElement::isSelected);
            assertThat(browser.all("details.options[open]")).isEmpty();
            browser.longScreenshot("choice-1-tables-" + javaScript, 1200);
            boxes.get(1).click();
            browser.find("details.options summary").click();
            browser.find("#option-sections-post-data").click();
            browser.find("#option-owner").sendKeys("shop_owner");
            browser.find("#option-createRoles-true").click();
            browser.find("#option-mapRoles").sendKeys("shop_app=web, old=new");
            browser.find("#option-skipExtensions-pg_trgm").click();
            browser.find("#option-jobs").sendKeys("4");
            browser.longScreenshot("choice-2-options-" + javaScript, 1200);
            browser.press("Restore…");

            assertThat(browser.text(".chosen")).isEqualTo("""
                    You chose:
                    Without these tables: sales."order <items>".
                    No indexes, constraints and triggers.
                    Everything belongs to 'shop_owner'.
                    Missing roles are created, without login, password or superuser.
                    What 'old' had in the backup, 'new' gets here.
                    What 'shop_app' had in the backup, 'web' gets here.
                    Without these extensions and what needs them: pg_trgm.
                    Loaded over 4 connections.""");
            browser.longScreenshot("choice-3-confirm-" + javaScript, 1200);
            browser.find("#confirm").sendKeys("shop");
            browser.press("Restore now");
            browser.waitFor(".result.good");
            assertThat(browser.complaints()).isEmpty();
        }
        RestoreRequest request = core.requests.get(0);
        assertThat(request.options().choice().selection().excludedTables()).containsExactly("sales.\"order <items>\"");
        assertThat(request.options().choice().selection().sections())
                .containsExactlyInAnyOrder(Section.PRE_DATA, Section.DATA);
        assertThat(request.options().roles().owner()).contains("shop_owner");
        assertThat(request.options().roles().renamed()).hasSize(2);
        assertThat(request.options().skippedExtensions()).containsExactly("pg_trgm");
        assertThat(request.options().jobs()).hasValue(4);
    }

    @Test
    void oneOfSeveralDatabasesIsChosen() {
        core.databases = List.of("shop", "crm");
        try (Browser browser = new Browser(false, false)) {
            browser.open(server.url("/look?backup=shop.sql"));
            assertThat(browser.find("#other-database").getAttribute("value")).isEqualTo("shop");
            browser.longScreenshot("choice-databases", 1200);
            browser.find("#other-database option[value=crm]").click();
            browser.press("Look into this one");
            assertThat(browser.find("#other-database").getAttribute("value")).isEqualTo("crm");
            browser.press("Restore…");
            assertThat(browser.text(".chosen")).contains("Of the databases in the file only 'crm'.");
            browser.find("#confirm").sendKeys("shop");
            browser.press("Restore now");
            browser.waitFor(".result.good");
        }
        assertThat(core.requests.get(0).options().choice().database()).contains("crm");
        assertThat(core.requests.get(0).options().choice().selection().isEverything())
                .isTrue();
    }

    @Test
    void tablesCanBeTickedAllAtOnceAndNoneIsNotAChoice() {
        try (Browser browser = new Browser(true, false)) {
            browser.open(server.url("/look?backup=shop.sql")).phone();
            browser.longScreenshot("choice-phone", 390);
            browser.find(".boxes button:last-child").click();
            assertThat(browser.all("td.box input[type=checkbox]")).noneMatch(WebElement::isSelected);
            browser.press("Restore…");
            assertThat(browser.text(".result.bad h1")).isEqualTo("No table is ticked.");
        }
        assertThat(core.requests).isEmpty();
    }
}
