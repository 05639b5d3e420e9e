package recovery.core.layer.openpgp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static recovery.core.error.ErrorCode.SECRET_WRONG;
import static recovery.core.error.RecoveryException.problem;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.bcpg.KeyIdentifier;
import org.bouncycastle.openpgp.PGPMarker;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import recovery.core.error.RecoveryException;

/**
 * The private keys an operator gave, subkeys included: as {@code gpg --export-secret-keys} writes them, armored, binary,
 * or base64 of either; several one behind the other. The arrays made on the way are wiped.
 */
final class PrivateKeys {
    private static final String ARMOR_BEGIN = "-----BEGIN PGP";
    private static final String EXPORT =
            "Give the key as \"gpg --armor --export-secret-keys\" prints it, or base64 of that.";
    private static final int MOST_BYTES = 16 << 20;

    private final List<PGPSecretKey> keys;

    private PrivateKeys(List<PGPSecretKey> keys) {
        this.keys = keys;
    }

    /** Throws SECRET_WRONG if there is no private key in {@code given}. */
    static PrivateKeys read(byte[] given) {
        if (given.length > MOST_BYTES) {
            throw problem(SECRET_WRONG, "the private key that was given has %d bytes", given.length)
                    .remedy(EXPORT);
        }
        List<byte[]> blocks = new ArrayList<>();
        try {
            addBlocks(given, blocks, true);
            List<PGPSecretKey> keys = new ArrayList<>();
            boolean anyPublic = false;
            for (byte[] block : blocks) {
                anyPublic |= addKeys(block, keys);
            }
            if (keys.isEmpty()) {
                throw anyPublic ? publicKey() : noKey();
            }
            return new PrivateKeys(keys);
        } catch (IOException | RuntimeException e) {
            throw e instanceof RecoveryException known && known.code() == SECRET_WRONG ? known : noKey();
        } finally {
            blocks.forEach(block -> Arrays.fill(block, (byte) 0));
        }
    }

    List<PGPSecretKey> all() {
        return keys;
    }

    List<KeyIdentifier> ids() {
        return keys.stream().map(PGPSecretKey::getKeyIdentifier).toList();
    }

    /** The binary form of {@code given}: its armored parts, itself, or what base64 hides. */
    private static void addBlocks(byte[] given, List<byte[]> blocks, boolean maybeBase64) throws IOException {
        int start = 0;
        while (start < given.length && Character.isWhitespace(given[start])) {
            start++;
        }
        if (start == given.length) {
            return;
        }
        if ((given[start] & 0x80) != 0 && (given[start] & 0xFF) != 0xEF) {
            blocks.add(Arrays.copyOfRange(given, start, given.length));
            return;
        }
        List<Integer> armors = armors(given);
        for (int i = 0; i < armors.size(); i++) {
            int end = i + 1 < armors.size() ? armors.get(i + 1) : given.length;
            addArmored(given, armors.get(i), end, blocks);
        }
        if (armors.isEmpty() && maybeBase64) {
            byte[] decoded = Base64.getMimeDecoder().decode(given);
            try {
                addBlocks(decoded, blocks, false);
            } finally {
                Arrays.fill(decoded, (byte) 0);
            }
        }
    }

    private static void addArmored(byte[] given, int from, int to, List<byte[]> blocks) throws IOException {
        String line = new String(given, from, Math.min(80, to - from), ISO_8859_1);
        String kind = line.startsWith(ARMOR_BEGIN + " PUBLIC") ? "PUBLIC KEY BLOCK" : "PRIVATE KEY BLOCK";
        Faults faults = new Faults("the private key", () -> 0);
        try (Armor armor = new Armor(new ByteArrayInputStream(given, from, to - from), faults, kind)) {
            blocks.add(armor.readAllBytes());
        }
    }

    private static List<Integer> armors(byte[] given) {
        byte[] begin = ARMOR_BEGIN.getBytes(ISO_8859_1);
        List<Integer> found = new ArrayList<>();
        for (int at = 0; at + begin.length <= given.length; at++) {
            if (given[at] == '-' && Arrays.equals(given, at, at + begin.length, begin, 0, begin.length)) {
                found.add(at);
            }
        }
        return found;
    }

    /** True if there was a public key among them. */
    private static boolean addKeys(byte[] block, List<PGPSecretKey> keys) throws IOException {
        boolean anyPublic = false;
        BcPGPObjectFactory factory = new BcPGPObjectFactory(block);
        for (Object object = factory.nextObject(); object != null; object = factory.nextObject()) {
            if (object instanceof PGPSecretKeyRing ring) {
                ring.getSecretKeys().forEachRemaining(keys::add);
            } else if (object instanceof PGPPublicKeyRing) {
                anyPublic = true;
            } else if (!(object instanceof PGPMarker)) {
                throw noKey();
            }
        }
        return anyPublic;
    }

    private static RecoveryException publicKey() {
        return problem(SECRET_WRONG, "what was given as private key is a public key")
                .remedy(EXPORT);
    }

    private static RecoveryException noKey() {
        return problem(SECRET_WRONG, "what was given as private key is not an OpenPGP key, or is damaged")
                .remedy(EXPORT);
    }
}
