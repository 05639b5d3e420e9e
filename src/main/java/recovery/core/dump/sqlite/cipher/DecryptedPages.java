package recovery.core.dump.sqlite.cipher;

import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.ErrorCode.DUMP_TRUNCATED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;

/**
 * An encrypted database file read as the database file it would be without encryption. Every page proves itself before a
 * byte of it is given out. Nothing of it is written anywhere. For one thread.
 */
public final class DecryptedPages extends InputStream {
    private final InputStream in;
    private final PageCipher cipher;
    private final byte[] page;
    private final byte[] head;
    private int headTaken;
    private int next;
    private long number;
    private boolean ended;

    /**
     * @param head what was read of {@code in} to find the keys
     * @param in stands behind {@code head}; closing this closes it
     */
    public DecryptedPages(PageKeys keys, byte[] head, InputStream in) {
        this.in = in;
        this.head = head;
        this.cipher = keys.cipher();
        this.page = new byte[keys.pageSize()];
        this.next = page.length;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (next == page.length && (ended || !fill())) {
            return -1;
        }
        int count = Math.min(length, page.length - next);
        System.arraycopy(page, next, into, offset, count);
        next += count;
        return count;
    }

    private boolean fill() throws IOException {
        int length = Math.min(page.length, head.length - headTaken);
        System.arraycopy(head, headTaken, page, 0, length);
        headTaken += length;
        length += in.readNBytes(page, length, page.length - length);
        number++;
        ended = length == 0;
        if (ended) {
            return false;
        }
        if (length < page.length) {
            throw problem(
                            DUMP_TRUNCATED,
                            "the encrypted SQLite file ends inside its page %d, after %d of %d bytes",
                            number,
                            length,
                            page.length)
                    .remedy(
                            "Compare the file size with the original; the copy may have been cut short.",
                            "Restore an older backup instead.");
        }
        if (cipher.isSealed(page, 0, number)) {
            cipher.decrypt(page, 0, number, page, 0);
        } else if (!PageKeys.isBlank(page, 0, page.length)) {
            throw problem(
                            DUMP_DAMAGED,
                            "page %d of the encrypted SQLite file is not what was written: its HMAC does not fit",
                            number)
                    .remedy("Restore an older backup instead.");
        }
        next = 0;
        return true;
    }

    @Override
    public void close() throws IOException {
        Arrays.fill(page, (byte) 0);
        next = page.length;
        ended = true;
        in.close();
    }
}
