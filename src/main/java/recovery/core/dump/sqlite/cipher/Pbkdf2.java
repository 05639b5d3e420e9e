package recovery.core.dump.sqlite.cipher;

import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;

/** PBKDF2 (RFC 8018) for passwords that are bytes: the one of the JDK takes text only. */
final class Pbkdf2 {
    private Pbkdf2() {}

    static byte[] derive(Digest digest, byte[] password, byte[] salt, int rounds, int length) {
        Mac mac = digest.mac(password);
        byte[] key = new byte[length];
        byte[] last = new byte[digest.length()];
        byte[] sum = new byte[digest.length()];
        for (int at = 0, block = 1; at < length; at += digest.length(), block++) {
            mac.update(salt);
            mac.update(new byte[] {(byte) (block >>> 24), (byte) (block >>> 16), (byte) (block >>> 8), (byte) block});
            end(mac, last);
            System.arraycopy(last, 0, sum, 0, sum.length);
            for (int round = 1; round < rounds; round++) {
                mac.update(last);
                end(mac, last);
                for (int i = 0; i < sum.length; i++) {
                    sum[i] ^= last[i];
                }
            }
            System.arraycopy(sum, 0, key, at, Math.min(sum.length, length - at));
        }
        Arrays.fill(last, (byte) 0);
        Arrays.fill(sum, (byte) 0);
        return key;
    }

    private static void end(Mac mac, byte[] into) {
        try {
            mac.doFinal(into, 0);
        } catch (ShortBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
