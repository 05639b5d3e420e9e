package recovery.core.layer.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static recovery.core.layer.openpgp.Messages.key;
import static recovery.core.layer.openpgp.Messages.passphrase;
import static recovery.core.layer.openpgp.Messages.read;
import static recovery.core.layer.openpgp.Messages.sample;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import recovery.core.error.RecoveryException;
import recovery.core.layer.Secrets;

/** Each wrong or missing secret in its own words. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SecretFaultsTest {
    private static final String GIVE_KEY =
            "\n  remedy: Give the private key as \"gpg --armor --export-secret-keys %s\" prints"
                    + " it: in the field 'privateKey' of the page or the request, or with '--key-stdin' in the terminal.";
    private static final String GIVE_PASSPHRASE =
            "\n  remedy: Give the passphrase: in the field 'passphrase' of the page or"
                    + " the request, or with '--passphrase-stdin' in the terminal.";

    private static String refusal(String message, Secrets secrets) {
        return catchThrowableOfType(RecoveryException.class, () -> read(sample(message), secrets))
                .report();
    }

    @Test
    void saysWhichKeyIsMissing() {
        assertThat(refusal("shop.db.gz.gpg", Secrets.none()))
                .isEqualTo(
                        "SECRET_MISSING: 'shop.gpg' is encrypted for the private key E518BBFBC519A44B, and none was given"
                                + GIVE_KEY.formatted("E518BBFBC519A44B"));
        assertThat(refusal("shop.db.gz.gpg", passphrase("sample passphrase")))
                .startsWith("SECRET_MISSING: 'shop.gpg' is encrypted for the private key E518BBFBC519A44B, and only a"
                        + " passphrase was given\n");
    }

    @Test
    void saysThatAPassphraseIsMissing() {
        assertThat(refusal("shop-pg15-symmetric.dump.gpg", Secrets.none()))
                .isEqualTo("SECRET_MISSING: 'shop.gpg' is encrypted with a passphrase, and none was given"
                        + GIVE_PASSPHRASE);
        assertThat(refusal("shop-pg15-symmetric.dump.gpg", key("sample-curve-private-key.asc", "")))
                .startsWith("SECRET_MISSING: 'shop.gpg' is encrypted with a passphrase, and none was given\n");
        assertThat(refusal("shop.db.gz.gpg", key("sample-private-key.asc", "")))
                .isEqualTo(
                        "SECRET_MISSING: the private key E518BBFBC519A44B is locked with a passphrase, and none was given"
                                + GIVE_PASSPHRASE);
    }

    @Test
    void namesTheKeysThatWereGivenAndThoseThatFit() {
        assertThat(refusal("shop.db.gz.gpg", key("sample-curve-private-key.asc", "")))
                .isEqualTo(
                        "SECRET_WRONG: 'shop.gpg' is encrypted for the private key E518BBFBC519A44B, and the private keys"
                                + " that were given are 6F9BE566447D775A, 45A375D89A879CED"
                                + GIVE_KEY.formatted("E518BBFBC519A44B"));
    }

    @Test
    void tellsAWrongPassphraseOfAKeyFromOneOfAMessage() {
        assertThat(refusal("shop.db.gz.gpg", key("sample-private-key.asc", "wrong")))
                .isEqualTo(
                        "SECRET_WRONG: the passphrase that was given does not unlock the private key E518BBFBC519A44B\n"
                                + "  remedy: Give the passphrase of this private key; capitals, blanks and the keyboard's layout"
                                + " count.");
        assertThat(refusal("shop-pg15-symmetric.dump.gpg", passphrase("wrong")))
                .isEqualTo(
                        "SECRET_WRONG: the passphrase does not open 'shop.gpg': it is wrong, or the file is damaged\n"
                                + "  remedy: Give the passphrase that the backup was encrypted with; capitals, blanks and the"
                                + " keyboard's layout count.\n"
                                + "  remedy: If the passphrase is right, copy the file from its origin again and compare the"
                                + " checksums.");
    }

    @Test
    void saysThatWhatWasGivenIsNoPrivateKey() {
        String remedy =
                "\n  remedy: Give the key as \"gpg --armor --export-secret-keys\" prints it, or base64 of that.";
        assertThat(refusal("shop.db.gz.gpg", key("sample-public-key.asc", "")))
                .isEqualTo("SECRET_WRONG: what was given as private key is a public key" + remedy);
        for (String sample : new String[] {"recreate.sh", "shop.db.gz.gpg", "rfc9580-ocb.asc", "../shop.db.gz"}) {
            assertThat(refusal("shop.db.gz.gpg", key(sample, "")))
                    .as(sample)
                    .isEqualTo("SECRET_WRONG: what was given as private key is not an OpenPGP key, or is damaged"
                            + remedy);
        }
    }
}
