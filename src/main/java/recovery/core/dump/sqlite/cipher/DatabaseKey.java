package recovery.core.dump.sqlite.cipher;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;
import java.util.Optional;

/**
 * What an operator knows of an encrypted database: a passphrase, or the key itself as {@code x'…'} with 64 hexadecimal
 * digits, or with 96, of which the last 32 are the salt. Closing wipes it. Any thread may read it.
 */
public final class DatabaseKey implements AutoCloseable {
    static final int KEY_BYTES = 32;
    static final int SALT_BYTES = 16;

    private final byte[] secret;
    private final boolean raw;

    private DatabaseKey(byte[] secret, boolean raw) {
        this.secret = secret;
        this.raw = raw;
    }

    /** Reads {@code text}, which stays the caller's. */
    public static DatabaseKey of(char[] text) {
        return isRaw(text) ? new DatabaseKey(bytes(text), true) : new DatabaseKey(utf8(text), false);
    }

    private static boolean isRaw(char[] text) {
        int digits = text.length - 3;
        if ((digits != 2 * KEY_BYTES && digits != 2 * (KEY_BYTES + SALT_BYTES))
                || (text[0] != 'x' && text[0] != 'X')
                || text[1] != '\''
                || text[text.length - 1] != '\'') {
            return false;
        }
        for (int i = 2; i < text.length - 1; i++) {
            if (Character.digit(text[i], 16) < 0 || text[i] > 'f') {
                return false;
            }
        }
        return true;
    }

    private static byte[] bytes(char[] text) {
        byte[] bytes = new byte[(text.length - 3) / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (Character.digit(text[2 + 2 * i], 16) << 4 | Character.digit(text[3 + 2 * i], 16));
        }
        return bytes;
    }

    private static byte[] utf8(char[] text) {
        byte[] encoded = new byte[3 * text.length];
        ByteBuffer into = ByteBuffer.wrap(encoded);
        UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPLACE).encode(CharBuffer.wrap(text), into, true);
        byte[] bytes = Arrays.copyOf(encoded, into.position());
        Arrays.fill(encoded, (byte) 0);
        return bytes;
    }

    /** The salt that stands in the key; a file with a readable header holds none of its own. */
    Optional<byte[]> salt() {
        return raw && secret.length > KEY_BYTES
                ? Optional.of(Arrays.copyOfRange(secret, KEY_BYTES, secret.length))
                : Optional.empty();
    }

    boolean isRaw() {
        return raw;
    }

    /** The key of the pages; the caller wipes it. */
    byte[] derive(KeyDerivation derivation, byte[] salt) {
        return raw
                ? Arrays.copyOf(secret, KEY_BYTES)
                : Pbkdf2.derive(derivation.digest(), secret, salt, derivation.rounds(), KEY_BYTES);
    }

    @Override
    public String toString() {
        return "***";
    }

    @Override
    public void close() {
        Arrays.fill(secret, (byte) 0);
    }
}
