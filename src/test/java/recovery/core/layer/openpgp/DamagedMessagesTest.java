package recovery.core.layer.openpgp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.ErrorCode.DUMP_TRUNCATED;
import static recovery.core.error.ErrorCode.SECRET_MISSING;
import static recovery.core.error.ErrorCode.SECRET_WRONG;
import static recovery.core.layer.openpgp.Messages.PASSPHRASE;
import static recovery.core.layer.openpgp.Messages.key;
import static recovery.core.layer.openpgp.Messages.ofNewGpg;
import static recovery.core.layer.openpgp.Messages.ofRfc9580;
import static recovery.core.layer.openpgp.Messages.passphrase;
import static recovery.core.layer.openpgp.Messages.read;
import static recovery.core.layer.openpgp.Messages.sample;
import static recovery.core.layer.openpgp.Messages.withCode;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.layer.Secrets;
import recovery.harness.Gpg;

/** Every prefix and many flipped bits of a small message of each kind: refused, or the very content that it had. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DamagedMessagesTest {
    private static final byte[] CONTENT = "SELECT 'a small dump';\n".repeat(9).getBytes(UTF_8);
    private static final int FLIPS = 300;
    private static final Set<ErrorCode> REFUSALS =
            Set.of(BACKUP_UNSUPPORTED, DUMP_DAMAGED, DUMP_TRUNCATED, SECRET_MISSING, SECRET_WRONG);

    private static final Gpg GPG = new Gpg();

    @AfterAll
    static void endTheAgent() {
        GPG.close();
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Message(String name, byte[] bytes, Supplier<Secrets> secrets) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Message> messages() {
        GPG.run(sample("locked-private-key.asc"), "--import", "--passphrase", "other passphrase");
        Supplier<Secrets> known = () -> passphrase(PASSPHRASE);
        return Stream.of(
                new Message("code", withCode(CONTENT), known),
                new Message("OCB of gpg", ofNewGpg(CONTENT, 2, 6), known),
                new Message("EAX of gpg", ofNewGpg(CONTENT, 1, 7), known),
                new Message("OCB of RFC 9580", ofRfc9580(CONTENT, 2, 6), known),
                new Message("GCM of RFC 9580", ofRfc9580(CONTENT, 3, 6), known),
                gpg("zlib, armored", known, "--armor", "--compress-algo", "zlib"),
                gpg("bzip2", known, "--compress-algo", "bzip2"),
                gpg("zip", known, "--compress-algo", "zip"),
                new Message(
                        "key",
                        GPG.run(CONTENT, "--encrypt", "--recipient", "locked", "--compress-algo", "none"),
                        () -> key("locked-private-key.asc", "other passphrase")));
    }

    private static Message gpg(String name, Supplier<Secrets> secrets, String... how) {
        String[] symmetric = {"--symmetric", "--passphrase", PASSPHRASE, "--s2k-count", "2048"};
        return new Message(
                name,
                GPG.run(
                        CONTENT,
                        Stream.concat(Stream.of(how), Stream.of(symmetric)).toArray(String[]::new)),
                secrets);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void neverTakesATruncatedMessageForACompleteOne(Message message) throws IOException {
        assertThat(read(message.bytes(), message.secrets().get())).isEqualTo(CONTENT);
        int whole = message.bytes().length;
        // the line feed behind the last line of armor is no part of the message
        int last = message.name().contains("armored") ? whole - 1 : whole;
        for (int length = 0; length < last; length++) {
            assertThat(answer(Arrays.copyOf(message.bytes(), length), message))
                    .as("cut after %d of %d bytes", length, whole)
                    .isIn(Optional.of(DUMP_TRUNCATED), Optional.of(DUMP_DAMAGED));
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void neverTakesAChangedMessageForTheTrueOne(Message message) throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < FLIPS; i++) {
            byte[] changed = message.bytes().clone();
            int at = random.nextInt(changed.length);
            changed[at] ^= (byte) (1 << random.nextInt(8));
            Optional<ErrorCode> answer = answer(changed, message);
            answer.ifPresent(
                    code -> assertThat(code).as("byte %d, seed %d", at, seed).isIn(REFUSALS));
            refused += answer.isPresent() ? 1 : 0;
        }
        assertThat(refused).as("refused of %d, seed %d", FLIPS, seed).isGreaterThan(FLIPS / 2);
    }

    /** Empty if the content is what it was. */
    private static Optional<ErrorCode> answer(byte[] bytes, Message message) throws IOException {
        try {
            assertThat(read(bytes, message.secrets().get())).isEqualTo(CONTENT);
            return Optional.empty();
        } catch (RecoveryException e) {
            assertThat(e.remedies()).isNotEmpty();
            return Optional.of(e.code());
        }
    }

    @ParameterizedTest
    @MethodSource("damagedKeys")
    void refusesADamagedKeyInItsOwnWords(byte[] damaged) throws IOException {
        byte[] message = GPG.run(CONTENT, "--encrypt", "--recipient", "locked");
        try {
            Secrets secrets = new Secrets("other passphrase".toCharArray(), damaged);
            assertThat(read(message, secrets)).isEqualTo(CONTENT);
        } catch (RecoveryException e) {
            assertThat(e.code()).isIn(SECRET_WRONG, SECRET_MISSING, DUMP_DAMAGED, BACKUP_UNSUPPORTED);
        }
    }

    static List<byte[]> damagedKeys() throws IOException {
        GPG.run(sample("locked-private-key.asc"), "--import", "--passphrase", "other passphrase");
        byte[] key = GPG.run(new byte[0], "--export-secret-keys", "--passphrase", "other passphrase", "locked");
        Random random = new Random(4711);
        return Stream.iterate(0, i -> i + 1)
                .limit(120)
                .map(i -> {
                    byte[] changed =
                            random.nextBoolean() ? key.clone() : Arrays.copyOf(key, random.nextInt(key.length));
                    if (changed.length == key.length) {
                        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
                    }
                    return changed;
                })
                .toList();
    }
}
