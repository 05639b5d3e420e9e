package recovery.core.dump.sqlite.cipher;

import java.util.List;

/**
 * How a passphrase becomes a key. The defaults of the versions of SQLCipher, from its public design document, and the
 * one more hash function that SQLCipher 4 offers as {@code cipher_kdf_algorithm}.
 */
record KeyDerivation(Digest digest, int rounds) {
    private static final KeyDerivation OF_4 = new KeyDerivation(Digest.SHA512, 256_000);
    private static final KeyDerivation OF_3 = new KeyDerivation(Digest.SHA1, 64_000);
    private static final KeyDerivation OF_1_AND_2 = new KeyDerivation(Digest.SHA1, 4_000);

    /** In the order in which they are tried: what takes longest is also the likeliest. */
    static final List<KeyDerivation> ALL = List.of(OF_4, OF_3, OF_1_AND_2, new KeyDerivation(Digest.SHA256, 256_000));

    /** A key that is given as it is needs no rounds; what is left is the hash function of the key that seals. */
    static final List<KeyDerivation> OF_RAW_KEYS = List.of(OF_4, OF_3, new KeyDerivation(Digest.SHA256, 256_000));
}
