package recovery.core.backup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;

/**
 * Says what a file is by its first bytes, never by its name. Tolerates anything: bytes that mean nothing are a
 * {@link Look} with a reason.
 */
final class FirstBytes {
    /** So much of a file, and of what is inside of its layers, is looked at. */
    static final int ENOUGH = 8 * 1024;

    private FirstBytes() {}

    /** Opens what is behind the layers of the file that is looked at. */
    interface Inside {
        InputStream open() throws IOException;
    }

    /** As below, for a file of that length. */
    static Look look(byte[] head, long lengthBytes, Inside inside) throws IOException {
        Look look = look(head, head.length == lengthBytes, inside);
        boolean bare = look.compression() == Compression.NONE && look.format() == BackupFormat.SQLITE_ENCRYPTED;
        return bare && !EncryptedDatabase.fits(lengthBytes) ? SqlText.notRecognised() : look;
    }

    /** {@code whole}: there is no more of the file than {@code head}. */
    static Look look(byte[] head, boolean whole, Inside inside) throws IOException {
        if (head.length == 0) {
            return Look.unknown("the file is empty");
        }
        Optional<Look> encrypted = OpenPgp.look(head);
        if (encrypted.isPresent()) {
            return encrypted.get();
        }
        Compression compression = compression(head);
        if (compression == Compression.NONE && !isPackedOtherwise(head) && !TarHead.fits(head)) {
            return content(head, whole);
        }
        return inside(inside).compressedBy(compression);
    }

    private static Look inside(Inside inside) throws IOException {
        byte[] head = new byte[ENOUGH];
        int length = 0;
        boolean whole = false;
        try (InputStream content = inside.open()) {
            while (length < ENOUGH && !whole) {
                int count = content.read(head, length, ENOUGH - length);
                whole = count < 0;
                length += Math.max(count, 0);
            }
        } catch (RecoveryException e) {
            if (length == 0) {
                return cannotBeOpened(e);
            }
            // damaged further on: the restore will say where, what it is can be seen
        }
        byte[] seen = Arrays.copyOf(head, length);
        boolean all = whole;
        return OpenPgp.look(seen).orElseGet(() -> content(seen, all));
    }

    private static Look cannotBeOpened(RecoveryException e) {
        if (e.code() == ErrorCode.DATABASE_NOT_CHOSEN) {
            return Look.good(BackupFormat.TAR, Optional.empty(), Contents.UNKNOWN);
        }
        String why = e.getMessage().replaceFirst("^'[^']*' (is )?", "");
        return e.code() == ErrorCode.BACKUP_UNSUPPORTED
                ? Look.unsupported(BackupFormat.UNKNOWN, why)
                : Look.unknown(why);
    }

    private static Compression compression(byte[] head) {
        if (begins(head, 0x1f, 0x8b)) {
            return Compression.GZIP;
        }
        if (begins(head, 0x28, 0xb5, 0x2f, 0xfd) || isSkippable(head)) {
            return Compression.ZSTD;
        }
        if (begins(head, 0x04, 0x22, 0x4d, 0x18) || begins(head, 0x02, 0x21, 0x4c, 0x18)) {
            return Compression.LZ4;
        }
        if (begins(head, 'B', 'Z', 'h') && head.length > 4 && head[4] == 0x31) {
            return Compression.BZIP2;
        }
        if (begins(head, 0xfd, '7', 'z', 'X', 'Z', 0)) {
            return Compression.XZ;
        }
        return begins(head, 'P', 'K', 3, 4) || begins(head, 'P', 'K', 5, 6) ? Compression.ZIP : Compression.NONE;
    }

    /** A frame that holds nothing; Zstandard's parallel packer begins with one. */
    private static boolean isSkippable(byte[] head) {
        return head.length >= 4 && (head[0] & 0xF0) == 0x50 && head[1] == 0x2A && head[2] == 0x4D && head[3] == 0x18;
    }

    /** 7-Zip and compress. */
    private static boolean isPackedOtherwise(byte[] head) {
        return begins(head, '7', 'z', 0xbc, 0xaf, 0x27, 0x1c) || begins(head, 0x1f, 0x9d);
    }

    /** What the first bytes behind all layers are; {@code whole} if there are no more. */
    static Look content(byte[] head, boolean whole) {
        if (begins(head, "PGDMP")) {
            return pgDump(BackupFormat.PG_CUSTOM);
        }
        if (begins(head, "SQLite format 3\0") && !EncryptedDatabase.fits(head)) {
            return Look.good(BackupFormat.SQLITE_DATABASE, Optional.of(Engine.SQLITE), Contents.COMPLETE);
        }
        if (TarHead.fits(head)) {
            return pgDump(TarHead.archive(head));
        }
        return Strangers.look(head).or(() -> encrypted(head)).orElseGet(() -> SqlText.look(head, whole));
    }

    private static Optional<Look> encrypted(byte[] head) {
        return EncryptedDatabase.fits(head)
                ? Optional.of(Look.good(BackupFormat.SQLITE_ENCRYPTED, Optional.of(Engine.SQLITE), Contents.UNKNOWN))
                : Optional.empty();
    }

    static Look pgDump(BackupFormat format) {
        return Look.good(format, Optional.of(Engine.POSTGRESQL), Contents.UNKNOWN);
    }

    static boolean begins(byte[] head, String text) {
        return head.length >= text.length() && new String(head, 0, text.length(), ISO_8859_1).equals(text);
    }

    static boolean begins(byte[] head, int... bytes) {
        if (head.length < bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if ((head[i] & 0xFF) != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
