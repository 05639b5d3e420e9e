package recovery.core.layer.openpgp;

import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.modes.AEADBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/** The modes and ciphers that the JDK does not have, by Bouncy Castle: rare and slow. */
final class EngineAead implements AeadKind.Opener {
    private final AEADBlockCipher cipher;
    private final KeyParameter key;

    EngineAead(AEADBlockCipher cipher, byte[] key) {
        this.cipher = cipher;
        this.key = new KeyParameter(key);
    }

    @Override
    public boolean open(byte[] nonce, byte[] associated, byte[] from, int offset, int length, byte[] to) {
        try {
            cipher.init(false, new AEADParameters(key, 8 * AeadKind.TAG_BYTES, nonce, associated));
            int count = cipher.processBytes(from, offset, length, to, 0);
            cipher.doFinal(to, count);
            return true;
        } catch (InvalidCipherTextException e) {
            return false;
        }
    }
}
