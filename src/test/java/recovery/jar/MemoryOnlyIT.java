package recovery.jar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.harness.JarProcess;
import recovery.harness.JarProcess.Result;
import recovery.harness.SystemCalls;
import recovery.harness.SystemCalls.Call;

/** What the finished jar writes while it decrypts, call by call: nothing decrypted but the restored file, and no secret. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MemoryOnlyIT {
    private static final String PASSPHRASE = "sample passphrase";
    private static final String DATABASE_KEY = "correct horse battery";

    /** Stands in both databases once they are decrypted. */
    private static final String PLAINTEXT = "CREATE TABLE tickets";

    @TempDir
    Path folder;

    private Path live;
    private Site site;

    @BeforeEach
    void makeSite() throws Exception {
        live = Files.createDirectory(folder.resolve("live")).resolve("shop.db");
        site = new Site(folder, Map.of());
        site.backups();
    }

    private void settings(String... lines) throws IOException {
        Path settings = Files.writeString(folder.resolve(".env.recovery"), String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-------"));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = MemoryOnlyIT.class.getResourceAsStream("/backups/" + name)) {
            return in.readAllBytes();
        }
    }

    private List<Call> recorded(String typed, String... arguments) {
        Path trace = folder.resolve("trace");
        try (JarProcess running =
                site.program().within(SystemCalls.recordingInto(trace)).startTyping(typed, arguments)) {
            Result result = running.await(Site.LIMIT.multipliedBy(2));
            assertThat(result.exitCode()).as(result.err()).isZero();
            assertThat(result.out() + result.err()).doesNotContain(PASSPHRASE, DATABASE_KEY, PLAINTEXT);
        }
        return SystemCalls.read(trace);
    }

    /** Paths of files into which {@code text} was written in one call. */
    private static List<String> writtenTo(List<Call> calls, String text) {
        return calls.stream()
                .filter(call -> call.name().contains("write"))
                .filter(call -> call.texts().stream().anyMatch(bytes -> new String(bytes, ISO_8859_1).contains(text)))
                .map(Call::path)
                .distinct()
                .toList();
    }

    private void noFileHolds(String... secrets) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(each -> !each.endsWith("trace") && !each.endsWith(".env.recovery"))
                    .toList()) {
                assertThat(Files.readString(file, ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(secrets);
            }
        }
    }

    @Test
    void aFileOutOfOpenPgpIsWrittenNowhereButBesideTheLiveOne() throws Exception {
        settings("SQLITE_PATH=" + live);
        Files.write(site.backups().resolve("shop.db.gz.gpg"), resource("openpgp/shop.db.gz.gpg"));
        String key = new String(resource("openpgp/sample-private-key.asc"), UTF_8);
        List<Call> calls = recorded(
                PASSPHRASE + "\n" + key, "restore", "shop.db.gz.gpg", "--force", "--passphrase-stdin", "--key-stdin");

        assertThat(Files.readString(live, ISO_8859_1)).contains(PLAINTEXT);
        assertThat(writtenTo(calls, PLAINTEXT)).isNotEmpty().allMatch(path -> path.startsWith(live + "_restoring_"));
        assertThat(calls.stream()
                        .filter(call -> call.name().equals("openat"))
                        .filter(call -> call.path().startsWith(live + "_restoring_"))
                        .filter(call -> String.join(" ", call.rest()).contains("O_CREAT"))
                        .map(call -> call.rest().get(call.rest().size() - 1)))
                .isNotEmpty()
                .allMatch("0600"::equals);
        assertThat(writtenTo(calls, PASSPHRASE)).isEmpty();
        assertThat(writtenTo(calls, "PRIVATE KEY")).isEmpty();
        noFileHolds(PASSPHRASE, "PRIVATE KEY");
    }

    @Test
    void anEncryptedDatabaseIsNeverWrittenDecrypted() throws Exception {
        settings("SQLITE_PATH=" + live, "DB_KEY='" + DATABASE_KEY + "'");
        Files.write(site.backups().resolve("shop-sqlcipher.db.gz"), resource("shop-sqlcipher.db.gz"));
        List<Call> calls = recorded("", "restore", "--latest", "--force");

        assertThat(live).isNotEmptyFile();
        assertThat(writtenTo(calls, PLAINTEXT)).isEmpty();
        assertThat(writtenTo(calls, DATABASE_KEY)).isEmpty();
        noFileHolds(DATABASE_KEY, PLAINTEXT);
        try (Site.Server server = site.serve()) {
            Path process = Path.of("/proc", "" + server.process().pid());
            assertThat(Files.readString(process.resolve("cmdline"), ISO_8859_1)).doesNotContain(DATABASE_KEY);
            assertThat(Files.readString(process.resolve("environ"), ISO_8859_1)).doesNotContain(DATABASE_KEY);
        }
    }

    @Test
    void theKeyComesByStandardInputBehindThePassphrase() throws Exception {
        settings("SQLITE_PATH=" + live);
        Files.write(site.backups().resolve("shop-sqlcipher.db.gz"), resource("shop-sqlcipher.db.gz"));
        Result passedOver = site.run("restore", "--latest", "--force");
        assertThat(passedOver.exitCode()).isNotZero();
        assertThat(passedOver.err())
                .contains(
                        "Passed over 'shop-sqlcipher.db.gz': it may be an encrypted SQLite database, and DB_KEY is not set or does not open it.");
        List<Call> calls = recorded(
                "unused\n" + DATABASE_KEY + "\n",
                "restore",
                "shop-sqlcipher.db.gz",
                "--force",
                "--passphrase-stdin",
                "--db-key-stdin");

        assertThat(live).isNotEmptyFile();
        assertThat(writtenTo(calls, PLAINTEXT)).isEmpty();
        assertThat(writtenTo(calls, DATABASE_KEY)).isEmpty();
        noFileHolds(DATABASE_KEY, PLAINTEXT);
    }
}
