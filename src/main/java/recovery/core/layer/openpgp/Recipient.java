package recovery.core.layer.openpgp;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.bcpg.KeyIdentifier;
import org.bouncycastle.openpgp.PGPEncryptedData;
import org.bouncycastle.openpgp.PGPEncryptedDataList;

/** One packet that holds the session key, encrypted for a private key or with a passphrase, as Bouncy Castle wants it. */
final class Recipient {
    private final int tag;
    private final byte[] body;

    /** {@code tag} is 1 or 3. */
    Recipient(int tag, byte[] body) {
        this.tag = tag;
        this.body = body;
    }

    boolean isPassphrase() {
        return tag == Packets.SESSION_KEY_BY_PASSPHRASE;
    }

    /** The key it is for; empty if it is a passphrase or of an unknown version. The wildcard if the message hides it. */
    Optional<KeyIdentifier> key() {
        if (isPassphrase()) {
            return Optional.empty();
        }
        if (body.length > 10 && (body[0] == 3 || body[0] == 2)) {
            long id = ByteBuffer.wrap(body).getLong(1);
            return Optional.of(id == 0 ? KeyIdentifier.wildcard() : new KeyIdentifier(id));
        }
        if (body.length > 2 && body[0] == 6) {
            int length = body[1] & 0xFF;
            if (length == 0) {
                return Optional.of(KeyIdentifier.wildcard());
            }
            boolean known = (body[2] == 4 && length == 21) || (body[2] == 6 && length == 33);
            return known && body.length > 2 + length
                    ? Optional.of(new KeyIdentifier(Arrays.copyOfRange(body, 3, 2 + length)))
                    : Optional.empty();
        }
        return Optional.empty();
    }

    /** How much work it is to make a key of the passphrase, if that is done by Argon2. */
    Optional<Argon2> argon2() {
        int at = isPassphrase() && body.length > 0
                ? switch (body[0]) {
                    case 4 -> 2;
                    case 5 -> 3;
                    default -> 5;
                }
                : body.length;
        int salt = at + 1;
        return body.length > salt + 18 && body[at] == 4
                ? Optional.of(new Argon2(body[salt + 16] & 0xFF, body[salt + 18] & 0xFF))
                : Optional.empty();
    }

    /** 2 to the power of {@code memoryExponent} kilobytes, so many times. */
    record Argon2(int passes, int memoryExponent) {}

    /** {@code dataHead}: the packet of the content up to its first encrypted byte, on which the form of the key depends. */
    PGPEncryptedData read(byte[] dataHead) throws IOException {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.write(0xC0 | tag);
        both.write(0xFF);
        both.write(ByteBuffer.allocate(4).putInt(body.length).array());
        both.write(body);
        both.write(dataHead);
        PGPEncryptedDataList list = new PGPEncryptedDataList(new ByteArrayInputStream(both.toByteArray()));
        if (list.size() != 1) {
            throw new IOException("unknown version " + body[0]);
        }
        return list.get(0);
    }
}
