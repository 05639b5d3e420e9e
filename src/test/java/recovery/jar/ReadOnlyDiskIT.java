package recovery.jar;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.harness.JarProcess.Result;
import recovery.harness.SmallDisk;

/** File systems that became read-only, as they do when their disk breaks. What need not be written blocks no rescue. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReadOnlyDiskIT {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final int RESTORED = 9;

    @TempDir
    Path folder;

    @Test
    void withTheBackupsAndTheLogsARestoreWorksAndUploadsAreRefused() throws Exception {
        CustomersFile live = new CustomersFile(folder);
        Site site = new Site(folder, live.settings());
        try (SmallDisk backups = SmallDisk.at(site.backups(), 100 * 1024);
                SmallDisk logs = SmallDisk.at(folder.resolve("logs"), 64)) {
            site.backup("shop.sql", CustomersFile.script(RESTORED));
            backups.readOnly();
            logs.readOnly();
            Result result = site.run("restore", "shop.sql", "--force");
            assertThat(result.exitCode()).as(result.err()).isZero();
            assertThat(result.err()).contains("LOG_DIR '", "' cannot be written (Read-only file system);");
            assertThat(live.rows()).hasSize(RESTORED);
            assertThat(Site.names(site.data())).anyMatch(name -> name.matches("restore_.*\\.json"));

            try (Site.Server server = site.serve()) {
                HttpResponse<String> upload = CLIENT.send(
                        HttpRequest.newBuilder(server.at("/backups"))
                                .header("Content-Type", "multipart/form-data; boundary=XX")
                                .POST(BodyPublishers.ofString("--XX\r\nContent-Disposition: form-data; name=\"f\";"
                                        + " filename=\"a.sql\"\r\n\r\nabc\r\n--XX--\r\n"))
                                .build(),
                        BodyHandlers.ofString());
                assertThat(Site.parsed(upload.body()).path("error").asText())
                        .isEqualTo("'a.sql' cannot be written into the backup directory: Read-only file system");
                assertThat(Site.parsed(upload.body()).path("code").asText()).isEqualTo("FILE_NOT_ACCESSIBLE");
                HttpResponse<String> restore = CLIENT.send(
                        HttpRequest.newBuilder(server.at("/emergency-restore"))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString("{\"backup\":\"shop.sql\"}"))
                                .build(),
                        BodyHandlers.ofString());
                assertThat(restore.statusCode()).as(restore.body()).isEqualTo(200);
            }
        }
    }

    @Test
    void withTheStateNothingIsBegunAndAnotherFolderHelps() throws Exception {
        CustomersFile live = new CustomersFile(folder);
        byte[] before = Files.readAllBytes(live.file());
        Site site = new Site(folder, live.settings()).backup("shop.sql", CustomersFile.script(RESTORED));
        try (SmallDisk state = SmallDisk.at(folder.resolve("data"), 64)) {
            state.readOnly();
            Result result = site.run("restore", "shop.sql", "--force");
            assertThat(result.exitCode()).as(result.err()).isIn(1, 2);
            assertThat(result.err()).contains("FILE_NOT_ACCESSIBLE: ", "Read-only file system", "STATE_DIR");
            assertThat(Files.readAllBytes(live.file())).isEqualTo(before);
            assertThat(live.folder()).containsExactly("shop.db");
            site.with("STATE_DIR", "other").json("restore", "shop.sql", "--force");
            assertThat(live.rows()).hasSize(RESTORED);
        }
    }

    @Test
    void withTheLiveFileTheRestoreIsRefused() throws Exception {
        try (SmallDisk disk = SmallDisk.at(folder.resolve("small"), 1024)) {
            CustomersFile live = new CustomersFile(disk.place());
            byte[] before = Files.readAllBytes(live.file());
            Site site = new Site(folder, live.settings()).backup("shop.sql", CustomersFile.script(RESTORED));
            disk.readOnly();
            Result result = site.run("restore", "shop.sql", "--force");
            assertThat(result.exitCode()).as(result.out()).isEqualTo(1);
            assertThat(result.err()).contains("Read-only file system").contains("  remedy: ");
            assertThat(result.out()).contains("'shop.db' is unchanged; nothing was renamed.");
            assertThat(Files.readAllBytes(live.file())).isEqualTo(before);

            disk.writable();
            site.json("restore", "shop.sql", "--force");
            assertThat(live.rows()).hasSize(RESTORED);
        }
    }
}
