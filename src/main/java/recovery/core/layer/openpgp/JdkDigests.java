package recovery.core.layer.openpgp;

import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.function.Supplier;
import org.bouncycastle.crypto.digests.RIPEMD160Digest;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.operator.PGPDigestCalculator;
import org.bouncycastle.openpgp.operator.PGPDigestCalculatorProvider;

/** Digests for keys made of passphrases: gpg hashes 65 MB for one key, and the JDK does that several times as fast. */
final class JdkDigests implements PGPDigestCalculatorProvider {
    private static final int RIPEMD160 = 3;

    @Override
    public PGPDigestCalculator get(int algorithm) throws PGPException {
        if (algorithm == RIPEMD160) {
            RIPEMD160Digest digest = new RIPEMD160Digest();
            return new Calculator(algorithm, digest::update, () -> {
                byte[] result = new byte[digest.getDigestSize()];
                digest.doFinal(result, 0);
                return result;
            });
        }
        try {
            MessageDigest digest = MessageDigest.getInstance(name(algorithm));
            return new Calculator(algorithm, digest::update, digest::digest);
        } catch (NoSuchAlgorithmException e) {
            throw new PGPException("unknown digest " + algorithm, e);
        }
    }

    private static String name(int algorithm) throws PGPException {
        return switch (algorithm) {
            case 1 -> "MD5";
            case 2 -> "SHA-1";
            case 8 -> "SHA-256";
            case 9 -> "SHA-384";
            case 10 -> "SHA-512";
            case 11 -> "SHA-224";
            case 12 -> "SHA3-256";
            case 14 -> "SHA3-512";
            default -> throw new PGPException("unknown digest " + algorithm);
        };
    }

    private interface Update {
        void update(byte[] source, int offset, int length);
    }

    /** Gathers the salt and passphrase that are written millions of times, since digests are fast on long input only. */
    private static final class Calculator extends OutputStream implements PGPDigestCalculator {
        private final int algorithm;
        private final Update digest;
        private final Supplier<byte[]> result;
        private final byte[] gathered = new byte[8 * 1024];
        private int count;

        Calculator(int algorithm, Update digest, Supplier<byte[]> result) {
            this.algorithm = algorithm;
            this.digest = digest;
            this.result = result;
        }

        @Override
        public int getAlgorithm() {
            return algorithm;
        }

        @Override
        public OutputStream getOutputStream() {
            return this;
        }

        @Override
        public byte[] getDigest() {
            pass();
            return result.get();
        }

        @Override
        public void reset() {
            getDigest();
        }

        @Override
        public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            for (int done = 0; done < length; ) {
                int part = Math.min(length - done, gathered.length - count);
                System.arraycopy(source, offset + done, gathered, count, part);
                count += part;
                done += part;
                if (count == gathered.length) {
                    pass();
                }
            }
        }

        private void pass() {
            digest.update(gathered, 0, count);
            Arrays.fill(gathered, 0, count, (byte) 0);
            count = 0;
        }
    }
}
