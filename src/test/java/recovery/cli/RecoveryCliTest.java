package recovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.harness.FakeTarget;
import recovery.report.ReportJson;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RecoveryCliTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-20T08:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path folder;

    private final FakeTarget target = new FakeTarget();
    private Terminal terminal = Terminal.pipes();
    private FakeServices services;

    @BeforeEach
    void makeBackups() throws Exception {
        services = new FakeServices(folder, target, CLOCK);
        Files.createDirectory(folder.resolve("backups"));
    }

    @Test
    void withoutACommandItServes() {
        assertThat(run()).isZero();
        assertThat(run("serve", "--env-file", "shop.env")).isZero();
        assertThat(run("--env-file=shop.env")).isZero();
        assertThat(services.calls).containsExactly("serve", "serve shop.env", "serve shop.env");
    }

    @Test
    void aMistypedCommandIsToldTheOneThatWasMeant() {
        assertThat(run("restroe", "x")).isEqualTo(2);
        assertThat(terminal.err())
                .matches("REQUEST_UNUSABLE: there is no command 'restroe'\n"
                        + "  remedy: Did you mean 'restore'\\? Use one of serve, list, inspect, restore, rollback, resume, history,"
                        + " cleanup(, [a-z]+)*\\.\n");
        assertThat(services.calls).isEmpty();
    }

    @Test
    void theWordHelpHelps() {
        assertThat(run("help")).isZero();
        assertThat(run("help", "restore")).isZero();
        assertThat(terminal.out()).contains("Usage: run-emergency.sh [-hV]", "Usage: run-emergency.sh restore");
    }

    @Test
    void aNameCannotCommandTheTerminal() throws Exception {
        Files.writeString(folder.resolve("backups/a\u001b[2Jb\u202e\nc.sql"), "create table a (b int);");
        assertThat(run("list")).isZero();
        assertThat(terminal.out()).contains("a?[2Jb??c.sql").doesNotContain("\u001b");
    }

    @Test
    void helpAndVersionNeedNoSettings() {
        assertThat(run("--help")).isZero();
        assertThat(run("restore", "--help")).isZero();
        assertThat(run("--version")).isZero();

        assertThat(services.calls).isEmpty();
        assertThat(terminal.err()).isEmpty();
        assertThat(terminal.out())
                .contains("Usage: run-emergency.sh [-hV] [--env-file=FILE] [--target=NAME] [--target-path=FILE]")
                .contains(
                        "--latest",
                        "--dry-run",
                        "--force",
                        "--override=REASON",
                        "--table=T",
                        "--schema-only",
                        "--create-roles-as-dumped",
                        "--passphrase-stdin",
                        "--key-stdin",
                        "Emergency Recovery Server (not packaged)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"restore --lastest", "restore a.sql b.sql", "list --before", "serve --latest"})
    void wrongUsageEndsWithTwoAndSaysWhereToLook(String arguments) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);
        assertThat(terminal.out()).isEmpty();
        assertThat(terminal.err())
                .startsWith("REQUEST_UNUSABLE: ")
                .containsPattern(
                        "remedy: Call 'run-emergency.sh( restore| list| serve)? --help' for what it understands\\.");
        assertThat(services.calls).isEmpty();
    }

    @Test
    void listsBackupsForADecision() throws Exception {
        backup("shop_20261120_060000.sql", "CREATE TABLE t (a int);\n", "2026-11-20T06:00:00Z");
        backup("picture.png", "\u0089PNG\r\n\u001a\n", "2026-11-18T06:00:00Z");

        assertThat(run("--list")).isZero();
        assertThat(terminal.err()).isEmpty();
        assertThat(terminal.out().lines().toList()).hasSize(3).satisfies(lines -> {
            assertThat(lines.get(0)).matches("NAME +AGE +SIZE +WHAT +RESTORABLE");
            assertThat(lines.get(1))
                    .matches("shop_20261120_060000\\.sql +\\S+ (hours|minutes|seconds) +24 bytes +.*SQL script.* yes");
            assertThat(lines.get(2)).matches("picture\\.png +2 days +8 bytes +not recognised +no: .+");
        });
    }

    @Test
    void listsBackupsAsTheDocumentOfTheHttpAnswer() throws Exception {
        backup("shop.sql", "CREATE TABLE t (a int);\n", "2026-11-20T06:00:00Z");

        assertThat(run("list", "--json")).isZero();
        JsonNode document = json();
        assertThat(document.path("success").asBoolean()).isTrue();
        assertThat(document.path("directory").asText())
                .isEqualTo(folder.resolve("backups").toString());
        assertThat(document.path("total").asInt()).isEqualTo(1);
        assertThat(document.path("backups").path(0).path("name").asText()).isEqualTo("shop.sql");
        assertThat(document.path("backups").path(0).path("modified").asText()).isEqualTo("2026-11-20T06:00:00Z");
        assertThat(document.path("backups").path(0).path("format").asText()).isEqualTo("sql");
        assertThat(document.path("backups").path(0).has("path")).isFalse();
    }

    @Test
    void anEmptyFolderAndAnEmptyHistoryAreNamed() {
        assertThat(run("list")).isZero();
        assertThat(run("history")).isZero();
        assertThat(terminal.out())
                .isEqualTo("There is no backup in '%s'.\nNothing has been restored from here yet.\n"
                        .formatted(folder.resolve("backups")));
    }

    @Test
    void settingsThatCannotBeUsedEndWithTwo() throws Exception {
        assertThat(run("restore", "--latest", "--force", "--json", "--env-file", "broken.env"))
                .isEqualTo(2);
        assertThat(terminal.err()).isEqualTo("""
                        SETTINGS_INVALID: DB_PORT is 'x', which is no port
                          remedy: Set DB_PORT to a number from 1 to 65535.
                        The live database was not touched.
                        """);
        assertThat(json().toString())
                .isEqualTo(
                        "{\"success\":false,\"error\":\"DB_PORT is 'x', which is no port\",\"code\":\"SETTINGS_INVALID\","
                                + "\"details\":{\"remedies\":[\"Set DB_PORT to a number from 1 to 65535.\"],"
                                + "\"liveDatabase\":\"The live database was not touched.\"}}");
    }

    @Test
    void withoutATerminalItNeedsANameAndForceInsteadOfAnswers() {
        assertThat(run("restore")).isEqualTo(2);
        assertThat(terminal.err())
                .startsWith("REQUEST_UNUSABLE: no backup is named, and there is no terminal to ask on\n"
                        + "  remedy: Name a backup, as in 'restore shop.sql.gz --force'");

        terminal = Terminal.pipes();
        assertThat(run("restore", "shop.sql")).isEqualTo(2);
        assertThat(terminal.err()).isEqualTo("""
                        CONFIRMATION_MISSING: the target has to be confirmed, and there is no terminal to ask on
                          remedy: Add --force to restore without being asked.
                        The live database was not touched.
                        """);

        terminal = Terminal.pipes();
        assertThat(run("rollback")).isEqualTo(2);
        assertThat(terminal.err()).contains("remedy: Add --force to roll back without being asked.");
        assertThat(services.calls).isEmpty();
    }

    @Test
    void namesThatDoNotExistAreTold() {
        assertThat(run("restore", "gone.sql", "--force")).isEqualTo(1);
        assertThat(terminal.err())
                .startsWith("BACKUP_NOT_FOUND: ")
                .endsWith("'shop' is unchanged; nothing was renamed.\n");

        terminal = Terminal.pipes();
        assertThat(run("restore", "/nowhere/gone.sql", "--force")).isEqualTo(1);
        assertThat(terminal.err()).startsWith("BACKUP_NOT_FOUND: there is no file '/nowhere/gone.sql'\n");

        terminal = Terminal.pipes();
        assertThat(run("restore", "--latest", "--force")).isEqualTo(1);
        assertThat(terminal.err())
                .contains("BACKUP_NOT_FOUND: there is no backup in '%s'\n".formatted(folder.resolve("backups")));
        assertThat(target.operations).isEmpty();
    }

    @Test
    void twoBackupsAndAnOverrideWithoutAReasonAreRefused() {
        assertThat(run("restore", "shop.sql", "--latest", "--force")).isEqualTo(2);
        assertThat(terminal.err()).startsWith("REQUEST_UNUSABLE: --latest and 'shop.sql' name two backups\n");

        terminal = Terminal.pipes();
        assertThat(run("restore", "shop.sql", "--force", "--override", " ")).isEqualTo(2);
        assertThat(terminal.err()).startsWith("REQUEST_UNUSABLE: --override has no reason\n");
    }

    @Test
    void rollbackSaysThatThereIsNothingToRollBack() {
        assertThat(run("rollback", "--force")).isEqualTo(1);
        assertThat(terminal.out()).isEqualTo("Target: PostgreSQL database 'shop' on nowhere:5432\n");
        assertThat(terminal.err())
                .startsWith("NOTHING_TO_ROLL_BACK: 'shop' has not been restored from here yet\n")
                .endsWith("'shop' is unchanged; nothing was renamed.\n");
    }

    @Test
    void cleanupRemovesWhatBrokenRestoresLeftAndNothingElse() throws Exception {
        target.databases.put("shop_restoring_20260101_000000", "half of it");
        target.databases.put("shop_before_20260101000000", "precious");

        assertThat(run("--force-cleanup")).isZero();
        assertThat(terminal.out())
                .endsWith("Deleted 'shop_restoring_20260101_000000', which a broken restore had left.\n");
        assertThat(target.databases).containsOnlyKeys("shop", "shop_before_20260101000000");

        terminal = Terminal.pipes();
        assertThat(run("cleanup", "--json")).isZero();
        assertThat(json().toString()).isEqualTo("{\"success\":true,\"removed\":[]}");
    }

    @Test
    void aBugSaysThatItIsOne() {
        target.listener(operation -> {
            throw new IllegalStateException("the fake is broken");
        });
        assertThat(run("cleanup")).isEqualTo(1);
        assertThat(terminal.err())
                .contains("BUG: this program has a bug: java.lang.IllegalStateException: the fake is broken\n")
                .contains("send recovery.log of the log folder");
    }

    private void backup(String name, String text, String modified) throws Exception {
        Path file = Files.writeString(
                folder.resolve("backups").resolve(name), text, java.nio.charset.StandardCharsets.ISO_8859_1);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse(modified)));
    }

    private int run(String... arguments) {
        ObjectMapper mapper = ReportJson.configure(new ObjectMapper());
        return new RecoveryCli(services, () -> mapper, terminal.screen(), CLOCK).run(arguments);
    }

    private JsonNode json() throws Exception {
        return new ObjectMapper().readTree(terminal.out());
    }
}
