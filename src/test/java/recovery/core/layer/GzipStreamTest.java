package recovery.core.layer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.harness.StutteringStream;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GzipStreamTest {
    private static final byte[] TEXT = "SELECT 'gzip';\n".repeat(300).getBytes(US_ASCII);

    private final List<Note> notes = new ArrayList<>();

    @Test
    void unpacksOneMember() throws Exception {
        assertThat(unpacked(gzip(TEXT))).isEqualTo(TEXT);
        assertThat(notes).isEmpty();
    }

    @Test
    void unpacksSeveralMembersOneBehindTheOther() throws Exception {
        byte[] empty = gzip(new byte[0]);

        assertThat(unpacked(joined(gzip(TEXT), empty, gzip("end".getBytes(US_ASCII)), empty)))
                .isEqualTo(joined(TEXT, "end".getBytes(US_ASCII)));
    }

    @Test
    void readsEveryFieldOfTheHeader() throws Exception {
        byte[] plain = gzip(TEXT);
        byte[] header = joined(
                new byte[] {0x1F, (byte) 0x8B, 8, 0x1F, 1, 2, 3, 4, 0, 3},
                new byte[] {3, 0, 'x', 0, 'y'},
                "name.sql\0a comment\0".getBytes(US_ASCII));
        CRC32 checksum = new CRC32();
        checksum.update(header);
        byte[] half = {(byte) checksum.getValue(), (byte) (checksum.getValue() >> 8)};
        byte[] body = Arrays.copyOfRange(plain, 10, plain.length);

        assertThat(unpacked(joined(header, half, body))).isEqualTo(TEXT);

        half[0]++;
        assertThatThrownBy(() -> unpacked(joined(header, half, body)))
                .hasMessageStartingWith("the gzip file is damaged: the checksum of its header does not fit, at byte");
    }

    @Test
    void passesOverZeroBytesAtTheEndWithoutAWord() throws Exception {
        assertThat(unpacked(joined(gzip(TEXT), new byte[1000]))).isEqualTo(TEXT);
        assertThat(notes).isEmpty();
    }

    @Test
    void notesOtherBytesAtTheEnd() throws Exception {
        byte[] packed = gzip(TEXT);

        assertThat(unpacked(joined(packed, new byte[] {0, 0, 'e', 'n', 'd'}))).isEqualTo(TEXT);
        assertThat(notes)
                .containsExactly(new Note(
                        "GZIP_TRAILING_BYTES",
                        "Bytes behind the end of the gzip data were ignored, from byte %d of the file on."
                                .formatted(packed.length + 2)));
    }

    @Test
    void refusesTrailingBytesThatBeginLikeAMember() throws Exception {
        byte[] packed = gzip(TEXT);

        assertThatThrownBy(() -> unpacked(joined(packed, new byte[] {0x1F, (byte) 0x8B, 9, 0, 0, 0, 0, 0, 0, 0})))
                .hasMessage(
                        "the gzip file is damaged: its header names compression method 9 and only 8 exists,"
                                + " at byte %d of the file",
                        packed.length + 3);
    }

    @Test
    void refusesEveryPrefix() throws Exception {
        byte[] packed = joined(gzip("first".getBytes(US_ASCII)), gzip(Arrays.copyOf(TEXT, 100)));
        int firstEnd = gzip("first".getBytes(US_ASCII)).length;
        for (int length = 1; length < packed.length; length++) {
            byte[] prefix = Arrays.copyOf(packed, length);
            if (length != firstEnd) {
                assertThatThrownBy(() -> unpacked(prefix))
                        .as("cut after %d bytes", length)
                        .isInstanceOf(RecoveryException.class)
                        .hasMessage("the gzip file ends too early, at byte %d of the file", length);
            }
        }
    }

    @Test
    void neverTakesFlippedBytesForTheSameContent() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("GzipStreamTest seed " + seed);
        Random random = new Random(seed);
        byte[] packed = gzip(TEXT);
        for (int i = 0; i < 500; i++) {
            byte[] flipped = packed.clone();
            flipped[random.nextInt(packed.length)] ^= (byte) (1 << random.nextInt(8));
            byte[][] result = new byte[1][];
            Throwable failure = catchThrowable(() -> result[0] = unpacked(flipped));
            if (failure == null) {
                assertThat(result[0]).isEqualTo(TEXT);
            } else {
                assertThat(failure).isInstanceOf(RecoveryException.class);
                assertThat(((RecoveryException) failure).code().name()).isIn("DUMP_TRUNCATED", "DUMP_DAMAGED");
            }
        }
    }

    @Test
    void saysWhatTheChecksumAndTheLengthShouldBe() throws Exception {
        byte[] packed = gzip("abc".getBytes(US_ASCII));
        byte[] checksum = packed.clone();
        checksum[packed.length - 8] ^= 1;
        byte[] length = packed.clone();
        length[packed.length - 4] = 4;

        assertThatThrownBy(() -> unpacked(checksum))
                .hasMessage(
                        "the gzip file is damaged: the checksum of its content is 352441c2 and should be 352441c3,"
                                + " at byte %d of the file",
                        packed.length - 4);
        assertThatThrownBy(() -> unpacked(length))
                .hasMessage(
                        "the gzip file is damaged: its content has 3 bytes and should have 4 (modulo 2^32),"
                                + " at byte %d of the file",
                        packed.length);
    }

    private byte[] unpacked(byte[] packed) throws IOException {
        Path file = Files.createTempFile("gzip", ".gz");
        try {
            Files.write(file, packed);
            notes.clear();
            try (FileBytes bytes = new FileBytes(file, new Cancellation());
                    GzipStream stream = new GzipStream(new StutteringStream(bytes), bytes::position, notes)) {
                return stream.readAllBytes();
            }
        } finally {
            Files.delete(file);
        }
    }

    static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(content);
        }
        return packed.toByteArray();
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
