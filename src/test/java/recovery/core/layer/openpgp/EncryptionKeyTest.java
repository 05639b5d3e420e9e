package recovery.core.layer.openpgp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.RecoveryException;
import recovery.core.layer.Secrets;
import recovery.harness.Gpg;

/** The judge is the real gpg: it makes the keys and opens what was encrypted. */
class EncryptionKeyTest {
    private static final byte[] NOTHING = {};
    private static Gpg gpg;

    @BeforeAll
    static void makeKeys() {
        gpg = new Gpg();
        key("rsa@example", "rsa2048", "cert,sign,encr", "never");
        key("curve@example", "future-default", "default", "never");
        key("sign@example", "ed25519", "sign", "never");
        key(
                "brief@example",
                "future-default",
                "default",
                "seconds=" + Duration.ofDays(3).toSeconds());
    }

    private static void key(String user, String algorithm, String use, String expires) {
        gpg.run(NOTHING, "--passphrase", "", "--quick-generate-key", user, algorithm, use, expires);
    }

    @AfterAll
    static void close() {
        gpg.close();
    }

    private static String exported(String user) {
        return Base64.getEncoder().encodeToString(gpg.run(NOTHING, "--export", user));
    }

    private static byte[] encrypted(String key, byte[] content) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        try (OutputStream out = EncryptionKey.read(key, Instant.now()).encrypting(message)) {
            // in pieces of all sizes, as programs write
            for (int at = 0, step = 1; at < content.length; at += step, step = step * 3 + 1) {
                out.write(content, at, Math.min(step, content.length - at));
            }
        }
        return message.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa@example", "curve@example", "brief@example"})
    void gpgAndOurOwnReaderOpenWhatWasEncrypted(String user) throws Exception {
        byte[] content = Messages.noise(1_234_567);
        byte[] message = encrypted(exported(user), content);

        assertThat(gpg.run(message, "--decrypt")).isEqualTo(content);
        Secrets secrets =
                new Secrets(new char[0], gpg.run(NOTHING, "--passphrase", "", "--armor", "--export-secret-keys", user));
        assertThat(Messages.read(message, secrets)).isEqualTo(content);
        assertThat(MessageShape.check(new ByteArrayInputStream(message), "m", () -> 0))
                .isBetween((long) content.length, (long) message.length);
    }

    @Test
    void armoredExportsAreTakenAsWell() throws Exception {
        byte[] armored = gpg.run(NOTHING, "--armor", "--export", "curve@example");
        for (String given :
                new String[] {new String(armored, UTF_8), Base64.getEncoder().encodeToString(armored)}) {
            assertThat(gpg.run(encrypted(given, NOTHING), "--decrypt")).isEmpty();
        }
    }

    @Test
    void whoeverIsNamedCanOpenIt() throws Exception {
        byte[] both = gpg.run(NOTHING, "--export", "rsa@example", "curve@example");
        byte[] message = encrypted(Base64.getEncoder().encodeToString(both), new byte[] {1, 2, 3});
        for (String user : new String[] {"rsa@example", "curve@example"}) {
            Secrets secrets = new Secrets(
                    new char[0], gpg.run(NOTHING, "--passphrase", "", "--armor", "--export-secret-keys", user));
            assertThat(Messages.read(message, secrets)).containsExactly(1, 2, 3);
        }
    }

    private static RecoveryException refusal(String key, Instant now) {
        try {
            EncryptionKey.read(key, now);
        } catch (RecoveryException e) {
            return e;
        }
        throw new AssertionError("taken");
    }

    @Test
    void anExpiredOneIsRefusedWithItsDay() {
        RecoveryException refusal =
                refusal(exported("brief@example"), Instant.now().plus(Duration.ofDays(4)));

        assertThat(refusal)
                .hasMessageMatching("the key in PGP_PUBLIC_KEY_BASE64 cannot be used: key [0-9A-F]{16} expired on"
                        + " \\d{4}-\\d{2}-\\d{2}");
        assertThat(refusal.remedies())
                .containsExactly("Make the key valid for longer, or make another one, and set PGP_PUBLIC_KEY_BASE64 to"
                        + " its export.");
        assertThat(EncryptionKey.read(exported("brief@example"), Instant.EPOCH)).isNotNull();
    }

    @Test
    void oneThatOnlySignsIsRefused() {
        assertThat(refusal(exported("sign@example"), Instant.now()))
                .hasMessageMatching("the key in PGP_PUBLIC_KEY_BASE64 cannot be used: key [0-9A-F]{16} can only sign,"
                        + " and no key of it is for encryption");
    }

    @Test
    void aRevokedOneIsRefused() {
        key("gone@example", "future-default", "default", "never");
        byte[] revocation = gpg.run(
                "y\n0\n\ny\n".getBytes(UTF_8), "--no-batch", "--command-fd", "0", "--gen-revoke", "gone@example");
        gpg.run(revocation, "--import");
        byte[] certificate = gpg.run(NOTHING, "--export", "gone@example");

        assertThat(refusal(Base64.getEncoder().encodeToString(certificate), Instant.now()))
                .hasMessageMatching("the key in PGP_PUBLIC_KEY_BASE64 cannot be used: key [0-9A-F]{16} is revoked");
    }

    @Test
    void aPrivateKeyIsRefusedBecauseItMustNotLieHere() {
        byte[] secret = gpg.run(NOTHING, "--passphrase", "", "--export-secret-keys", "curve@example");

        assertThat(refusal(Base64.getEncoder().encodeToString(secret), Instant.now()))
                .hasMessage("PGP_PUBLIC_KEY_BASE64 holds a private key, which must not lie on this host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "aGVsbG8=", "mQENBF", "-----BEGIN PGP PUBLIC KEY BLOCK-----"})
    void whatIsNoKeyIsRefused(String given) {
        assertThat(refusal(given, Instant.now()))
                .hasMessage("PGP_PUBLIC_KEY_BASE64 holds no OpenPGP key, or a damaged one");
    }

    @Test
    void everyBeginningOfAKeyIsRefusedOrWorks() {
        byte[] whole = gpg.run(NOTHING, "--export", "curve@example");
        for (int length = 0; length < whole.length; length++) {
            String given = Base64.getEncoder().encodeToString(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> EncryptionKey.read(given, Instant.now()))
                    .as("the first %d of %d bytes", length, whole.length)
                    .isInstanceOf(RecoveryException.class);
        }
    }

    @Test
    void aMessageThatIsCutOffOrContinuedHasNotTheRightShape() throws Exception {
        byte[] message = encrypted(exported("curve@example"), Messages.noise(3000));
        for (int length = 0; length < message.length; length += 97) {
            byte[] part = Arrays.copyOf(message, length);
            assertThatThrownBy(() -> MessageShape.check(new ByteArrayInputStream(part), "m", () -> 0))
                    .as("the first %d bytes", length)
                    .isInstanceOf(RecoveryException.class);
        }
        byte[] more = Arrays.copyOf(message, message.length * 2);
        System.arraycopy(message, 0, more, message.length, message.length);
        assertThatThrownBy(() -> MessageShape.check(new ByteArrayInputStream(more), "m", () -> 0))
                .isInstanceOf(RecoveryException.class);
    }
}
