package recovery.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.target.sqlite.SqliteTarget;
import recovery.harness.RestoreBench;
import recovery.report.ReportJson;

/** An encrypted SQLite file restored from the terminal, with what opens it typed or sent. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EncryptedBackupTest {
    private static final String PASSPHRASE = "sample passphrase";
    private static final String BACKUP = "shop.db.gz.gpg";

    @TempDir
    Path folder;

    private Path live;
    private Path keyFile;
    private String key;
    private Terminal terminal = Terminal.pipes();
    private FakeServices services;

    @BeforeEach
    void makeAnEncryptedBackup() throws Exception {
        folder = folder.toRealPath();
        live = Files.writeString(folder.resolve("live.db"), "");
        Files.createDirectory(folder.resolve("backups"));
        copy(BACKUP, folder.resolve("backups").resolve(BACKUP));
        keyFile = copy("sample-private-key.asc", folder.resolve("key.asc"));
        key = Files.readString(keyFile);
        services = new FakeServices(
                folder, new SqliteTarget(live), Clock.fixed(Instant.parse("2026-11-20T08:00:00Z"), ZoneOffset.UTC));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void standardInputBringsPassphraseAndKey(boolean armored) {
        String sent = armored ? key : Base64.getEncoder().encodeToString(key.getBytes(UTF_8)) + "\n";
        terminal = Terminal.sending(PASSPHRASE + "\r\n" + sent);

        assertThat(run("restore", BACKUP, "--force", "--passphrase-stdin", "--key-stdin"))
                .as(terminal.err())
                .isZero();
        assertThat(live).isNotEmptyFile();
        assertThat(terminal.out() + terminal.err()).doesNotContain(PASSPHRASE, "PGP PRIVATE");
    }

    @Test
    void theTerminalSaysWhatItNeedsAndShowsNoPassphrase() {
        terminal = Terminal.where(keyFile + "\nlive.db\n", PASSPHRASE);

        assertThat(run("restore", BACKUP)).as(terminal.err()).isZero();
        assertThat(terminal.err())
                .containsPattern(
                        "'shop.db.gz.gpg' is encrypted for the private key [0-9A-F]{16}, and none was given\\.\n")
                .contains("File of the private key (leave it empty if a passphrase is enough): ")
                .endsWith("Passphrase (not shown): ");
        assertThat(terminal.out()).contains("'live.db' holds the restored data");
        assertThat(terminal.out() + terminal.err()).doesNotContain(PASSPHRASE, "PGP PRIVATE");
    }

    @Test
    void aWrongPassphraseIsToldAndChangesNothing() {
        terminal = Terminal.sending("wrong\n" + key);
        assertThat(run("restore", BACKUP, "--force", "--passphrase-stdin", "--key-stdin"))
                .isEqualTo(1);
        assertThat(terminal.err()).startsWith("SECRET_WRONG: the passphrase that was given does not unlock ");
        assertThat(live).isEmptyFile();

        terminal = Terminal.where("", "");
        assertThat(run("restore", BACKUP)).isEqualTo(130);
        terminal = Terminal.where(folder.resolve("nothing") + "\n", PASSPHRASE);
        assertThat(run("restore", BACKUP)).isEqualTo(1);
        assertThat(terminal.err()).contains("FILE_NOT_ACCESSIBLE: the private key '" + folder.resolve("nothing"));
    }

    @Test
    void withoutATerminalItNamesTheTwoOptions() {
        assertThat(run("restore", BACKUP, "--force")).isEqualTo(2);
        assertThat(terminal.err())
                .startsWith("SECRET_MISSING: 'shop.db.gz.gpg' is encrypted for the private key ")
                .contains(", and none was given, and there is no terminal to ask on\n")
                .contains("add --passphrase-stdin.")
                .contains("add --key-stdin.")
                .endsWith("'live.db' is unchanged; nothing was renamed.\n");
        assertThat(services.recorded).isEmpty();
    }

    @Test
    void standardInputThatHoldsNoSecretIsUsage() {
        terminal = Terminal.sending("\n" + key);
        assertThat(run("inspect", BACKUP, "--passphrase-stdin", "--key-stdin")).isEqualTo(2);
        assertThat(terminal.err())
                .startsWith("REQUEST_UNUSABLE: the first line of standard input, the passphrase, is empty\n");

        terminal = Terminal.sending(PASSPHRASE + "\n");
        assertThat(run("inspect", BACKUP, "--passphrase-stdin", "--key-stdin")).isEqualTo(2);
        assertThat(terminal.err()).startsWith("REQUEST_UNUSABLE: standard input holds no private key\n");

        terminal = Terminal.where("");
        assertThat(run("restore", BACKUP, "--force", "--key-stdin")).isEqualTo(2);
        assertThat(terminal.err())
                .startsWith("REQUEST_UNUSABLE: --key-stdin needs standard input, and that is this terminal\n");
    }

    @Test
    void theKeyOfAnEncryptedDatabaseIsTheLineBehindThePassphrase() throws Exception {
        String name = "shop-sqlcipher.db.gz";
        Files.write(folder.resolve("backups").resolve(name), RestoreBench.sample(name));
        terminal = Terminal.sending("correct horse battery\r\n");
        assertThat(run("inspect", name, "--db-key-stdin")).as(terminal.err()).isZero();
        assertThat(terminal.out())
                .contains("tickets", "SQLCipher 4, pages of 4096 bytes")
                .containsPattern("whole +yes, it proved its end");

        terminal = Terminal.sending("unused\ncorrect horse battery\n");
        assertThat(run("restore", name, "--force", "--passphrase-stdin", "--db-key-stdin"))
                .as(terminal.err())
                .isZero();
        assertThat(live).isNotEmptyFile();
        assertThat(terminal.out() + terminal.err()).doesNotContain("correct horse battery");

        terminal = Terminal.sending("\n");
        assertThat(run("inspect", name, "--db-key-stdin")).isEqualTo(2);
        assertThat(terminal.err())
                .startsWith("REQUEST_UNUSABLE: the line of standard input for the key of the database is empty\n");

        terminal = Terminal.where("", "correct horse battery");
        assertThat(run("inspect", name)).as(terminal.err()).isZero();
        assertThat(terminal.err())
                .isEqualTo("Key of the encrypted database (not shown; leave it empty if you have none): ");
        assertThat(terminal.out()).contains("tickets");
    }

    @Test
    void looksIntoItAndListsIt() {
        terminal = Terminal.sending(PASSPHRASE + "\n" + key);
        assertThat(run("inspect", BACKUP, "--passphrase-stdin", "--key-stdin"))
                .as(terminal.err())
                .isZero();
        assertThat(terminal.out()).contains("tickets").containsPattern("format +SQLite database file");

        terminal = Terminal.pipes();
        assertThat(run("list")).isZero();
        assertThat(terminal.out()).containsPattern("shop\\.db\\.gz\\.gpg .* encrypted +yes");
    }

    @Test
    void takesNoByteMoreThanTheFirstLineForThePassphrase() throws Exception {
        InputStream in = new ByteArrayInputStream("päss\nrest".getBytes(UTF_8));
        assertThat(SecretInput.line(in)).isEqualTo("päss".toCharArray());
        assertThat(SecretInput.rest(in)).isEqualTo("rest".getBytes(UTF_8));
        assertThat(in.read()).isEqualTo(-1);
    }

    private int run(String... arguments) {
        ObjectMapper mapper = ReportJson.configure(new ObjectMapper());
        Clock clock = Clock.fixed(Instant.parse("2026-11-20T08:00:00Z"), ZoneOffset.UTC);
        return new RecoveryCli(services, () -> mapper, terminal.screen(), clock).run(arguments);
    }

    private static Path copy(String name, Path to) throws Exception {
        try (InputStream in = EncryptedBackupTest.class.getResourceAsStream("/backups/openpgp/" + name)) {
            Files.copy(in, to);
        }
        return to;
    }
}
