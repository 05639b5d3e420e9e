package recovery.core.layer.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The content of an encrypted packet with a modification detection code (version 1 of tag 18, RFC 9580 section 5.13.1).
 *
 * <p>A plain block is its cipher block XOR the encrypted cipher block before it, so many blocks are decrypted at once
 * by encrypting the cipher text itself. The plain text is one block of noise, its last two bytes once more, the packets,
 * and at the end {@code D3 14} and the SHA-1 of all that. Content is handed out as it comes, but the end is reported
 * only if the SHA-1 fits. For one thread.
 */
final class CfbContent extends Decrypted {
    /** So much of the body says whether a key may be the right one, whatever its cipher. */
    static final int HEAD_BYTES = 19;

    private static final int CODE_BYTES = 22;
    private static final int STEP = 128 * 1024;

    private final InputStream in;
    private final Faults faults;
    private final CipherKind.Blocks blocks;
    private final int block;
    private final MessageDigest digest;
    /** One block of cipher text that was decrypted already, then what comes next. */
    private final byte[] cipherText;

    private final byte[] keyStream = new byte[STEP];
    /** What is in the buffer and was not handed out yet; its last {@link #CODE_BYTES} may be the code. */
    private int plainLength;

    private boolean begun;

    CfbContent(InputStream in, CipherKind kind, SessionKey key, Faults faults) {
        super(CODE_BYTES + STEP);
        this.in = in;
        this.faults = faults;
        this.block = kind.blockBytes();
        this.blocks = kind.encryptor(key.key());
        this.cipherText = new byte[block + STEP];
        try {
            digest = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether {@code key} gives the repetition and the header of a packet; one wrong key in 200,000 does. */
    static boolean fits(CipherKind kind, SessionKey key, byte[] head) {
        int block = kind.blockBytes();
        if (head.length < HEAD_BYTES) {
            return false;
        }
        byte[] input = new byte[2 * block];
        System.arraycopy(head, 0, input, block, block);
        byte[] stream = new byte[2 * block];
        kind.encryptor(key.key()).process(input, 0, 2 * block, stream, 0);
        byte[] plain = new byte[block + 3];
        for (int i = 0; i < plain.length; i++) {
            plain[i] = (byte) (head[i] ^ stream[i]);
        }
        return plain[block - 2] == plain[block] && plain[block - 1] == plain[block + 1] && begins(plain[block + 2]);
    }

    /** A packet that may stand first inside of an encrypted one. */
    private static boolean begins(byte header) {
        return (header & 0x80) != 0
                && switch (Packets.tag(header & 0xFF)) {
                    case Packets.SIGNATURE,
                            Packets.ONE_PASS_SIGNATURE,
                            Packets.COMPRESSED,
                            Packets.MARKER,
                            Packets.LITERAL,
                            Packets.PADDING -> true;
                    default -> Packets.beginsMessage(header & 0xFF);
                };
    }

    @Override
    void decryptMore() throws IOException {
        System.arraycopy(plain, limit, plain, 0, plainLength - limit);
        plainLength -= limit;
        int count = in.readNBytes(cipherText, block, STEP);
        blocks.process(cipherText, 0, (count + block - 1) / block * block, keyStream, 0);
        for (int i = 0; i < count; i++) {
            plain[plainLength + i] = (byte) (keyStream[i] ^ cipherText[block + i]);
        }
        System.arraycopy(cipherText, count, cipherText, 0, block);
        plainLength += count;
        boolean last = count < STEP;
        if (!begun && plainLength < block + 2 + CODE_BYTES) {
            throw faults.damaged("its encrypted content has only %d bytes".formatted(plainLength));
        }
        limit = plainLength - CODE_BYTES;
        digest.update(plain, 0, limit);
        next = begun ? 0 : block + 2;
        begun = true;
        if (last) {
            checkCode();
            ended = true;
        }
    }

    private void checkCode() {
        digest.update(plain, limit, 2);
        byte[] expected = Arrays.copyOfRange(plain, limit + 2, plainLength);
        if (plain[limit] != (byte) 0xD3
                || plain[limit + 1] != 0x14
                || !MessageDigest.isEqual(digest.digest(), expected)) {
            throw faults.damaged("its modification detection code does not fit its content");
        }
    }
}
