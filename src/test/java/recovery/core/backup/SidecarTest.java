package recovery.core.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.layer.Layers;

class SidecarTest {
    private static final String HEX = "99e085db3112768703d94180395dcad2a1128440c6a1bbfd145d05241be1ca7c";
    private static final String OTHER = "0000000000000000000000000000000000000000000000000000000000000000";

    @TempDir
    Path directory;

    @Test
    void readsTheMetadataOfAVolumeBackup() throws IOException {
        write("asset-data.tar.gz.meta", """
                Backup Date: 2024-12-18T02:00:00+00:00
                Database Type: SQLite
                Database Size: 1.1M
                Container: asset-registration-backend
                Version: v1.4.2
                """);

        Backup backup = only("asset-data.tar.gz");

        assertThat(backup.metadata())
                .isEqualTo(Map.of(
                        "Backup Date", "2024-12-18T02:00:00+00:00",
                        "Database Type", "SQLite",
                        "Database Size", "1.1M",
                        "Container", "asset-registration-backend",
                        "Version", "v1.4.2"));
        assertThat(backup.taken()).isEqualTo("2024-12-18T02:00:00Z");
    }

    @Test
    void readsJsonBesideTheNameAndTheStem() throws IOException {
        write("shop.sql.gz.json", "{\"database\": {\"name\": \"shop\"}, \"createdAt\": \"2024-12-18T02:00:00Z\"}");
        write("shop.json", "{\"sha256\": \"" + HEX.toUpperCase(Locale.ROOT) + "\", \"contents\": \"schema-only\"}");

        Backup backup = only("shop.sql.gz");

        assertThat(backup.metadata()).containsEntry("database.name", "shop").containsEntry("contents", "schema-only");
        assertThat(backup.taken()).isEqualTo("2024-12-18T02:00:00Z");
        assertThat(backup.sha256()).contains(HEX);
        assertThat(backup.contents()).isEqualTo(Contents.SCHEMA);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                HEX,
                HEX + "\n",
                HEX + "  shop.sql.gz\n",
                HEX + " */backups/shop.sql.gz\n",
                HEX + "  renamed-before.sql.gz\n",
                "SHA256 (shop.sql.gz) = " + HEX + "\n",
                OTHER + "  other.sql.gz\n" + HEX + "  shop.sql.gz\n"
            })
    void readsChecksumsAsTheToolsWriteThem(String text) throws IOException {
        write("shop.sql.gz.sha256", text);
        assertThat(only("shop.sql.gz").sha256()).contains(HEX);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", HEX + "0", OTHER + "  a.sql\n" + HEX + "  b.sql\n"})
    void saysThatAChecksumIsUnreadable(String text) throws IOException {
        write("shop.sql.gz.sha256", text);
        Backup backup = only("shop.sql.gz");

        assertThat(backup.sha256()).isEmpty();
        assertThat(backup.metadata().get("sidecar")).startsWith("unreadable: shop.sql.gz.sha256: no");
    }

    @Test
    void saysThatJsonIsMalformedOrTooLarge() throws IOException {
        write("shop.sql.gz.json", "{\"a\": ");
        assertThat(only("shop.sql.gz").metadata())
                .isEqualTo(Map.of("sidecar", "unreadable: shop.sql.gz.json: the JSON ends too early"));

        write("shop.sql.gz.json", "{\"a\": \"" + "x".repeat(70_000) + "\"}");
        assertThat(only("shop.sql.gz").metadata())
                .isEqualTo(Map.of("sidecar", "unreadable: shop.sql.gz.json: larger than 64 KB"));
    }

    @Test
    void doesNotTakeTheChecksumOfAnotherBackup() throws IOException {
        write("shop.sql.gz", "");
        write("shop.db", "");
        write("shop.json", "{\"sha256\": \"" + HEX + "\"}");
        assertThat(catalogue().find("shop.sql.gz").sha256()).isEmpty();
        assertThat(catalogue().find("shop.db").sha256()).isEmpty();

        write("shop.json", "{\"file\": \"/var/shop.db\", \"sha256\": \"" + HEX + "\"}");
        assertThat(catalogue().find("shop.sql.gz").sha256()).isEmpty();
        assertThat(catalogue().find("shop.db").sha256()).contains(HEX);
        assertThat(catalogue().find("shop.db").metadata()).containsEntry("file", "/var/shop.db");
    }

    @Test
    void listsAFileThatLiesBesideNothing() throws IOException {
        write("lonely.json", "{}");
        write("lonely.sql.sha256", HEX);

        assertThat(catalogue().list())
                .extracting(Backup::name)
                .containsExactlyInAnyOrder("lonely.json", "lonely.sql.sha256");
    }

    @Test
    void doesNotFollowALinkToASidecar() throws IOException {
        write("secret", "{\"key\": \"hunter2\"}");
        Files.createSymbolicLink(directory.resolve("shop.sql.json"), directory.resolve("secret"));
        write("shop.sql", "SELECT 1;");

        assertThat(catalogue().find("shop.sql").metadata()).isEmpty();
    }

    private BackupCatalogue catalogue() {
        return new BackupCatalogue(directory, Layers::behind, Clock.system(ZoneOffset.UTC));
    }

    /** The only backup that is listed; it is made old so that its file time is not taken for the backup's. */
    private Backup only(String name) throws IOException {
        write(name, "nothing");
        Files.setLastModifiedTime(directory.resolve(name), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        assertThat(catalogue().list()).extracting(Backup::name).containsExactly(name);
        return catalogue().find(name);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }
}
