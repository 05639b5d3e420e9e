package recovery.core.backup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * Says what a file is by its first bytes, never by its name. gzip is looked into, other compressions and encryptions
 * are only named. Tolerates anything: bytes that mean nothing are a {@link Look} with a reason.
 */
final class FirstBytes {
    /** So much of a file, and of what is inside of its compression, is looked at. */
    static final int ENOUGH = 8 * 1024;

    /** pg_dump says in its first lines who it is. */
    private static final int ENOUGH_OF_PG_DUMP = 1024;

    private static final int TAR_MAGIC_AT = 257;
    private static final int TAR_NAME_BYTES = 100;

    private FirstBytes() {}

    /** {@code whole}: there is no more of the file than {@code head}. */
    static Look look(byte[] head, boolean whole) {
        if (head.length == 0) {
            return Look.unknown("the file is empty");
        }
        if (begins(head, 0x1f, 0x8b)) {
            return gzip(head, whole);
        }
        return compressed(head).or(() -> OpenPgp.look(head)).orElseGet(() -> plain(head, whole));
    }

    private static Look gzip(byte[] head, boolean whole) {
        byte[] content = new byte[ENOUGH];
        int length = 0;
        boolean ended = false;
        String damage = "";
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(head), ENOUGH)) {
            int wanted = ENOUGH_OF_PG_DUMP;
            while (length < wanted && !ended) {
                int count = in.read(content, length, wanted - length);
                ended = count < 0;
                length += Math.max(count, 0);
                if (length == wanted && !SqlText.isByPgDump(content)) {
                    wanted = ENOUGH;
                }
            }
        } catch (EOFException headEnds) {
            damage = "the file ends before its content begins";
        } catch (IOException broken) {
            damage = "its content cannot be read";
        }
        if (length == 0) {
            return Look.unknown(ended ? "the file is empty inside its gzip compression" : "damaged gzip: " + damage)
                    .compressedBy(Compression.GZIP);
        }
        byte[] inner = Arrays.copyOf(content, length);
        Optional<Look> twice = begins(inner, 0x1f, 0x8b)
                ? Optional.of(Look.unsupported(BackupFormat.UNKNOWN, Optional.empty(), "compressed twice"))
                : compressed(inner);
        boolean all = ended && whole;
        return twice.or(() -> OpenPgp.look(inner))
                .orElseGet(() -> plain(inner, all))
                .compressedBy(Compression.GZIP);
    }

    private static Optional<Look> compressed(byte[] head) {
        Compression found = Compression.NONE;
        if (begins(head, 0x28, 0xb5, 0x2f, 0xfd)) {
            found = Compression.ZSTD;
        } else if (begins(head, 0x04, 0x22, 0x4d, 0x18) || begins(head, 0x02, 0x21, 0x4c, 0x18)) {
            found = Compression.LZ4;
        } else if (begins(head, 'B', 'Z', 'h') && head.length > 4 && head[4] == 0x31) {
            found = Compression.BZIP2;
        } else if (begins(head, 0xfd, '7', 'z', 'X', 'Z', 0)) {
            found = Compression.XZ;
        } else if (begins(head, 'P', 'K', 3, 4) || begins(head, 'P', 'K', 5, 6)) {
            found = Compression.ZIP;
        }
        Compression outer = found;
        return outer == Compression.NONE
                ? Optional.empty()
                : Optional.of(Look.unsupported(BackupFormat.UNKNOWN, Optional.empty(), "compressed by " + outer)
                        .compressedBy(outer));
    }

    private static Look plain(byte[] head, boolean whole) {
        if (begins(head, "PGDMP")) {
            return pgDump(BackupFormat.PG_CUSTOM);
        }
        if (begins(head, "SQLite format 3\0")) {
            return Look.good(BackupFormat.SQLITE_DATABASE, Optional.of(Engine.SQLITE), Contents.COMPLETE);
        }
        if (head.length > TAR_MAGIC_AT + 5 && new String(head, TAR_MAGIC_AT, 5, ISO_8859_1).equals("ustar")) {
            return tar(head);
        }
        return Strangers.look(head).orElseGet(() -> SqlText.look(head, whole));
    }

    private static Look pgDump(BackupFormat format) {
        return Look.unsupported(format, Optional.of(Engine.POSTGRESQL), "a " + format.title());
    }

    private static Look tar(byte[] head) {
        String name = new String(head, 0, TAR_NAME_BYTES, ISO_8859_1).replaceFirst("\0.*", "");
        return name.equals("toc.dat") || name.equals("./toc.dat")
                ? pgDump(BackupFormat.PG_TAR)
                : Look.unsupported(BackupFormat.TAR, Optional.empty(), "a " + BackupFormat.TAR.title());
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
