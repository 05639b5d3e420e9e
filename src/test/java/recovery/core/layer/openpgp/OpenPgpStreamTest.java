package recovery.core.layer.openpgp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static recovery.core.layer.openpgp.Messages.PASSPHRASE;
import static recovery.core.layer.openpgp.Messages.key;
import static recovery.core.layer.openpgp.Messages.noise;
import static recovery.core.layer.openpgp.Messages.ofNewGpg;
import static recovery.core.layer.openpgp.Messages.ofRfc9580;
import static recovery.core.layer.openpgp.Messages.open;
import static recovery.core.layer.openpgp.Messages.passphrase;
import static recovery.core.layer.openpgp.Messages.read;
import static recovery.core.layer.openpgp.Messages.sample;
import static recovery.core.layer.openpgp.Messages.withCode;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.harness.StutteringStream;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OpenPgpStreamTest {
    private static final String DAMAGED_CHUNK =
            "the OpenPGP message is damaged: the tag of its chunk 3 does not fit, at byte 4711 of the file";

    @Test
    void takesContentOfEveryLengthAroundTheBufferOfTheCode() throws Exception {
        for (int length = 131_072 - 70; length <= 131_072 + 10; length++) {
            byte[] content = noise(length);
            assertThat(read(withCode(content), passphrase(PASSPHRASE)))
                    .as("%d bytes", length)
                    .isEqualTo(content);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void takesContentOfEveryLengthAroundChunks(int mode) throws Exception {
        for (int length = 0; length <= 300; length++) {
            byte[] content = noise(length);
            assertThat(read(ofNewGpg(content, mode, 6), passphrase(PASSPHRASE)))
                    .as("tag 20, %d bytes", length)
                    .isEqualTo(content);
            assertThat(read(ofRfc9580(content, mode, 6), passphrase(PASSPHRASE)))
                    .as("tag 18, %d bytes", length)
                    .isEqualTo(content);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "2, 22", "2, 16", "3, 22"})
    void takesLargeChunks(int mode, int size) throws Exception {
        byte[] content = noise((1 << 22) + (1 << 21) + 17);
        assertThat(Arrays.equals(read(ofNewGpg(content, mode, size), passphrase(PASSPHRASE)), content))
                .isTrue();
        assertThat(Arrays.equals(read(ofRfc9580(content, mode, size), passphrase(PASSPHRASE)), content))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void handsOutNothingOfAChunkWhoseTagDoesNotFit(int mode) throws Exception {
        byte[] content = noise(1000);
        byte[] message = ofNewGpg(content, mode, 6);
        byte[] changed = message.clone();
        // behind the packet of the key and the head of the content's; two chunks of 64 bytes, each with a tag of 16
        int chunks = indexOf(message, new byte[] {1, 9, (byte) mode, 0}) + 4 + 17 - mode + (mode == 3 ? -2 : 0);
        changed[chunks + 2 * 80 + 5] ^= 1;

        try (InputStream stream = open(new ByteArrayInputStream(changed), passphrase(PASSPHRASE))) {
            // the literal packet's own header takes a few bytes of the first chunk
            byte[] got = new byte[1000];
            int count = 0;
            RecoveryException failure = null;
            while (failure == null) {
                try {
                    int more = stream.read(got, count, got.length - count);
                    assertThat(more).as("end of a damaged message").isPositive();
                    count += more;
                } catch (RecoveryException e) {
                    failure = e;
                }
            }
            assertThat(failure).hasMessage(DAMAGED_CHUNK);
            assertThat(count).isBetween(128 - 16, 128);
            assertThat(Arrays.copyOf(got, count)).isEqualTo(Arrays.copyOf(content, count));
            assertThatThrownBy(stream::read).hasMessage(DAMAGED_CHUNK);
        }
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int i = 20; i < bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }

    @Test
    void neverReportsTheEndOfContentWhoseCodeDoesNotFit() throws Exception {
        byte[] message = withCode(noise(300_000));
        message[message.length - 3] ^= 1;
        try (InputStream stream = open(new ByteArrayInputStream(message), passphrase(PASSPHRASE))) {
            for (int attempt = 0; attempt < 3; attempt++) {
                assertThatThrownBy(stream::readAllBytes)
                        .hasMessage("the OpenPGP message is damaged: its modification detection code does not fit its"
                                + " content, at byte 4711 of the file");
            }
        }
    }

    @Test
    void opensWithOneOfSeveralPassphrases() throws Exception {
        byte[] content = noise(500);
        for (byte[] message : List.of(
                withCode(content, "one", "two", "three"),
                ofNewGpg(content, 2, 10, "one", "two", "three"),
                ofRfc9580(content, 2, 10, "one", "two", "three"))) {
            for (String passphrase : List.of("one", "two", "three")) {
                assertThat(read(message, passphrase(passphrase))).isEqualTo(content);
            }
            assertThatThrownBy(() -> read(message, passphrase("four")))
                    .hasMessage("the passphrase does not open 'shop.gpg': it is wrong, or the file is damaged");
        }
    }

    @Test
    void takesOneToThreeBytesAtATime() throws Exception {
        byte[] content = noise(5000);
        for (byte[] message : List.of(withCode(content), ofNewGpg(content, 2, 8), ofRfc9580(content, 3, 8))) {
            try (InputStream stream = open(new StutteringStream(message), passphrase(PASSPHRASE))) {
                assertThat(new StutteringStream(stream).readAllBytes()).isEqualTo(content);
            }
        }
    }

    @Test
    void opensTheSamples() throws Exception {
        assertThat(read(sample("shop-pg15.sql.gz.gpg"), key("sample-curve-private-key.asc", "")))
                .isEqualTo(sample("../shop-pg15.sql.gz"));
        assertThat(read(sample("shop.db.gz.gpg"), key("sample-private-key.asc", "sample passphrase")))
                .isEqualTo(sample("../shop.db.gz"));
        assertThat(read(sample("shop-pg15-symmetric.dump.gpg"), passphrase("sample passphrase")))
                .startsWith("PGDMP".getBytes(UTF_8))
                .hasSize(519_733);
    }

    @Test
    void passesOverPaddingNotesOtherBytesAndRefusesASecondMessage() throws Exception {
        byte[] content = noise(100);
        byte[] message = withCode(content);
        List<Note> notes = new ArrayList<>();

        assertThat(read(joined(message, new byte[1000]), passphrase(PASSPHRASE), notes))
                .isEqualTo(content);
        assertThat(notes).isEmpty();
        assertThat(read(joined(message, "\nnot a packet".getBytes(UTF_8)), passphrase(PASSPHRASE), notes))
                .isEqualTo(content);
        assertThat(notes)
                .containsExactly(new Note(
                        "OPENPGP_TRAILING_BYTES", "Bytes behind the end of the OpenPGP message were ignored."));
        assertThatThrownBy(() -> read(joined(message, message), passphrase(PASSPHRASE)))
                .hasMessage(
                        "'shop.gpg' holds a second OpenPGP message behind the first one, which cannot be read here");
    }

    @Test
    void readsArmorAsGpgDoes() throws Exception {
        String armored = new String(sample("rfc9580-ocb.asc"), UTF_8);
        String bare = armored.substring(armored.indexOf("\n\n") + 2);
        for (String form : List.of(
                armored.replace("\n", "\r\n"),
                "\uFEFF" + armored,
                "\n  \n" + armored,
                "A message:\n" + armored,
                armored.replace("\n", "  \n"),
                "-----BEGIN PGP MESSAGE-----\nVersion: 1\nComment: two: words\n\n" + bare,
                armored + "\n\n")) {
            List<Note> notes = new ArrayList<>();
            assertThat(read(form.getBytes(UTF_8), passphrase("password"), notes))
                    .asString(UTF_8)
                    .isEqualTo("Hello, world!");
            assertThat(notes).isEmpty();
        }
        List<Note> notes = new ArrayList<>();
        read((armored + "Regards\n").getBytes(UTF_8), passphrase("password"), notes);
        assertThat(notes).extracting(Note::code).containsExactly("OPENPGP_TRAILING_BYTES");
        assertThatThrownBy(() -> read((armored + armored).getBytes(UTF_8), passphrase("password")))
                .hasMessageContaining("a second OpenPGP message behind the first one");
        assertThatThrownBy(() -> read(
                        armored.replace("\n-----END", "\n=AAAA\n-----END").getBytes(UTF_8), passphrase("password")))
                .hasMessageContaining("the checksum of its ASCII armor is ")
                .hasMessageContaining(" and should be 000000");
        assertThatThrownBy(() ->
                        read(armored.replace("MESSAGE-", "MESSAGE, PART 1/2-").getBytes(UTF_8), passphrase("x")))
                .hasMessage(
                        "'shop.gpg' holds ASCII armor that begins with '-----BEGIN PGP MESSAGE, PART 1/2-----', which"
                                + " cannot be read here");
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
