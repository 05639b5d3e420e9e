package recovery.core.layer.openpgp;

import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.RIPEMD160Digest;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.operator.PGPDigestCalculator;
import org.bouncycastle.openpgp.operator.PGPDigestCalculatorProvider;

/** Digests for keys made of passphrases: gpg hashes 65 MB for one key, and the JDK does that several times as fast. */
final class JdkDigests implements PGPDigestCalculatorProvider {
    private static final int RIPEMD160 = 3;

    @Override
    public PGPDigestCalculator get(int algorithm) throws PGPException {
        return algorithm == RIPEMD160 ? new Engine(algorithm, new RIPEMD160Digest()) : new Jdk(algorithm);
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

    private static final class Jdk extends OutputStream implements PGPDigestCalculator {
        private final int algorithm;
        private final MessageDigest digest;

        Jdk(int algorithm) throws PGPException {
            this.algorithm = algorithm;
            try {
                digest = MessageDigest.getInstance(name(algorithm));
            } catch (NoSuchAlgorithmException e) {
                throw new PGPException("unknown digest " + algorithm, e);
            }
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
            return digest.digest();
        }

        @Override
        public void reset() {
            digest.reset();
        }

        @Override
        public void write(int value) {
            digest.update((byte) value);
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            digest.update(source, offset, length);
        }
    }

    /** For the one digest that the JDK does not have. */
    private static final class Engine extends OutputStream implements PGPDigestCalculator {
        private final int algorithm;
        private final Digest digest;

        Engine(int algorithm, Digest digest) {
            this.algorithm = algorithm;
            this.digest = digest;
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
            byte[] result = new byte[digest.getDigestSize()];
            digest.doFinal(result, 0);
            return result;
        }

        @Override
        public void reset() {
            digest.reset();
        }

        @Override
        public void write(int value) {
            digest.update((byte) value);
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            digest.update(source, offset, length);
        }
    }
}
