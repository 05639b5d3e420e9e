package recovery.core.layer.openpgp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.bcpg.KeyIdentifier;
import org.bouncycastle.bcpg.S2K;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPPBEEncryptedData;
import org.bouncycastle.openpgp.PGPPublicKeyEncryptedData;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSessionKey;
import org.bouncycastle.openpgp.operator.bc.BcPBEDataDecryptorFactory;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyDecryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyDataDecryptorFactory;
import recovery.core.error.RecoveryException;
import recovery.core.layer.Secrets;

/**
 * Finds the key of the content with the secrets that were given; remembers what stood in the way. For one message and
 * one thread.
 */
final class SessionKeySearch {
    /** Minutes of one processor. */
    private static final long MOST_WORK = 64L << 30;

    private final List<Recipient> recipients;
    private final byte[] dataHead;
    private final char[] passphrase;
    private final Optional<PrivateKeys> given;
    private final SecretFaults faults;
    private final List<SessionKey> found = new ArrayList<>();
    /** Private keys whose passphrase is missing or wrong need not be tried again. */
    private final Set<Long> closed = new LinkedHashSet<>();

    private Optional<RecoveryException> obstacle = Optional.empty();

    private SessionKeySearch(List<Recipient> recipients, byte[] dataHead, Secrets secrets, SecretFaults faults) {
        this.recipients = recipients;
        this.dataHead = dataHead;
        this.faults = faults;
        this.passphrase = secrets.passphrase().orElseGet(() -> new char[0]);
        this.given = faults.wantedKeys().isEmpty()
                ? Optional.empty()
                : secrets.privateKey().map(PrivateKeys::read);
    }

    /**
     * Keys that may open the content; more than one only if several were made from passphrases. Throws SECRET_MISSING or
     * SECRET_WRONG if there is none.
     */
    static List<SessionKey> find(List<Recipient> recipients, byte[] dataHead, Secrets secrets, SecretFaults faults) {
        SessionKeySearch search = new SessionKeySearch(recipients, dataHead, secrets, faults);
        search.byPrivateKey();
        if (search.found.isEmpty()) {
            search.byPassphrase();
        }
        if (search.found.isEmpty()) {
            throw search.failure();
        }
        return search.found;
    }

    private RecoveryException failure() {
        if (obstacle.isPresent()) {
            return obstacle.get();
        }
        boolean passphraseUsed = passphrase.length > 0 && faults.wantsPassphrase();
        if (given.isPresent()) {
            return faults.otherKeys(given.get().ids());
        }
        return passphraseUsed ? faults.wrongPassphrase() : faults.nothingGiven(passphrase.length > 0);
    }

    private void byPrivateKey() {
        if (given.isEmpty()) {
            return;
        }
        for (Recipient recipient : recipients) {
            Optional<KeyIdentifier> wanted = recipient.key();
            for (PGPSecretKey key : given.get().all()) {
                if (wanted.isPresent() && isFor(wanted.get(), key) && found.isEmpty()) {
                    tryKey(recipient, key, wanted.get().isWildcard());
                }
            }
        }
    }

    private static boolean isFor(KeyIdentifier wanted, PGPSecretKey key) {
        return wanted.isWildcard()
                ? key.getPublicKey().isEncryptionKey()
                : wanted.getKeyId() == key.getKeyID() && wanted.matches(key.getKeyIdentifier());
    }

    private void tryKey(Recipient recipient, PGPSecretKey key, boolean hidden) {
        if (closed.contains(key.getKeyID())) {
            return;
        }
        Optional<PGPKeyPair> open = opened(key);
        if (open.isEmpty()) {
            closed.add(key.getKeyID());
            return;
        }
        try {
            PGPPublicKeyEncryptedData data = (PGPPublicKeyEncryptedData) recipient.read(dataHead);
            PGPSessionKey session = data.getSessionKey(new BcPublicKeyDataDecryptorFactory(open.get()));
            found.add(new SessionKey(session.getAlgorithm(), session.getKey(), true));
        } catch (PGPException | IOException | RuntimeException e) {
            if (!hidden) {
                obstacle = Optional.of(faults.sessionKeyDamaged(key.getKeyIdentifier()));
            }
        }
    }

    private Optional<PGPKeyPair> opened(PGPSecretKey key) {
        KeyIdentifier id = key.getKeyIdentifier();
        if (key.isPrivateKeyEmpty()) {
            obstacle = Optional.of(faults.emptyKey(id));
            return Optional.empty();
        }
        boolean isProtected = key.getS2KUsage() != 0;
        if (isProtected && passphrase.length == 0) {
            obstacle = Optional.of(faults.keyNeedsPassphrase(id));
            return Optional.empty();
        }
        S2K derivation = key.getS2K();
        if (derivation != null && derivation.getType() == S2K.ARGON_2) {
            refuseTooMuchWork(derivation.getMemorySizeExponent(), derivation.getPasses());
        }
        try {
            return Optional.of(
                    key.extractKeyPair(new BcPBESecretKeyDecryptorBuilder(new JdkDigests()).build(passphrase)));
        } catch (PGPException | RuntimeException e) {
            obstacle = Optional.of(isProtected ? faults.wrongKeyPassphrase(id) : faults.unusableKey(id));
            return Optional.empty();
        }
    }

    private void byPassphrase() {
        if (passphrase.length == 0) {
            return;
        }
        for (Recipient recipient : recipients) {
            if (recipient.isPassphrase()) {
                tryPassphrase(recipient);
            }
        }
    }

    private void tryPassphrase(Recipient recipient) {
        try {
            PGPPBEEncryptedData data = (PGPPBEEncryptedData) recipient.read(dataHead);
            recipient.argon2().ifPresent(work -> refuseTooMuchWork(work.memoryExponent(), work.passes()));
            PGPSessionKey session = data.getSessionKey(new BcPBEDataDecryptorFactory(passphrase, new JdkDigests()));
            found.add(new SessionKey(session.getAlgorithm(), session.getKey(), data.getVersion() >= 5));
        } catch (PGPException | IOException | IllegalArgumentException e) {
            // this passphrase gives no key here; another packet may fit, and if none does that is said
            return;
        }
    }

    /** Argon2 fills memory on purpose; how much stands in the message. */
    private void refuseTooMuchWork(int memoryExponent, int passes) {
        long bytes = 1024L << Math.min(40, memoryExponent);
        if (bytes > Runtime.getRuntime().maxMemory() / 2 || bytes * passes > MOST_WORK) {
            throw faults.tooMuchWork(bytes);
        }
    }
}
