package recovery.core.layer.openpgp;

import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.crypto.modes.EAXBlockCipher;
import org.bouncycastle.crypto.modes.GCMBlockCipher;

/** The authenticating modes of OpenPGP. */
enum AeadKind {
    EAX(1, 16) {
        @Override
        Opener opener(CipherKind kind, byte[] key) {
            return new EngineAead(new EAXBlockCipher(kind.engine()), key);
        }
    },
    OCB(2, 15) {
        @Override
        Opener opener(CipherKind kind, byte[] key) {
            return new Ocb(kind.encryptor(key), kind.decryptor(key));
        }
    },
    GCM(3, 12) {
        @Override
        Opener opener(CipherKind kind, byte[] key) {
            return kind.isAes() ? new JdkGcm(key) : new EngineAead(GCMBlockCipher.newInstance(kind.engine()), key);
        }
    };

    static final int TAG_BYTES = 16;

    private final int number;
    private final int nonceBytes;

    AeadKind(int number, int nonceBytes) {
        this.number = number;
        this.nonceBytes = nonceBytes;
    }

    /** Decrypts whole chunks. For one thread. */
    interface Opener {
        /**
         * {@code from} holds {@code length} bytes with the tag at their end; {@code to} gets them without the tag. False,
         * with nothing of use in {@code to}, if the tag does not fit.
         */
        boolean open(byte[] nonce, byte[] associated, byte[] from, int offset, int length, byte[] to);
    }

    static Optional<AeadKind> numbered(int number) {
        return Stream.of(values()).filter(kind -> kind.number == number).findFirst();
    }

    int nonceBytes() {
        return nonceBytes;
    }

    abstract Opener opener(CipherKind kind, byte[] key);
}
