package recovery.core.dump.sqlite.cipher;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.Optional;

/**
 * An encrypted file that was opened: how it was written, and the keys of its pages. Found by trial on page 1, since
 * nothing in such a file says how it was written. Closing wipes the keys. Any thread may use it.
 */
public final class PageKeys implements AutoCloseable {
    /** So much of a file is enough for {@link #open}: one page of the largest size. */
    public static final int HEAD_BYTES = PageFormat.LARGEST;

    static final byte[] MAGIC = "SQLite format 3\0".getBytes(ISO_8859_1);

    private final PageFormat format;
    private final byte[] key;
    private final byte[] sealKey;

    PageKeys(PageFormat format, byte[] key, byte[] sealKey) {
        this.format = format;
        this.key = key;
        this.sealKey = sealKey;
    }

    /**
     * Tries the key on the first page in every way that SQLCipher 1 to 4 may have written it; takes up to a second.
     *
     * @param head the first {@link #HEAD_BYTES} of the file, or all of it
     * @return empty if it opens in none of them: the key is another one, or the file is something else
     */
    public static Optional<PageKeys> open(byte[] head, DatabaseKey key) {
        return new KeyTrial(head, key).run();
    }

    /** Whether they still open a file that now begins with {@code head}. */
    public boolean fit(byte[] head) {
        return head.length >= pageSize() && KeyTrial.opens(head, format, cipher());
    }

    public int pageSize() {
        return format.pageSize();
    }

    /** How many bytes at the end of each page SQLite may not use. */
    public int reserve() {
        return format.reserve();
    }

    /** Whether a changed page can be told from a good one; not in SQLCipher 1. */
    public boolean hasSeals() {
        return format.seal().isPresent();
    }

    /** For people, such as {@code SQLCipher 4, pages of 4096 bytes, each sealed by HMAC-SHA512}. */
    public String title() {
        return format.title();
    }

    /** For one thread. */
    public PageCipher cipher() {
        return new PageCipher(format, key, sealKey);
    }

    /**
     * SQLite never writes some pages, such as the one that holds its locks, and some that it took and gave back: they are
     * all zeros. Those have no seal, and SQLCipher reads them as they are.
     */
    public static boolean isBlank(byte[] pages, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (pages[i] != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return format.title();
    }

    @Override
    public void close() {
        Arrays.fill(key, (byte) 0);
        Arrays.fill(sealKey, (byte) 0);
    }
}
