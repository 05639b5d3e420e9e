package recovery.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.target.sqlite.SqliteTarget;
import recovery.report.ReportJson;

/** The whole way of a restore from the terminal, on a real SQLite file. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RestoreCommandTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-20T08:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path folder;

    private Path live;
    private Path backups;
    private Terminal terminal = Terminal.pipes();
    private FakeServices services;

    @BeforeEach
    void makeALiveFileAndABackup() throws Exception {
        folder = folder.toRealPath();
        live = folder.resolve("live.db");
        backups = Files.createDirectory(folder.resolve("backups"));
        database(live, "live");
        database(folder.resolve("other.db"), "restored");
        gzip(folder.resolve("other.db"), backups.resolve("shop_20261119_080000.db.gz"));
        services = new FakeServices(folder, new SqliteTarget(live), CLOCK);
    }

    @Test
    void restoresTheLatestBackupAndPutsThePreviousDataBack() throws Exception {
        assertThat(run("--latest", "--force")).as(terminal.err()).isZero();
        assertThat(terminal.err()).isEmpty();
        assertThat(terminal.out())
                .startsWith("Target: SQLite file '%s'".formatted(live))
                .contains("Restoring 'shop_20261119_080000.db.gz'.\n")
                .contains("'live.db' holds the restored data; what it held before is kept as 'live")
                .contains("Verification passed: ")
                .contains("To undo: ");
        assertThat(word(live)).isEqualTo("restored");

        terminal = Terminal.pipes();
        assertThat(run("rollback", "--force")).as(terminal.err()).isZero();
        assertThat(terminal.out())
                .contains("'live.db' holds again what it held before; the restored data is kept as 'live");
        assertThat(word(live)).isEqualTo("live");

        terminal = Terminal.pipes();
        assertThat(run("history")).isZero();
        assertThat(terminal.out().lines().toList()).hasSize(3);
        assertThat(terminal.out()).containsPattern("rollback +done").containsPattern("restore +done");
        assertThat(services.recorded)
                .hasSize(2)
                .allMatch(report -> report.door().equals("terminal"));
    }

    @Test
    void printsOneDocumentAndEverythingElseOnStandardError() throws Exception {
        assertThat(run("restore", "--latest", "--force", "--json"))
                .as(terminal.err())
                .isZero();

        JsonNode document = new ObjectMapper().readTree(terminal.out());
        assertThat(document.path("success").asBoolean()).isTrue();
        assertThat(document.path("backup").asText()).isEqualTo("shop_20261119_080000.db.gz");
        assertThat(document.path("verification").path("status").asText()).isEqualTo("passed");
        assertThat(document.path("rollback").path("available").asBoolean()).isTrue();
        assertThat(document.path("liveDatabase").asText()).startsWith("'live.db' holds the restored data; ");
        assertThat(terminal.out()).doesNotContain(backups.toString());
        assertThat(terminal.err())
                .contains("Target: SQLite file")
                .contains(document.path("liveDatabase").asText());
    }

    @Test
    void aDryRunShowsThePlanAndWritesNothing() throws Exception {
        byte[] before = Files.readAllBytes(live);
        assertThat(run("restore", "shop_20261119_080000.db.gz", "--dry-run"))
                .as(terminal.err())
                .isZero();

        assertThat(terminal.out())
                .contains("The plan\n")
                .contains("What will be done\n")
                .contains("Dry run of 'shop_20261119_080000.db.gz' into SQLite file '%s': done.".formatted(live))
                .contains("'live.db' is unchanged; this was a dry run.");
        assertThat(live).hasBinaryContent(before);
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .allMatch(name -> !name.contains("restoring") && !name.contains("before"));
        }
    }

    @Test
    void restoresAFileByItsPath() throws Exception {
        Path stick = Files.createDirectory(folder.resolve("usb stick"));
        Files.move(backups.resolve("shop_20261119_080000.db.gz"), stick.resolve("copy.db.gz"));
        Files.createSymbolicLink(folder.resolve("link.db.gz"), stick.resolve("copy.db.gz"));

        assertThat(run(folder.resolve("link.db.gz").toString(), "--force"))
                .as(terminal.err())
                .isZero();
        assertThat(services.calls).containsExactly("openFor " + stick);
        assertThat(word(live)).isEqualTo("restored");
    }

    @Test
    void aFolderIsTakenByItsPathIfPgDumpWroteIt() throws Exception {
        Path stick = Files.createDirectory(folder.resolve("stick"));
        Path archive = Files.createDirectory(stick.resolve("shop.d"));
        Files.writeString(archive.resolve("toc.dat"), "PGDMP and no more");
        Files.writeString(stick.resolve(".hidden.sql"), "CREATE TABLE t (a int);");

        assertThat(run(archive + "/", "--force")).isEqualTo(1);
        assertThat(services.calls).containsExactly("openFor " + stick);
        assertThat(terminal.err()).contains("BACKUP_OTHER_ENGINE: 'shop.d' is a backup of PostgreSQL");

        terminal = Terminal.pipes();
        assertThat(run(stick.toString(), "--force")).isEqualTo(1);
        assertThat(terminal.err())
                .startsWith("BACKUP_NOT_FOUND: '%s' is a folder that pg_dump did not write: no 'toc.dat' lies in it\n"
                        .formatted(stick));

        terminal = Terminal.pipes();
        assertThat(run(stick.resolve(".hidden.sql").toString(), "--force")).isEqualTo(1);
        assertThat(terminal.err())
                .startsWith("BACKUP_NOT_FOUND: '%s' has a name under which no backup is looked for\n"
                        .formatted(stick.resolve(".hidden.sql")));
    }

    @Test
    void theMenuShowsBackupsThePlanAndAsksForTheNameOfTheTarget() throws Exception {
        backup("picture.png", "no backup", "2026-11-20T07:00:00Z");
        terminal = Terminal.where("x\n7\n1\n2\nshop\nlive.db\n");

        assertThat(run("restore")).as(terminal.out() + terminal.err()).isZero();
        assertThat(terminal.out())
                .containsPattern(" 1\\)  picture\\.png +60 minutes old .*not restorable: ")
                .containsPattern(" 2\\)  shop_20261119_080000\\.db\\.gz +\\d+ hours old .*SQLite database file, gzip\n")
                .contains("Please type a number from 1 to 2.\n")
                .contains("'picture.png' cannot be restored: ")
                .contains("The plan\n")
                .contains("Type live.db to restore into it, or 'q' to leave: That is not 'live.db'.\n")
                .contains("'live.db' holds the restored data; ");
        assertThat(word(live)).isEqualTo("restored");
    }

    @Test
    void theMenuShowsNoBackupsOfOtherDatabases() throws Exception {
        backup(
                "other.sql",
                "--\n-- PostgreSQL database dump\n--\nSET statement_timeout = 0;\n",
                "2026-11-20T07:00:00Z");
        terminal = Terminal.where("q\n");
        assertThat(run("restore")).isEqualTo(130);
        assertThat(terminal.out())
                .containsPattern(" 1\\)  shop_20261119_080000\\.db\\.gz")
                .doesNotContain("other.sql");

        terminal = Terminal.pipes();
        assertThat(run("list")).isZero();
        assertThat(terminal.out()).contains("other.sql");
    }

    @Test
    void leavingTheMenuOrTheQuestionChangesNothing() throws Exception {
        byte[] before = Files.readAllBytes(live);
        for (String typed : new String[] {"q\n", "1\nq\n", "1\n", ""}) {
            terminal = Terminal.where(typed);
            assertThat(run("restore")).isEqualTo(130);
            assertThat(terminal.err())
                    .startsWith("CANCELLED: nothing was restored\n")
                    .endsWith("'live.db' is unchanged; nothing was renamed.\n");
        }
        terminal = Terminal.where("1\nno\nshop\nlive\n");
        assertThat(run("restore")).isEqualTo(2);
        assertThat(terminal.err()).startsWith("CONFIRMATION_MISSING: 'live.db' was not confirmed\n");
        assertThat(live).hasBinaryContent(before);
        assertThat(services.recorded).isEmpty();
    }

    @Test
    void latestPassesOverWhatWouldNotBringTheDatabaseBackAndSaysSo() throws Exception {
        backup("newest.db.gz.part", "half", "2026-11-20T07:59:00Z");
        backup("picture.png", "no backup", "2026-11-20T07:00:00Z");

        assertThat(run("restore", "--latest", "--force")).as(terminal.err()).isZero();
        assertThat(terminal.err())
                .contains("Passed over 'newest.db.gz.part': ")
                .contains("Passed over 'picture.png': ");
        assertThat(word(live)).isEqualTo("restored");
    }

    @Test
    void latestTakesASafetyCopyOnlyIfThereIsNothingElse() throws Exception {
        Path good = backups.resolve("shop_20261119_080000.db.gz");
        Path safety = Files.copy(good, backups.resolve("safety_live.db_20261120_075500.db.gz"));

        assertThat(run("restore", "--latest", "--force")).as(terminal.err()).isZero();
        assertThat(terminal.err())
                .contains(
                        "Passed over 'safety_live.db_20261120_075500.db.gz': it is a safety copy of the live database.");
        assertThat(terminal.out()).contains("Restore of 'shop_20261119_080000.db.gz' ");

        Files.delete(good);
        terminal = Terminal.where("");
        assertThat(run("restore", "--latest", "--force")).as(terminal.err()).isZero();
        assertThat(terminal.out()).contains("Restore of '" + safety.getFileName() + "' ");
    }

    @Test
    void aTruncatedBackupIsRefusedWithItsRemedyAndTheSentenceOnTheLiveDatabase() throws Exception {
        byte[] whole = Files.readAllBytes(backups.resolve("shop_20261119_080000.db.gz"));
        Files.write(backups.resolve("cut.db.gz"), java.util.Arrays.copyOf(whole, whole.length - 100));
        byte[] before = Files.readAllBytes(live);

        assertThat(run("restore", "cut.db.gz", "--force")).isEqualTo(1);
        assertThat(terminal.out())
                .contains("Restore of 'cut.db.gz' into SQLite file '%s': failed.\n".formatted(live))
                .contains("'live.db' is unchanged; nothing was renamed.\n");
        assertThat(terminal.err()).startsWith("DUMP_TRUNCATED: ").contains("\n  remedy: ");
        assertThat(live).hasBinaryContent(before);
        assertThat(services.recorded).hasSize(1);
    }

    @Test
    void inspectsABackupWithoutADatabase() throws Exception {
        assertThat(run("inspect", "shop_20261119_080000.db.gz"))
                .as(terminal.err())
                .isZero();
        assertThat(terminal.out())
                .containsPattern("format +SQLite database file")
                .containsPattern("word +1");

        terminal = Terminal.pipes();
        assertThat(run("inspect", "shop_20261119_080000.db.gz", "--json")).isZero();
        JsonNode document = new ObjectMapper().readTree(terminal.out());
        assertThat(document.path("success").asBoolean()).isTrue();
        assertThat(document.path("backup").asText()).isEqualTo("shop_20261119_080000.db.gz");
        assertThat(document.path("tables").size()).isEqualTo(1);
    }

    @Test
    void coloursOnlyWhereTheyAreWanted() {
        terminal = Terminal.withColour("");
        assertThat(run("restore", "--latest", "--force")).as(terminal.err()).isZero();
        assertThat(terminal.out()).contains("\u001b[1m", "\u001b[1;32m");

        terminal = Terminal.where("");
        assertThat(run("rollback", "--force")).as(terminal.err()).isZero();
        assertThat(terminal.out()).doesNotContain("\u001b");
    }

    private int run(String... arguments) {
        ObjectMapper mapper = ReportJson.configure(new ObjectMapper());
        return new RecoveryCli(services, () -> mapper, terminal.screen(), CLOCK).run(arguments);
    }

    private void backup(String name, String text, String modified) throws IOException {
        Path file = Files.writeString(backups.resolve(name), text, UTF_8);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse(modified)));
    }

    private static void database(Path file, String word) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("create table word (w text not null)");
            statement.executeUpdate("insert into word values ('%s')".formatted(word));
        }
    }

    private static String word(Path file) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select w from word")) {
            return rows.getString(1);
        }
    }

    private static void gzip(Path from, Path to) throws IOException {
        try (InputStream in = Files.newInputStream(from);
                OutputStream out = new GZIPOutputStream(Files.newOutputStream(to))) {
            in.transferTo(out);
        }
    }
}
