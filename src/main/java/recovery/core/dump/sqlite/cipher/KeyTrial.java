package recovery.core.dump.sqlite.cipher;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One key tried on the first page of one file, in every way SQLCipher may have written it. For one thread, once. */
final class KeyTrial {
    /** {@code cipher_plaintext_header_size}, as its documentation recommends it. */
    private static final int PLAIN_HEADER = 32;

    private static final int SEAL_ROUNDS = 2;
    private static final int SEAL_MASK = 0x3a;
    private static final int HEADER_FIELDS = 32;

    private final byte[] head;
    private final DatabaseKey key;
    private final boolean plainHeader;

    KeyTrial(byte[] head, DatabaseKey key) {
        this.head = head;
        this.key = key;
        this.plainHeader = head.length >= PLAIN_HEADER
                && Arrays.equals(head, 0, PageKeys.MAGIC.length, PageKeys.MAGIC, 0, PageKeys.MAGIC.length);
    }

    Optional<PageKeys> run() {
        if (head.length < PageFormat.SMALLEST) {
            return Optional.empty();
        }
        for (byte[] salt : salts()) {
            for (KeyDerivation derivation : key.isRaw() ? KeyDerivation.OF_RAW_KEYS : KeyDerivation.ALL) {
                byte[] pageKey = key.derive(derivation, salt);
                byte[] sealKey = sealKey(derivation.digest(), pageKey, salt);
                Optional<PageFormat> found = fitting(derivation, pageKey, sealKey);
                if (found.isPresent()) {
                    return Optional.of(new PageKeys(found.get(), pageKey, sealKey));
                }
                Arrays.fill(pageKey, (byte) 0);
                Arrays.fill(sealKey, (byte) 0);
            }
        }
        return Optional.empty();
    }

    /** The one in the key, the one in the file. */
    private List<byte[]> salts() {
        List<byte[]> salts = new ArrayList<>();
        key.salt().ifPresent(salts::add);
        if (!plainHeader) {
            salts.add(Arrays.copyOf(head, DatabaseKey.SALT_BYTES));
        }
        return salts;
    }

    private static byte[] sealKey(Digest digest, byte[] pageKey, byte[] salt) {
        byte[] masked = salt.clone();
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= SEAL_MASK;
        }
        return Pbkdf2.derive(digest, pageKey, masked, SEAL_ROUNDS, DatabaseKey.KEY_BYTES);
    }

    private Optional<PageFormat> fitting(KeyDerivation derivation, byte[] pageKey, byte[] sealKey) {
        List<Optional<Digest>> seals = new ArrayList<>();
        for (Digest digest : Digest.values()) {
            seals.add(Optional.of(digest));
        }
        if (derivation.digest() == Digest.SHA1) {
            seals.add(Optional.empty());
        }
        int clear = plainHeader ? PLAIN_HEADER : DatabaseKey.SALT_BYTES;
        for (Optional<Digest> seal : seals) {
            for (int size = PageFormat.SMALLEST; size <= Math.min(PageFormat.LARGEST, head.length); size *= 2) {
                PageFormat format = new PageFormat(size, seal, derivation, clear, plainHeader);
                if (opens(head, format, new PageCipher(format, pageKey, sealKey))) {
                    return Optional.of(format);
                }
            }
        }
        return Optional.empty();
    }

    /** The fields of the header that never change, and those that follow from the way the file was written. */
    static boolean opens(byte[] head, PageFormat format, PageCipher cipher) {
        if (!cipher.isSealed(head, 0, 1)) {
            return false;
        }
        byte[] page = new byte[format.pageSize()];
        cipher.decrypt(head, 0, 1, page, 0);
        int size = ((page[16] & 0xFF) << 8) | (page[17] & 0xFF);
        boolean opened = (size == 1 ? PageFormat.LARGEST : size) == format.pageSize()
                && (page[18] == 1 || page[18] == 2)
                && (page[19] == 1 || page[19] == 2)
                && (page[20] & 0xFF) == format.reserve()
                && page[21] == 64
                && page[22] == 32
                && page[23] == HEADER_FIELDS;
        Arrays.fill(page, (byte) 0);
        return opened;
    }
}
