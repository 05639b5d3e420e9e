package recovery.core.backup;

import java.util.Arrays;
import java.util.Optional;

/** Recognises OpenPGP messages (RFC 9580): armored by their first line, binary ones by their first packet. */
public final class OpenPgp {
    private static final int SESSION_KEY_BY_PUBLIC_KEY = 1;
    private static final int SESSION_KEY_BY_PASSPHRASE = 3;
    private static final int ENCRYPTED = 9;
    private static final int MARKER = 10;
    private static final int ENCRYPTED_WITH_INTEGRITY = 18;
    private static final int ENCRYPTED_AEAD = 20;

    private OpenPgp() {}

    /** Whether a file or layer that begins with {@code head}, at least 64 bytes if it has them, is a message. */
    public static boolean isMessage(byte[] head) {
        return FirstBytes.begins(textOf(head), "-----BEGIN PGP MESSAGE") || beginsWithPacket(head);
    }

    static Optional<Look> look(byte[] head) {
        if (isMessage(head)) {
            return Optional.of(encrypted());
        }
        return FirstBytes.begins(textOf(head), "-----BEGIN PGP ")
                ? Optional.of(Look.unknown("an OpenPGP key or signature, not a backup"))
                : Optional.empty();
    }

    /** Behind a byte order mark and white space. */
    private static byte[] textOf(byte[] head) {
        int start = FirstBytes.begins(head, 0xef, 0xbb, 0xbf) ? 3 : 0;
        while (start < head.length && Character.isWhitespace(head[start])) {
            start++;
        }
        return Arrays.copyOfRange(head, start, Math.min(head.length, start + 40));
    }

    private static Look encrypted() {
        return Look.ofEncrypted();
    }

    /**
     * The header is one byte, {@code 11tttttt} (new) or {@code 10ttttll} (old), then the length, then the body. One byte
     * is too little to go by, so the version in the body is looked at as well.
     */
    private static boolean beginsWithPacket(byte[] head) {
        if (head.length < 16 || (head[0] & 0x80) == 0) {
            return false;
        }
        boolean newFormat = (head[0] & 0x40) != 0;
        int tag = newFormat ? head[0] & 0x3F : (head[0] >> 2) & 0x0F;
        int body = 1 + (newFormat ? newLengthBytes(head[1] & 0xFF) : oldLengthBytes(head[0] & 0x03));
        int version = head[body] & 0xFF;
        int algorithm = head[body + 1] & 0xFF;
        return switch (tag) {
            case SESSION_KEY_BY_PUBLIC_KEY -> version == 2 || version == 3 || version == 6;
            case SESSION_KEY_BY_PASSPHRASE ->
                (version == 4 && algorithm >= 1 && algorithm <= 13) || version == 5 || version == 6;
            case ENCRYPTED_WITH_INTEGRITY -> newFormat && (version == 1 || version == 2);
            case ENCRYPTED_AEAD -> newFormat && version == 1;
            case ENCRYPTED -> newFormat && (head[1] & 0xE0) == 0xE0;
            case MARKER -> head[body] == 'P' && head[body + 1] == 'G' && head[body + 2] == 'P';
            default -> false;
        };
    }

    private static int newLengthBytes(int first) {
        if (first < 192 || (first >= 224 && first < 255)) {
            return 1;
        }
        return first == 255 ? 5 : 2;
    }

    private static int oldLengthBytes(int type) {
        return type == 3 ? 0 : 1 << type;
    }
}
