package recovery.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static recovery.core.layer.GzipStreamTest.joined;
import static recovery.core.layer.PackedBytes.refusesEveryPrefix;
import static recovery.core.layer.PackedBytes.refusesFlippedBits;
import static recovery.core.layer.PackedBytes.unpackedInCrumbs;
import static recovery.core.layer.PackingTools.noise;
import static recovery.core.layer.PackingTools.ofFile;
import static recovery.core.layer.PackingTools.piped;
import static recovery.core.layer.PackingTools.rows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class Lz4StreamTest {
    private static final byte[] ROWS = rows(1_500_000);
    private static final byte[] SKIPPABLE = HexFormat.of().parseHex("502A4D1803000000AABBCC");

    private final List<Note> notes = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lz4 -c",
                "lz4 -c -BD",
                "lz4 -c -BD -B4 -BX",
                "lz4 -c -BX --no-frame-crc",
                "lz4 -c -B4 -9",
                "lz4 -c -B5 -BD -12",
                "lz4 -c -B6 --fast=9",
                "lz4 -c --content-size -BD -B4",
                "lz4 -c -l"
            })
    void unpacksWhatLz4Packs(String command) throws Exception {
        byte[] ofPipe = piped(ROWS, command.split(" "));
        byte[] ofFile = ofFile(ROWS, command.split(" "));

        assertThat(unpacked(ofPipe)).isEqualTo(ROWS);
        assertThat(unpacked(ofFile)).isEqualTo(ROWS);
        assertThat(unpackedInCrumbs(ofPipe, Lz4Stream::new)).isEqualTo(ROWS);
        assertThat(notes).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lz4 -c", "lz4 -c -BD -B4", "lz4 -c -l", "lz4 -c -B4 -BX"})
    void unpacksEverySmallSizeAndWhatDoesNotPack(String command) throws Exception {
        for (int size : new int[] {0, 1, 4, 5, 12, 13, 64, 1000, 65_536, 65_537, 262_144}) {
            byte[] content = size % 2 == 0 ? noise(size) : rows(size);
            assertThat(unpacked(piped(content, command.split(" "))))
                    .as("%d bytes", size)
                    .isEqualTo(content);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 255, 1000})
    void repeatsWhatLiesSoFarBack(int distance) throws Exception {
        byte[] pattern = noise(distance);
        byte[] content = new byte[100_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = pattern[i % distance];
        }
        for (int i = 700; i < content.length; i += 90 + i % 7) {
            content[i] = 'x';
        }

        assertThat(unpacked(piped(content, "lz4", "-c", "-9", "-BD", "-B4"))).isEqualTo(content);
    }

    @Test
    void unpacksSeveralFramesOfBothKindsWithOthersToBeSkippedBetween() throws Exception {
        byte[] linked = piped(ROWS, "lz4", "-c", "-BD", "-B4");
        byte[] legacy = piped(Arrays.copyOf(ROWS, 999), "lz4", "-c", "-l");
        byte[] large = piped(ROWS, "lz4", "-c");

        assertThat(unpacked(joined(SKIPPABLE, linked, legacy, SKIPPABLE, large, legacy, legacy, linked)))
                .isEqualTo(joined(
                        ROWS,
                        Arrays.copyOf(ROWS, 999),
                        ROWS,
                        Arrays.copyOf(ROWS, 999),
                        Arrays.copyOf(ROWS, 999),
                        ROWS));
        assertThat(notes).isEmpty();
    }

    @Test
    void unpacksSeveralBlocksOfTheOlderFormat() throws Exception {
        byte[] content = new byte[(8 << 20) * 2 + 5];
        System.arraycopy(ROWS, 0, content, 9_000_000, ROWS.length);
        byte[] packed = piped(content, "lz4", "-c", "-l");

        assertThat(unpacked(packed)).isEqualTo(content);
        assertThat(unpacked(joined(packed, new byte[9]))).isEqualTo(content);
        assertThatThrownBy(() -> unpacked(joined(packed, new byte[] {9, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9})))
                .hasMessage(
                        "the LZ4 data is damaged: a block before its last one has 5 bytes of content and should have"
                                + " 8388608, at byte %d of the file",
                        packed.length);
    }

    @Test
    void passesOverZeroBytesAtTheEndAndNotesOthers() throws Exception {
        byte[] one = piped(ROWS, "lz4", "-c");

        assertThat(unpacked(joined(one, new byte[1000]))).isEqualTo(ROWS);
        assertThat(notes).isEmpty();
        assertThat(unpacked(joined(one, new byte[2], new byte[] {'e', 'n', 'd'})))
                .isEqualTo(ROWS);
        assertThat(notes)
                .containsExactly(new Note(
                        "TRAILING_BYTES",
                        "Bytes behind the end of the LZ4 data were ignored, from byte %d of the file on."
                                .formatted(one.length + 2)));
    }

    @Test
    void refusesEveryPrefixOfThreeFrames() throws Exception {
        byte[] first = piped(Arrays.copyOf(ROWS, 300), "lz4", "-c", "-BD", "-BX");
        byte[] second = ofFile(Arrays.copyOf(ROWS, 500), "lz4", "-c", "--content-size", "--no-frame-crc");
        byte[] third = piped(Arrays.copyOf(ROWS, 400), "lz4", "-c", "-l");
        int skipped = first.length + SKIPPABLE.length;

        refusesEveryPrefix(
                joined(first, SKIPPABLE, second, third),
                "LZ4 data",
                Lz4Stream::new,
                Set.of(
                        first.length,
                        skipped,
                        skipped + second.length,
                        // the older format has no end: nothing tells that a block is missing
                        skipped + second.length + 4));
    }

    @Test
    void refusesFlippedBytes() throws Exception {
        byte[] content = Arrays.copyOf(ROWS, 3000);
        refusesFlippedBits(piped(content, "lz4", "-c", "-BD"), content, 1500, true, Lz4Stream::new);
        refusesFlippedBits(piped(content, "lz4", "-c", "--no-frame-crc"), content, 1500, false, Lz4Stream::new);
        refusesFlippedBits(piped(content, "lz4", "-c", "-l"), content, 1500, false, Lz4Stream::new);
    }

    @Test
    void saysWhatChecksumsAndSizesShouldBe() throws Exception {
        byte[] content = "abcabcabcabcabcabcabcabcabcabcabcabcabc".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] packed = ofFile(content, "lz4", "-c", "-BX", "--content-size");
        byte[] header = packed.clone();
        header[14] ^= 1;
        byte[] block = packed.clone();
        block[packed.length - 12] ^= 1;
        byte[] end = packed.clone();
        end[packed.length - 1] ^= 1;

        assertThatThrownBy(() -> unpacked(header))
                .hasMessageMatching("the LZ4 data is damaged: the checksum of its header is [0-9a-f]{2} and should be"
                        + " [0-9a-f]{2}, at byte 15 of the file");
        assertThatThrownBy(() -> unpacked(block))
                .hasMessageMatching("the LZ4 data is damaged: the checksum of a block is [0-9a-f]{8} and should be"
                        + " [0-9a-f]{8}, at byte %d of the file".formatted(packed.length - 8));
        assertThatThrownBy(() -> unpacked(end))
                .hasMessageMatching("the LZ4 data is damaged: the checksum of its content is [0-9a-f]{8} and should be"
                        + " [0-9a-f]{8}, at byte %d of the file".formatted(packed.length));
    }

    @Test
    void refusesAContentOfAnotherSize() throws Exception {
        byte[] packed = ofFile(ROWS, "lz4", "-c", "--content-size", "--no-frame-crc");
        packed[6] ^= 1;
        packed[14] = (byte) (Xxh32.of(packed, 4, 10) >>> 8);

        assertThatThrownBy(() -> unpacked(packed))
                .hasMessage(
                        "the LZ4 data is damaged: its content has 1500000 bytes and should have %d, at byte %d of the file",
                        1_500_000 ^ 1, packed.length);
    }

    @Test
    void refusesADictionary() {
        byte[] packed = HexFormat.of().parseHex("04224D18614048000000FF");
        packed[10] = (byte) (Xxh32.of(packed, 4, 6) >>> 8);

        assertThatThrownBy(() -> unpacked(packed))
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        e -> assertThat(e.report())
                                .isEqualTo("BACKUP_UNSUPPORTED: the LZ4 data was packed with the dictionary 72, which"
                                        + " is not in it, at byte 11 of the file\n  remedy: Unpack it with \"lz4"
                                        + " --decompress -D DICTIONARY\" and restore the file that gives."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "a", "abc", "Nobody inspects the spammish repetition"})
    void hashesAsXxhsumDoes(String text) {
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        Xxh32 inParts = new Xxh32();
        for (byte each : bytes) {
            inParts.update(new byte[] {0, each}, 1, 1);
        }

        assertThat(inParts.value()).isEqualTo(Xxh32.of(bytes, 0, bytes.length));
        if (text.length() == 39) {
            assertThat(inParts.value()).isEqualTo(0xE2293B2F);
        }
    }

    private byte[] unpacked(byte[] packed) throws IOException {
        notes.clear();
        return PackedBytes.unpacked(packed, notes, Lz4Stream::new);
    }
}
