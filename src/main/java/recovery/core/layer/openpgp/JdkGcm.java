package recovery.core.layer.openpgp;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES in Galois counter mode by the JDK. */
final class JdkGcm implements AeadKind.Opener {
    private final SecretKeySpec key;

    JdkGcm(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
    }

    @Override
    public boolean open(byte[] nonce, byte[] associated, byte[] from, int offset, int length, byte[] to) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(8 * AeadKind.TAG_BYTES, nonce));
            cipher.updateAAD(associated);
            cipher.doFinal(from, offset, length, to, 0);
            return true;
        } catch (AEADBadTagException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
