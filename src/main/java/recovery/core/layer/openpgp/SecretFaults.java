package recovery.core.layer.openpgp;

import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.ErrorCode.SECRET_MISSING;
import static recovery.core.error.ErrorCode.SECRET_WRONG;
import static recovery.core.error.RecoveryException.problem;

import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.bcpg.KeyIdentifier;
import recovery.core.error.RecoveryException;

/**
 * What can be wrong with the secrets for one message, told apart as far as OpenPGP allows. Names key ids, which stand in
 * the file for all to read, and never a secret.
 *
 * @param wantedKeys that open the message; a wildcard for each that the message hides
 * @param wantsPassphrase a passphrase opens it as well
 */
record SecretFaults(String file, List<KeyIdentifier> wantedKeys, boolean wantsPassphrase) {
    private static final String GIVE_PASSPHRASE = "Give the passphrase: in the field 'passphrase' of the page or the"
            + " request, or with '--passphrase-stdin' in the terminal.";
    private static final String GIVE_KEY =
            "Give the private key as \"gpg --armor --export-secret-keys%s\" prints it: in the"
                    + " field 'privateKey' of the page or the request, or with '--key-stdin' in the terminal.";

    /** No secret that could fit was given; {@code passphraseGiven} if one was that has nothing to open. */
    RecoveryException nothingGiven(boolean passphraseGiven) {
        if (wantedKeys.isEmpty()) {
            return problem(SECRET_MISSING, "'%s' is encrypted with a passphrase, and none was given", file)
                    .remedy(GIVE_PASSPHRASE);
        }
        String none = passphraseGiven && !wantsPassphrase ? "only a passphrase was given" : "none was given";
        if (wantsPassphrase) {
            return problem(
                            SECRET_MISSING,
                            "'%s' is encrypted %s or with a passphrase, and neither was given",
                            file,
                            keys())
                    .remedy(GIVE_PASSPHRASE, giveKey());
        }
        return problem(SECRET_MISSING, "'%s' is encrypted %s, and %s", file, keys(), none)
                .remedy(giveKey());
    }

    RecoveryException otherKeys(List<KeyIdentifier> given) {
        List<KeyIdentifier> ids = given.stream().distinct().toList();
        String what = ids.size() == 1 ? "the private key that was given is " : "the private keys that were given are ";
        return problem(SECRET_WRONG, "'%s' is encrypted %s, and %s%s", file, keys(), what, KeyIds.text(ids))
                .remedy(giveKey());
    }

    RecoveryException keyNeedsPassphrase(KeyIdentifier key) {
        return problem(
                        SECRET_MISSING,
                        "the private key %s is locked with a passphrase, and none was given",
                        KeyIds.text(key))
                .remedy(GIVE_PASSPHRASE);
    }

    RecoveryException wrongKeyPassphrase(KeyIdentifier key) {
        return problem(
                        SECRET_WRONG,
                        "the passphrase that was given does not unlock the private key %s",
                        KeyIds.text(key))
                .remedy("Give the passphrase of this private key; capitals, blanks and the keyboard's layout count.");
    }

    RecoveryException wrongPassphrase() {
        return problem(SECRET_WRONG, "the passphrase does not open '%s': it is wrong, or the file is damaged", file)
                .remedy(
                        "Give the passphrase that the backup was encrypted with; capitals, blanks and the keyboard's layout"
                                + " count.",
                        "If the passphrase is right, copy the file from its origin again and compare the checksums.");
    }

    /** Exported from a machine that only has the signing part, or that keeps the key on a card. */
    RecoveryException emptyKey(KeyIdentifier key) {
        return problem(
                        SECRET_WRONG,
                        "the private key %s was exported without its secret part, which lies elsewhere or on a card",
                        KeyIds.text(key))
                .remedy(giveKey());
    }

    RecoveryException unusableKey(KeyIdentifier key) {
        return problem(
                        SECRET_WRONG,
                        "the private key %s is damaged, or of a kind that cannot be read here",
                        KeyIds.text(key))
                .remedy(giveKey());
    }

    RecoveryException sessionKeyDamaged(KeyIdentifier key) {
        return problem(
                        DUMP_DAMAGED,
                        "the OpenPGP message is damaged: the private key %s is the right one, but does not open its"
                                + " session key",
                        KeyIds.text(key))
                .remedy(
                        "Copy the file from its origin again and compare the checksums.",
                        "Restore an older backup instead.");
    }

    RecoveryException tooMuchWork(long bytes) {
        return problem(
                        BACKUP_UNSUPPORTED,
                        "'%s' or its key says that %d MB of memory are needed to try a passphrase (Argon2), more than this"
                                + " program may take",
                        file,
                        bytes >> 20)
                .remedy("Start this program with more memory, with \"java -Xmx%dm\", and try again."
                        .formatted((bytes >> 20) * 2 + 256));
    }

    private String keys() {
        List<KeyIdentifier> named =
                wantedKeys.stream().filter(key -> !key.isWildcard()).toList();
        List<String> parts = new ArrayList<>();
        if (!named.isEmpty()) {
            String ids = KeyIds.text(named);
            parts.add((ids.contains(",") ? "for any of the private keys " : "for the private key ") + ids);
        }
        if (named.size() < wantedKeys.size()) {
            parts.add(parts.isEmpty() ? "for a private key that it does not name" : "others that it does not name");
        }
        return String.join(" and ", parts);
    }

    private String giveKey() {
        String first = wantedKeys.stream()
                .filter(key -> !key.isWildcard())
                .findFirst()
                .map(key -> " " + KeyIds.text(key))
                .orElse("");
        return GIVE_KEY.formatted(first);
    }
}
