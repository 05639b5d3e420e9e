package recovery.core.layer.openpgp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static recovery.core.layer.openpgp.Messages.key;
import static recovery.core.layer.openpgp.Messages.passphrase;
import static recovery.core.layer.openpgp.Messages.read;
import static recovery.core.layer.openpgp.Messages.sample;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.Note;
import recovery.core.layer.Secrets;
import recovery.harness.Gpg;
import recovery.harness.StutteringStream;

/** What the real gpg encrypts is read here as it is. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GpgRefereeTest {
    private static final String[] BY_PASSPHRASE = {
        "--symmetric", "--passphrase", Messages.PASSPHRASE, "--s2k-count", "2048"
    };

    private static Gpg gpg;
    private static byte[] content;

    @BeforeAll
    static void importKeys() {
        gpg = new Gpg();
        gpg.run(sample("keys-private-key.asc"), "--import");
        gpg.run(sample("locked-private-key.asc"), "--import", "--passphrase", "other passphrase");
        content = (new String(Messages.noise(70_000), ISO_8859_1) + "COPY people FROM stdin;\n1\tAnn\n".repeat(4_000))
                .getBytes(UTF_8);
    }

    @AfterAll
    static void endTheAgent() {
        gpg.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa2048", "nistp256", "nistp384", "nistp521", "brainpoolP256r1", "elgamal"})
    void opensMessagesForEveryKindOfKey(String recipient) throws Exception {
        byte[] message = gpg.run(content, "--encrypt", "--recipient", recipient);
        assertThat(read(message, key("keys-private-key.asc", ""))).isEqualTo(content);

        byte[] hidden = gpg.run(content, "--encrypt", "--hidden-recipient", recipient);
        assertThat(read(hidden, key("keys-private-key.asc", ""))).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "IDEA",
                "3DES",
                "CAST5",
                "BLOWFISH",
                "AES",
                "AES192",
                "AES256",
                "TWOFISH",
                "CAMELLIA128",
                "CAMELLIA192",
                "CAMELLIA256"
            })
    void opensEveryCipher(String cipher) throws Exception {
        byte[] message = gpg.run(content, with("--allow-weak-key-signatures", "--cipher-algo", cipher));
        assertThat(read(message, passphrase(Messages.PASSPHRASE))).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "zip", "zlib", "bzip2"})
    void opensEveryCompression(String compression) throws Exception {
        byte[] message = gpg.run(content, with("--compress-algo", compression));
        assertThat(read(message, passphrase(Messages.PASSPHRASE))).isEqualTo(content);
        byte[] armored = gpg.run(content, with("--armor", "--compress-algo", compression));
        assertThat(read(armored, passphrase(Messages.PASSPHRASE))).isEqualTo(content);
    }

    @ParameterizedTest
    @CsvSource({"0, SHA1", "1, SHA256", "3, SHA1", "3, RIPEMD160", "3, SHA224", "3, SHA384", "3, SHA512"})
    void opensEveryWayToMakeAKeyOfAPassphrase(String mode, String digest) throws Exception {
        byte[] message = gpg.run(content, with("--s2k-mode", mode, "--s2k-digest-algo", digest));
        assertThat(read(message, passphrase(Messages.PASSPHRASE))).isEqualTo(content);
    }

    @Test
    void opensALockedKeyInEveryForm() throws Exception {
        byte[] message = gpg.run(content, "--encrypt", "--recipient", "locked");
        byte[] armored = sample("locked-private-key.asc");
        byte[] binary = gpg.run(new byte[0], "--export-secret-keys", "--passphrase", "other passphrase", "locked");
        byte[] mime = Base64.getMimeEncoder().encode(binary);
        byte[] afterOthers =
                (new String(sample("keys-private-key.asc"), UTF_8) + new String(armored, UTF_8)).getBytes(UTF_8);
        byte[] windows = new String(armored, UTF_8).replace("\n", "\r\n").getBytes(UTF_8);
        byte[] marked = ("\uFEFF" + new String(armored, UTF_8)).getBytes(UTF_8);
        for (byte[] form :
                List.of(armored, binary, mime, Base64.getEncoder().encode(armored), afterOthers, windows, marked)) {
            Secrets secrets = new Secrets("other passphrase".toCharArray(), form);
            assertThat(read(message, secrets)).isEqualTo(content);
        }
    }

    @Test
    void notesASignatureAndWhoSignedButNothingElse() throws Exception {
        byte[] message = gpg.run(
                content,
                "--sign",
                "--encrypt",
                "--local-user",
                "rsa2048",
                "--recipient",
                "rsa2048",
                "--recipient",
                "locked");
        List<Note> notes = new ArrayList<>();

        assertThat(read(message, key("locked-private-key.asc", "other passphrase"), notes))
                .isEqualTo(content);
        assertThat(notes)
                .containsExactly(new Note(
                        "BACKUP_SIGNED",
                        "The backup is signed by the key %s; the signature was not checked.".formatted(signer())));
    }

    private static String signer() {
        String keys = new String(gpg.run(new byte[0], "--list-keys", "--with-colons", "rsa2048"), UTF_8);
        return keys.lines()
                .filter(line -> line.startsWith("pub:"))
                .findFirst()
                .orElseThrow()
                .split(":", -1)[4];
    }

    @Test
    void opensForOneOfSeveralKeysOrThePassphrase() throws Exception {
        List<String> arguments = new ArrayList<>(List.of(BY_PASSPHRASE));
        arguments.addAll(List.of("--encrypt", "--recipient", "rsa2048", "--recipient", "locked"));
        byte[] message = gpg.run(content, arguments.toArray(String[]::new));

        assertThat(read(message, key("keys-private-key.asc", ""))).isEqualTo(content);
        assertThat(read(message, key("locked-private-key.asc", "other passphrase")))
                .isEqualTo(content);
        assertThat(read(message, passphrase(Messages.PASSPHRASE))).isEqualTo(content);
        // neither the key nor the key's passphrase fits, but the passphrase of the message does
        assertThat(read(message, key("locked-private-key.asc", Messages.PASSPHRASE)))
                .isEqualTo(content);
        assertThat(read(message, key("sample-private-key.asc", Messages.PASSPHRASE)))
                .isEqualTo(content);
    }

    @Test
    void endsLinesOfTextAsGpgDoes() throws Exception {
        byte[] text = "SELECT 1;\r\nSELECT 2;\n".repeat(5000).getBytes(UTF_8);
        byte[] message = gpg.run(text, with("--textmode"));
        List<String> decrypt = List.of("--passphrase", Messages.PASSPHRASE, "--decrypt");
        assertThat(read(message, passphrase(Messages.PASSPHRASE)))
                .isEqualTo(gpg.run(message, decrypt.toArray(String[]::new)));
    }

    @Test
    void takesOneToThreeBytesAtATime() throws Exception {
        for (String armor : List.of("--armor", "--no-armor")) {
            byte[] message = gpg.run(content, with(armor, "--compress-algo", "zlib"));
            try (InputStream read = Messages.open(new StutteringStream(message), passphrase(Messages.PASSPHRASE))) {
                assertThat(new StutteringStream(read).readAllBytes()).isEqualTo(content);
            }
        }
    }

    @Test
    void refusesContentWithoutProof() {
        byte[] message = gpg.run(content, with("--rfc2440", "--disable-mdc", "--cipher-algo", "3DES"));
        assertThatThrownBy(() -> Messages.open(new ByteArrayInputStream(message), passphrase(Messages.PASSPHRASE)))
                .hasMessage("'shop.gpg' holds content encrypted in the old way, without proof that nobody changed it,"
                        + " which cannot be read here");
    }

    private static String[] with(String... more) {
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.addAll(List.of(BY_PASSPHRASE));
        return arguments.toArray(String[]::new);
    }
}
