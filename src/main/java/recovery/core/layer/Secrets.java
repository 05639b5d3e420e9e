package recovery.core.layer;

import java.util.Arrays;
import java.util.Optional;

/**
 * What opens an encrypted backup: a passphrase, a private key, or a passphrase that opens the private key;
 * and the key of an encrypted database. Lives in
 * memory only; {@link #close} wipes it, and whoever made it closes it. Never printed. Any thread may read it.
 */
public final class Secrets implements AutoCloseable {
    private final char[] passphrase;
    private final byte[] privateKey;
    private final char[] databaseKey;

    /**
     * Takes both arrays over; the caller keeps no copy.
     *
     * @param passphrase without a line feed at its end; empty for none
     * @param privateKey as exported by gpg, armored, binary or base64 of either; empty for none
     */
    public Secrets(char[] passphrase, byte[] privateKey) {
        this(passphrase, privateKey, new char[0]);
    }

    /**
     * As above.
     *
     * @param databaseKey of an encrypted SQLite file: a passphrase, or {@code x'…'} with the key itself; empty for none
     */
    public Secrets(char[] passphrase, byte[] privateKey, char[] databaseKey) {
        this.databaseKey = databaseKey;
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

    /** The array itself, which {@link #close} wipes. */
    public Optional<char[]> databaseKey() {
        return databaseKey.length == 0 ? Optional.empty() : Optional.of(databaseKey);
    }

    @Override
    public String toString() {
        return "***";
    }

    @Override
    public void close() {
        Arrays.fill(passphrase, '\0');
        Arrays.fill(privateKey, (byte) 0);
        Arrays.fill(databaseKey, '\0');
    }
}
