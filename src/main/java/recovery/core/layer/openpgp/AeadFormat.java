package recovery.core.layer.openpgp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How the chunks of one packet are encrypted: what stands in front of them, and what follows from that.
 *
 * <p>Tag 20, as gpg 2.3 and later write it: version 1, cipher, mode, size, nonce. Tag 18 version 2 (RFC 9580): version
 * 2, cipher, mode, size, 32 bytes of salt, from which a key of its own and the nonce are derived.
 */
final class AeadFormat {
    private static final int SALT_BYTES = 32;
    /** RFC 9580 allows no more; a chunk is held in memory. */
    private static final int MOST_SIZE = 16;

    private final int tag;
    private final byte[] head;
    private final CipherKind cipher;
    private final AeadKind mode;

    private AeadFormat(int tag, byte[] head, CipherKind cipher, AeadKind mode) {
        this.tag = tag;
        this.head = head;
        this.cipher = cipher;
        this.mode = mode;
    }

    /** {@code in} stands behind the version. */
    static AeadFormat read(Packets.Packet packet, int version, Faults faults) throws IOException {
        byte[] fixed = packet.body().readNBytes(3);
        if (fixed.length < 3) {
            throw faults.damaged("its encrypted packet is too short");
        }
        CipherKind cipher = CipherKind.numbered(fixed[0] & 0xFF)
                .orElseThrow(() -> faults.unsupported("a cipher of the unknown number " + (fixed[0] & 0xFF)));
        AeadKind mode = AeadKind.numbered(fixed[1] & 0xFF)
                .orElseThrow(() -> faults.unsupported("an encryption mode of the unknown number " + (fixed[1] & 0xFF)));
        if (cipher.blockBytes() != 16) {
            throw faults.damaged("its cipher " + cipher.title() + " cannot be used in mode " + mode);
        }
        int size = fixed[2] & 0xFF;
        if (size > MOST_SIZE) {
            throw faults.unsupported("chunks of 2^%d bytes".formatted(size + 6));
        }
        int more = packet.tag() == Packets.ENCRYPTED_AEAD ? mode.nonceBytes() : SALT_BYTES;
        byte[] start = packet.body().readNBytes(more);
        if (start.length < more) {
            throw faults.damaged("its encrypted packet is too short");
        }
        byte[] head = new byte[4 + more];
        head[0] = (byte) version;
        System.arraycopy(fixed, 0, head, 1, 3);
        System.arraycopy(start, 0, head, 4, more);
        return new AeadFormat(packet.tag(), head, cipher, mode);
    }

    /** The bytes in front of the chunks. */
    byte[] head() {
        return head.clone();
    }

    CipherKind cipher() {
        return cipher;
    }

    int chunkBytes() {
        return 1 << (head[3] + 6);
    }

    /** Opens the chunks of one message, with the key that was derived from {@code session}. */
    Chunks chunks(SessionKey session) {
        if (tag == Packets.ENCRYPTED_AEAD) {
            return new Chunks(mode.opener(cipher, session.key()), Arrays.copyOfRange(head, 4, head.length));
        }
        int nonceStart = mode.nonceBytes() - 8;
        byte[] derived = derive(session.key(), session.key().length + nonceStart);
        byte[] key = Arrays.copyOf(derived, session.key().length);
        byte[] nonce = Arrays.copyOf(Arrays.copyOfRange(derived, key.length, derived.length), mode.nonceBytes());
        try {
            return new Chunks(mode.opener(cipher, key), nonce);
        } finally {
            Arrays.fill(derived, (byte) 0);
            Arrays.fill(key, (byte) 0);
        }
    }

    /** HKDF with SHA-256 (RFC 5869), of at most 64 bytes. */
    private byte[] derive(byte[] secret, int count) {
        byte[] salt = Arrays.copyOfRange(head, 4, head.length);
        byte[] extracted = hmac(salt, secret);
        byte[] first = hmac(extracted, info(), new byte[] {1});
        byte[] second = hmac(extracted, first, info(), new byte[] {2});
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        byte[] result = Arrays.copyOf(all, count);
        for (byte[] secretPart : new byte[][] {extracted, first, second, all}) {
            Arrays.fill(secretPart, (byte) 0);
        }
        return result;
    }

    private static byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The header byte of the packet in the new format, then version, cipher, mode and size. */
    private byte[] info() {
        return new byte[] {(byte) (0xC0 | tag), head[0], head[1], head[2], head[3]};
    }

    /** Opens chunk after chunk; each is bound to its number, so none can be left out or moved. For one thread. */
    final class Chunks {
        private final AeadKind.Opener opener;
        private final byte[] nonceStart;

        private Chunks(AeadKind.Opener opener, byte[] nonceStart) {
            this.opener = opener;
            this.nonceStart = nonceStart;
        }

        boolean open(long number, byte[] from, int length, byte[] to) {
            byte[] associated = tag == Packets.ENCRYPTED_AEAD
                    ? ByteBuffer.allocate(13).put(info()).putLong(number).array()
                    : info();
            return opener.open(nonce(number), associated, from, 0, length, to);
        }

        /** The tag behind the last chunk, which says how many bytes of content there were. */
        boolean closes(long number, long contentBytes, byte[] from) {
            byte[] associated = tag == Packets.ENCRYPTED_AEAD
                    ? ByteBuffer.allocate(21)
                            .put(info())
                            .putLong(number)
                            .putLong(contentBytes)
                            .array()
                    : ByteBuffer.allocate(13).put(info()).putLong(contentBytes).array();
            return opener.open(nonce(number), associated, from, 0, AeadKind.TAG_BYTES, new byte[0]);
        }

        /** The number is XORed into the last eight bytes (tag 20), which are zero in tag 18. */
        private byte[] nonce(long number) {
            byte[] nonce = nonceStart.clone();
            ByteBuffer bytes = ByteBuffer.wrap(nonce);
            int last = nonce.length - 8;
            bytes.putLong(last, bytes.getLong(last) ^ number);
            return nonce;
        }
    }
}
