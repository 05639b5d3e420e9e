package recovery.core.layer.openpgp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPBEKeyEncryptionMethodGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;
import recovery.core.error.Note;
import recovery.core.layer.Secrets;

/** Messages as gpg 2.2 does not write them, made by Bouncy Castle's own generator; and the shortest way to read one. */
final class Messages {
    static final String PASSPHRASE = "correct horse";

    private static final Path SAMPLES = Path.of("src", "test", "resources", "backups", "openpgp");
    private static final int AES_256 = 9;

    private Messages() {}

    static byte[] sample(String name) {
        try {
            return Files.readAllBytes(SAMPLES.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With a modification detection code. */
    static byte[] withCode(byte[] content, String... passphrases) {
        return message(content, new BcPGPDataEncryptorBuilder(AES_256).setWithIntegrityPacket(true), passphrases);
    }

    /** Packet 20, as gpg 2.3 and later write it, in chunks of 2^{@code size} bytes. */
    static byte[] ofNewGpg(byte[] content, int mode, int size, String... passphrases) {
        return message(
                content,
                new BcPGPDataEncryptorBuilder(AES_256).setWithAEAD(mode, size).setUseV5AEAD(),
                passphrases);
    }

    /** Version 2 of packet 18 (RFC 9580). */
    static byte[] ofRfc9580(byte[] content, int mode, int size, String... passphrases) {
        return message(
                content,
                new BcPGPDataEncryptorBuilder(AES_256).setWithAEAD(mode, size).setUseV6AEAD(),
                passphrases);
    }

    private static byte[] message(byte[] content, BcPGPDataEncryptorBuilder cipher, String... passphrases) {
        try {
            PGPEncryptedDataGenerator generator = new PGPEncryptedDataGenerator(cipher);
            for (String passphrase : passphrases.length == 0 ? new String[] {PASSPHRASE} : passphrases) {
                generator.addMethod(new BcPBEKeyEncryptionMethodGenerator(passphrase.toCharArray(), 0x10));
            }
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            OutputStream encrypted = generator.open(message, new byte[512]);
            OutputStream literal = new PGPLiteralDataGenerator()
                    .open(encrypted, PGPLiteralData.BINARY, "", content.length, PGPLiteralData.NOW);
            literal.write(content);
            literal.close();
            encrypted.close();
            return message.toByteArray();
        } catch (IOException | PGPException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    static Secrets passphrase(String passphrase) {
        return new Secrets(passphrase.toCharArray(), new byte[0]);
    }

    static Secrets key(String sample, String passphrase) {
        return new Secrets(passphrase.toCharArray(), sample(sample));
    }

    static InputStream open(InputStream message, Secrets secrets) throws IOException {
        return OpenPgpStream.open(message, "shop.gpg", () -> 4711, new ArrayList<>(), secrets);
    }

    static byte[] read(byte[] message, Secrets secrets) throws IOException {
        return read(message, secrets, new ArrayList<>());
    }

    static byte[] read(byte[] message, Secrets secrets, List<Note> notes) throws IOException {
        try (InputStream content =
                OpenPgpStream.open(new java.io.ByteArrayInputStream(message), "shop.gpg", () -> 4711, notes, secrets)) {
            return content.readAllBytes();
        }
    }
}
