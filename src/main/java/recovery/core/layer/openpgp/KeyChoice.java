package recovery.core.layer.openpgp;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/** Which key of a certificate files are encrypted to: the newest one that is meant for it and valid. For one thread. */
final class KeyChoice {
    private static final int VERSION = 4;

    private final PGPPublicKey primary;
    private final List<PGPPublicKey> all = new ArrayList<>();
    private final Instant now;

    KeyChoice(PGPPublicKeyRing ring, Instant now) {
        this.primary = ring.getPublicKey();
        this.now = now;
        ring.getPublicKeys().forEachRemaining(all::add);
    }

    /** Throws SETTINGS_INVALID with what is wrong if there is none. */
    PGPPublicKey key() {
        if (primary.getVersion() != VERSION) {
            throw EncryptionKey.unusable("it is of version %d, which few programs can read; version 4 is usual"
                    .formatted(primary.getVersion()));
        }
        Optional<String> wrong = wrong(primary, selfSignature());
        if (wrong.isPresent()) {
            throw EncryptionKey.unusable(wrong.get());
        }
        List<String> reasons = new ArrayList<>();
        List<PGPPublicKey> usable = new ArrayList<>();
        for (PGPPublicKey key : all) {
            Optional<PGPSignature> signature = key.isMasterKey() ? selfSignature() : binding(key);
            if (key.isEncryptionKey() && (signature.isEmpty() || mayEncrypt(signature.get()))) {
                Optional<String> why = wrong(key, signature);
                why.ifPresentOrElse(reasons::add, () -> usable.add(key));
            }
        }
        return usable.stream()
                .max(Comparator.comparing(PGPPublicKey::getCreationTime))
                .orElseThrow(() -> EncryptionKey.unusable(
                        reasons.isEmpty()
                                ? "key %016X can only sign, and no key of it is for encryption"
                                        .formatted(primary.getKeyID())
                                : String.join("; ", reasons)));
    }

    private Optional<String> wrong(PGPPublicKey key, Optional<PGPSignature> signature) {
        String id = "key %016X".formatted(key.getKeyID());
        if (key.hasRevocation()) {
            return Optional.of(id + " is revoked");
        }
        if (signature.isEmpty()) {
            return Optional.of(id + " carries no valid signature of its own certificate");
        }
        long seconds = signature.get().getHashedSubPackets().getKeyExpirationTime();
        Instant end = key.getCreationTime().toInstant().plusSeconds(seconds);
        if (seconds > 0 && !end.isAfter(now)) {
            return Optional.of("%s expired on %s".formatted(id, LocalDate.ofInstant(end, ZoneOffset.UTC)));
        }
        return Optional.empty();
    }

    /** Certificates without flags are from before there were any: then the algorithm says it. */
    private static boolean mayEncrypt(PGPSignature signature) {
        int flags = signature.getHashedSubPackets().getKeyFlags();
        return flags == 0 || (flags & (KeyFlags.ENCRYPT_COMMS | KeyFlags.ENCRYPT_STORAGE)) != 0;
    }

    /** The newest valid one by which the primary key says something of itself. */
    private Optional<PGPSignature> selfSignature() {
        List<PGPSignature> valid = new ArrayList<>();
        primary.getUserIDs().forEachRemaining(user -> {
            Iterator<PGPSignature> signatures = primary.getSignaturesForID(user);
            while (signatures != null && signatures.hasNext()) {
                PGPSignature one = signatures.next();
                if (one.isCertification() && isValid(one, () -> one.verifyCertification(user, primary))) {
                    valid.add(one);
                }
            }
        });
        primary.getSignaturesOfType(PGPSignature.DIRECT_KEY).forEachRemaining(one -> {
            if (isValid(one, () -> one.verifyCertification(primary))) {
                valid.add(one);
            }
        });
        return newest(valid);
    }

    private Optional<PGPSignature> binding(PGPPublicKey subkey) {
        List<PGPSignature> valid = new ArrayList<>();
        subkey.getSignaturesOfType(PGPSignature.SUBKEY_BINDING).forEachRemaining(one -> {
            if (isValid(one, () -> one.verifyCertification(primary, subkey))) {
                valid.add(one);
            }
        });
        return newest(valid);
    }

    private interface Check {
        boolean holds() throws PGPException;
    }

    private boolean isValid(PGPSignature signature, Check check) {
        try {
            if (signature.getKeyID() != primary.getKeyID()) {
                return false;
            }
            signature.init(new BcPGPContentVerifierBuilderProvider(), primary);
            return check.holds();
        } catch (PGPException | RuntimeException unreadable) {
            return false; // of a kind that cannot be checked here, so it proves nothing
        }
    }

    private static Optional<PGPSignature> newest(List<PGPSignature> signatures) {
        return signatures.stream().max(Comparator.comparing(PGPSignature::getCreationTime));
    }
}
