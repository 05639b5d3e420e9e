package recovery.core.layer.openpgp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static recovery.core.error.ErrorCode.SETTINGS_INVALID;
import static recovery.core.error.RecoveryException.problem;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyKeyEncryptionMethodGenerator;
import recovery.core.error.RecoveryException;

/**
 * To whom files are encrypted while they are written: one or several public keys, as {@code gpg --export} writes them.
 * Immutable; any thread may use it.
 */
public final class EncryptionKey {
    private static final String EXPORT =
            "Set PGP_PUBLIC_KEY_BASE64 to what \"gpg --export RECIPIENT | base64 -w0\" prints.";
    private static final String NEWER =
            "Make the key valid for longer, or make another one, and set PGP_PUBLIC_KEY_BASE64 to its export.";
    private static final int BUFFER_BYTES = 1 << 16;

    private final List<PGPPublicKey> keys;

    private EncryptionKey(List<PGPPublicKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * The encryption keys in {@code given}, which are valid at {@code now}: of each certificate the newest.
     *
     * @param given base64 of a binary or armored export, or the armor itself
     * @throws RecoveryException SETTINGS_INVALID if there is none, with what is wrong with those that are there
     */
    public static EncryptionKey read(String given, Instant now) {
        List<PGPPublicKey> keys = new ArrayList<>();
        for (PGPPublicKeyRing ring : rings(given)) {
            keys.add(new KeyChoice(ring, now).key());
        }
        if (keys.isEmpty()) {
            throw noKey();
        }
        return new EncryptionKey(keys);
    }

    private static List<PGPPublicKeyRing> rings(String given) {
        List<PGPPublicKeyRing> rings = new ArrayList<>();
        try {
            BcPGPObjectFactory objects =
                    new BcPGPObjectFactory(PGPUtil.getDecoderStream(new ByteArrayInputStream(binary(given))));
            for (Object object = objects.nextObject(); object != null; object = objects.nextObject()) {
                if (object instanceof PGPPublicKeyRing ring) {
                    rings.add(ring);
                } else if (object instanceof PGPSecretKeyRing) {
                    throw privateKey();
                }
            }
            return rings;
        } catch (RecoveryException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw noKey();
        }
    }

    private static byte[] binary(String given) {
        String text = given.strip();
        return text.startsWith("-----BEGIN")
                ? text.getBytes(ISO_8859_1)
                : Base64.getMimeDecoder().decode(text);
    }

    private static RecoveryException privateKey() {
        return problem(SETTINGS_INVALID, "PGP_PUBLIC_KEY_BASE64 holds a private key, which must not lie on this host")
                .remedy(EXPORT, "Keep the private key where the backups are not.");
    }

    private static RecoveryException noKey() {
        return problem(SETTINGS_INVALID, "PGP_PUBLIC_KEY_BASE64 holds no OpenPGP key, or a damaged one")
                .remedy(EXPORT);
    }

    static RecoveryException unusable(String what) {
        return problem(SETTINGS_INVALID, "the key in PGP_PUBLIC_KEY_BASE64 cannot be used: %s", what)
                .remedy(what.contains("expired") ? NEWER : EXPORT);
    }

    /** The ids of the keys that open what is written, as gpg prints them. */
    public String ids() {
        return keys.stream()
                .map(key -> "%016X".formatted(key.getKeyID()).toUpperCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    /**
     * What is written into the result goes to {@code out} as an OpenPGP message. Only after {@code close} is the message
     * whole; it does not close {@code out}.
     */
    public OutputStream encrypting(OutputStream out) throws IOException {
        PGPEncryptedDataGenerator generator =
                new PGPEncryptedDataGenerator(new BcPGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256)
                        .setWithIntegrityPacket(true)
                        .setSecureRandom(new SecureRandom()));
        keys.forEach(key -> generator.addMethod(new BcPublicKeyKeyEncryptionMethodGenerator(key)));
        try {
            OutputStream encrypted = generator.open(out, new byte[BUFFER_BYTES]);
            OutputStream literal = new PGPLiteralDataGenerator()
                    .open(encrypted, PGPLiteralData.BINARY, "", PGPLiteralData.NOW, new byte[BUFFER_BYTES]);
            return new MessageStream(literal, encrypted);
        } catch (PGPException e) {
            throw new IOException("the OpenPGP message cannot be begun: " + e.getMessage(), e);
        }
    }

    /** Two packets, one in the other, of which each is ended by its own close. */
    private static final class MessageStream extends OutputStream {
        private final OutputStream literal;
        private final OutputStream encrypted;

        MessageStream(OutputStream literal, OutputStream encrypted) {
            this.literal = literal;
            this.encrypted = encrypted;
        }

        @Override
        public void write(int one) throws IOException {
            literal.write(one);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            literal.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            literal.close();
            encrypted.close();
        }
    }
}
