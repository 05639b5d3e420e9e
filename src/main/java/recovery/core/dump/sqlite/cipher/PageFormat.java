package recovery.core.dump.sqlite.cipher;

import java.util.Optional;

/**
 * How the pages of an encrypted file lie in it:
 *
 * <pre>
 * page 1:  salt (16) or readable header   content   IV (16)   HMAC   filled up to 16
 * others:                                 content   IV (16)   HMAC   filled up to 16
 * </pre>
 *
 * @param seal none in SQLCipher 1
 * @param clear so many bytes of page 1 are not encrypted: the salt, or a header ({@code cipher_plaintext_header_size})
 */
record PageFormat(int pageSize, Optional<Digest> seal, KeyDerivation derivation, int clear, boolean plainHeader) {
    static final int IV_BYTES = 16;
    static final int BLOCK = 16;
    static final int SMALLEST = 512;
    static final int LARGEST = 65_536;

    /** What is left free at the end of every page, and named in the header of the database. */
    int reserve() {
        return reserve(seal);
    }

    static int reserve(Optional<Digest> seal) {
        int used = IV_BYTES + seal.map(Digest::length).orElse(0);
        return (used + BLOCK - 1) / BLOCK * BLOCK;
    }

    int version() {
        if (seal.isEmpty()) {
            return 1;
        }
        if (seal.get() != Digest.SHA1 || derivation.digest() != Digest.SHA1) {
            return 4;
        }
        return derivation.rounds() == 64_000 ? 3 : 2;
    }

    /** For people: the version whose files look so, the pages and the seal. */
    String title() {
        return "SQLCipher %d, pages of %d bytes, %s%s"
                .formatted(
                        version(),
                        pageSize,
                        seal.map(digest -> "each sealed by " + digest.title()).orElse("without seals"),
                        plainHeader ? ", readable header" : "");
    }
}
