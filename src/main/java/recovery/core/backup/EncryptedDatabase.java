package recovery.core.backup;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a database file encrypted by SQLCipher looks like to somebody without its key: pages of random bytes, or a header
 * of SQLite with random bytes behind it. Whether it is one, only the key tells.
 */
public final class EncryptedDatabase {
    /** All pages are a multiple of it. */
    private static final int SMALLEST_PAGE = 512;

    /** Of random bytes with 255 degrees of freedom; the mean is 255, and eight standard deviations above it is 436. */
    private static final double MOST_CHI_SQUARE = 436;

    private static final Pattern NAME = Pattern.compile(
            ".*(\\.(db|db3|s3db|sdb|sqlite|sqlite3|sqlitedb|sqlcipher)([.~_-].*)?|.*(sqlcipher|encrypted).*)");

    private static final int HEADER = 100;

    private EncryptedDatabase() {}

    /** Whether a file that begins with {@code head}, at least one page of it, may be one. */
    public static boolean fits(byte[] head) {
        if (head.length < SMALLEST_PAGE) {
            return false;
        }
        if (FirstBytes.begins(head, "SQLite format 3\0")) {
            return hasReadableHeader(head);
        }
        return areRandom(head);
    }

    /** Whether pages fill a file of that length. */
    public static boolean fits(long lengthBytes) {
        return lengthBytes > 0 && lengthBytes % SMALLEST_PAGE == 0;
    }

    /** A hint and nothing more. */
    public static boolean isNamedLikeOne(String fileName) {
        return NAME.matcher(fileName.toLowerCase(Locale.ROOT)).matches();
    }

    /**
     * {@code cipher_plaintext_header_size}: 32 bytes can be read, and what follows contradicts them. A file of SQLite that
     * is only damaged has no reserved bytes in its pages.
     */
    private static boolean hasReadableHeader(byte[] head) {
        int reserved = head[20] & 0xFF;
        boolean sealed = reserved == 16 || reserved == 48 || reserved == 80;
        boolean zeros = true;
        for (int i = 72; i < 92; i++) {
            zeros &= head[i] == 0;
        }
        boolean encoding = head[56] == 0 && head[57] == 0 && head[58] == 0 && head[59] >= 0 && head[59] <= 3;
        return sealed && !zeros && !encoding && areRandom(behind(head));
    }

    private static byte[] behind(byte[] head) {
        return java.util.Arrays.copyOfRange(head, HEADER, head.length);
    }

    private static boolean areRandom(byte[] bytes) {
        int[] counts = new int[256];
        for (byte each : bytes) {
            counts[each & 0xFF]++;
        }
        double expected = bytes.length / 256.0;
        double sum = 0;
        for (int count : counts) {
            sum += (count - expected) * (count - expected) / expected;
        }
        return sum < MOST_CHI_SQUARE;
    }
}
