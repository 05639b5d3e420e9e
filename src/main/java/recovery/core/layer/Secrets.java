package recovery.core.layer;

import java.util.Arrays;
import java.util.Optional;

/**
 * What opens an encrypted backup: a passphrase, a private key, or a passphrase that opens the private key. Lives in
 * memory only; {@link #close} wipes it, and whoever made it closes it. Never printed. Any thread may read it.
 */
public final class Secrets implements AutoCloseable {
    private final char[] passphrase;
    private final byte[] privateKey;

    /**
     * Takes both arrays over; the caller keeps no copy.
     *
     * @param passphrase without a line feed at its end; empty for none
     * @param privateKey as exported by gpg, armored, binary or base64 of either; empty for none
     */
    public Secrets(char[] passphrase, byte[] privateKey) {
        this.passphrase = passphrase;
        this.privateKey = privateKey;
    }

    public static Secrets none() {
        return new Secrets(new char[0], new byte[0]);
    }

    /** The array itself, which {@link #close} wipes. */
    public Optional<char[]> passphrase() {
        return passphrase.length == 0 ? Optional.empty() : Optional.of(passphrase);
    }

    /** The array itself, which {@link #close} wipes. */
    public Optional<byte[]> privateKey() {
        return privateKey.length == 0 ? Optional.empty() : Optional.of(privateKey);
    }

    @Override
    public String toString() {
        return "***";
    }

    @Override
    public void close() {
        Arrays.fill(passphrase, '\0');
        Arrays.fill(privateKey, (byte) 0);
    }
}
