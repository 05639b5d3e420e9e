package recovery.core.layer.openpgp;

import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.engines.BlowfishEngine;
import org.bouncycastle.crypto.engines.CAST5Engine;
import org.bouncycastle.crypto.engines.CamelliaEngine;
import org.bouncycastle.crypto.engines.DESedeEngine;
import org.bouncycastle.crypto.engines.IDEAEngine;
import org.bouncycastle.crypto.engines.TwofishEngine;
import org.bouncycastle.crypto.params.KeyParameter;

/** The block ciphers of OpenPGP. AES runs in the JDK, many blocks at a time; the others are rare and slow. */
enum CipherKind {
    IDEA(1, "IDEA", 16, 8) {
        @Override
        BlockCipher engine() {
            return new IDEAEngine();
        }
    },
    TRIPLE_DES(2, "3DES", 24, 8) {
        @Override
        BlockCipher engine() {
            return new DESedeEngine();
        }
    },
    CAST5(3, "CAST5", 16, 8) {
        @Override
        BlockCipher engine() {
            return new CAST5Engine();
        }
    },
    BLOWFISH(4, "Blowfish", 16, 8) {
        @Override
        BlockCipher engine() {
            return new BlowfishEngine();
        }
    },
    AES_128(7, "AES-128", 16, 16),
    AES_192(8, "AES-192", 24, 16),
    AES_256(9, "AES-256", 32, 16),
    TWOFISH(10, "Twofish", 32, 16) {
        @Override
        BlockCipher engine() {
            return new TwofishEngine();
        }
    },
    CAMELLIA_128(11, "Camellia-128", 16, 16) {
        @Override
        BlockCipher engine() {
            return new CamelliaEngine();
        }
    },
    CAMELLIA_192(12, "Camellia-192", 24, 16) {
        @Override
        BlockCipher engine() {
            return new CamelliaEngine();
        }
    },
    CAMELLIA_256(13, "Camellia-256", 32, 16) {
        @Override
        BlockCipher engine() {
            return new CamelliaEngine();
        }
    };

    private final int number;
    private final String title;
    private final int keyBytes;
    private final int blockBytes;

    CipherKind(int number, String title, int keyBytes, int blockBytes) {
        this.number = number;
        this.title = title;
        this.keyBytes = keyBytes;
        this.blockBytes = blockBytes;
    }

    /** Blocks one by one, without any chaining. For one thread. */
    interface Blocks {
        /** {@code length} is a multiple of the block; {@code from} and {@code to} are different arrays. */
        void process(byte[] from, int fromOffset, int length, byte[] to, int toOffset);
    }

    static Optional<CipherKind> numbered(int number) {
        return Stream.of(values()).filter(kind -> kind.number == number).findFirst();
    }

    String title() {
        return title;
    }

    int blockBytes() {
        return blockBytes;
    }

    boolean isAes() {
        return this == AES_128 || this == AES_192 || this == AES_256;
    }

    boolean takes(byte[] key) {
        return key.length == keyBytes;
    }

    Blocks encryptor(byte[] key) {
        return isAes() ? inJdk(key, Cipher.ENCRYPT_MODE) : inEngine(key, true);
    }

    Blocks decryptor(byte[] key) {
        return isAes() ? inJdk(key, Cipher.DECRYPT_MODE) : inEngine(key, false);
    }

    BlockCipher engine() {
        return AESEngine.newInstance();
    }

    private static Blocks inJdk(byte[] key, int mode) {
        try {
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"));
            return (from, fromOffset, length, to, toOffset) -> {
                try {
                    cipher.update(from, fromOffset, length, to, toOffset);
                } catch (GeneralSecurityException e) {
                    throw new IllegalStateException(e);
                }
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Blocks inEngine(byte[] key, boolean encrypt) {
        BlockCipher engine = engine();
        engine.init(encrypt, new KeyParameter(key));
        return (from, fromOffset, length, to, toOffset) -> {
            for (int done = 0; done < length; done += blockBytes) {
                engine.processBlock(from, fromOffset + done, to, toOffset + done);
            }
        };
    }
}
