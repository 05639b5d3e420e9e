package recovery.core.layer.openpgp;

import java.util.Arrays;

/** The key of one message's content. */
final class SessionKey implements AutoCloseable {
    private final int cipher;
    private final byte[] key;
    private final boolean proven;

    /**
     * @param cipher its number in OpenPGP
     * @param key wiped by {@link #close}
     * @param proven the packet it came from proves that it is the right one; false if any passphrase would have given one
     */
    SessionKey(int cipher, byte[] key, boolean proven) {
        this.cipher = cipher;
        this.key = key;
        this.proven = proven;
    }

    int cipher() {
        return cipher;
    }

    /** The array itself, which {@link #close} wipes. */
    byte[] key() {
        return key;
    }

    boolean proven() {
        return proven;
    }

    @Override
    public void close() {
        Arrays.fill(key, (byte) 0);
    }
}
