package recovery.core.dump.sqlite.cipher;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The hash functions SQLCipher derives keys and seals pages with, always as HMAC. */
enum Digest {
    SHA512("HmacSHA512", 64),
    SHA256("HmacSHA256", 32),
    SHA1("HmacSHA1", 20);

    private final String algorithm;
    private final int length;

    Digest(String algorithm, int length) {
        this.algorithm = algorithm;
        this.length = length;
    }

    int length() {
        return length;
    }

    /** As the settings of SQLCipher call it. */
    String title() {
        return algorithm.replace("Hmac", "HMAC-");
    }

    Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
