package recovery.core.dump.sqlite.cipher;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Proves and decrypts single pages. Cheap to use again and again; for one thread. */
public final class PageCipher {
    private final PageFormat format;
    private final SecretKeySpec key;
    private final Cipher aes;
    private final Optional<Mac> seal;
    private final byte[] number = new byte[4];
    private final byte[] computed;
    private final byte[] stored;

    PageCipher(PageFormat format, byte[] key, byte[] sealKey) {
        this.format = format;
        this.key = new SecretKeySpec(key, "AES");
        this.seal = format.seal().map(digest -> digest.mac(sealKey));
        int length = format.seal().map(Digest::length).orElse(0);
        this.computed = new byte[length];
        this.stored = new byte[length];
        try {
            this.aes = Cipher.getInstance("AES/CBC/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Whether the page that begins at {@code offset} carries the seal of this key, its number (from 1) and its content;
     * true for every page of a file that has no seals.
     */
    public boolean isSealed(byte[] pages, int offset, long pageNumber) {
        if (seal.isEmpty()) {
            return true;
        }
        int begin = pageNumber == 1 ? format.clear() : 0;
        int end = format.pageSize() - format.reserve() + PageFormat.IV_BYTES;
        for (int i = 0; i < number.length; i++) {
            number[i] = (byte) (pageNumber >>> (8 * i));
        }
        Mac mac = seal.get();
        mac.update(pages, offset + begin, end - begin);
        mac.update(number);
        try {
            mac.doFinal(computed, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        System.arraycopy(pages, offset + end, stored, 0, stored.length);
        return MessageDigest.isEqual(computed, stored);
    }

    /**
     * Decrypts the page at {@code offset} to the same place of {@code into}, which may be the same array. What page 1 has
     * in the clear and the reserved bytes at the end of every page come over as they are, the salt becomes the magic
     * that a database file begins with.
     */
    public void decrypt(byte[] pages, int offset, long pageNumber, byte[] into, int target) {
        int begin = pageNumber == 1 ? format.clear() : 0;
        int end = format.pageSize() - format.reserve();
        try {
            aes.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(pages, offset + end, PageFormat.IV_BYTES));
            System.arraycopy(pages, offset, into, target, begin);
            System.arraycopy(pages, offset + end, into, target + end, format.reserve());
            aes.doFinal(pages, offset + begin, end - begin, into, target + begin);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        if (pageNumber == 1) {
            System.arraycopy(PageKeys.MAGIC, 0, into, target, PageKeys.MAGIC.length);
        }
    }
}
