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
class ZstdStreamTest {
    private static final byte[] ROWS = rows(1_500_000);
    private static final byte[] SKIPPABLE = HexFormat.of().parseHex("5E2A4D1803000000AABBCC");

    private final List<Note> notes = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zstd -c",
                "zstd -c -1 --no-check",
                "zstd -c -19",
                "zstd -c --long=27",
                "zstd -c --long=31",
                "zstd -c -T2",
                "zstd -c --fast=5"
            })
    void unpacksWhatZstdPacks(String command) throws Exception {
        byte[] ofPipe = piped(ROWS, command.split(" "));
        byte[] ofFile = ofFile(ROWS, command.split(" "));

        assertThat(unpacked(ofPipe)).isEqualTo(ROWS);
        assertThat(unpacked(ofFile)).isEqualTo(ROWS);
        assertThat(unpackedInCrumbs(ofPipe, ZstdStream::new)).isEqualTo(ROWS);
        assertThat(notes).isEmpty();
    }

    @Test
    void unpacksWhatDoesNotPack() throws Exception {
        byte[] noise = noise(400_000);

        assertThat(unpacked(piped(noise, "zstd", "-c"))).isEqualTo(noise);
    }

    @Test
    void unpacksSeveralFramesWithOthersToBeSkippedBetween() throws Exception {
        byte[] one = piped(ROWS, "zstd", "-c");
        byte[] empty = piped(new byte[0], "zstd", "-c");

        assertThat(unpacked(joined(SKIPPABLE, one, SKIPPABLE, empty, one, SKIPPABLE)))
                .isEqualTo(joined(ROWS, ROWS));
        assertThat(notes).isEmpty();
    }

    @Test
    void passesOverZeroBytesAtTheEndAndNotesOthers() throws Exception {
        byte[] one = piped(ROWS, "zstd", "-c");

        assertThat(unpacked(joined(one, new byte[1000]))).isEqualTo(ROWS);
        assertThat(notes).isEmpty();
        assertThat(unpacked(joined(one, new byte[2], new byte[] {'e', 'n', 'd'})))
                .isEqualTo(ROWS);
        assertThat(notes)
                .containsExactly(new Note(
                        "TRAILING_BYTES",
                        "Bytes behind the end of the Zstandard data were ignored, from byte %d of the file on."
                                .formatted(one.length + 2)));
    }

    @Test
    void refusesEveryPrefixOfTwoFrames() throws Exception {
        byte[] first = piped(Arrays.copyOf(ROWS, 300), "zstd", "-c");
        byte[] second = piped(Arrays.copyOf(ROWS, 500), "zstd", "-c", "--no-check");

        refusesEveryPrefix(
                joined(first, SKIPPABLE, second),
                "Zstandard data",
                ZstdStream::new,
                Set.of(first.length, first.length + SKIPPABLE.length));
    }

    @Test
    void refusesFlippedBytes() throws Exception {
        byte[] content = Arrays.copyOf(ROWS, 3000);
        refusesFlippedBits(piped(content, "zstd", "-c"), content, 1500, false, ZstdStream::new);
    }

    @Test
    void saysThatTheChecksumDoesNotFit() throws Exception {
        byte[] packed = piped(ROWS, "zstd", "-c");
        packed[packed.length - 1] ^= 1;

        assertThatThrownBy(() -> unpacked(packed))
                .hasMessageStartingWith(
                        "the Zstandard data is damaged: the checksum of its content does not fit, at byte ");
    }

    @Test
    void refusesAWindowThatNobodyUses() {
        byte[] packed = HexFormat.of().parseHex("28B52FFD00AF000000000000000000");

        assertThatThrownBy(() -> unpacked(packed))
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        e -> assertThat(e.report())
                                .isEqualTo(
                                        "BACKUP_UNSUPPORTED: the Zstandard data needs a window of 3840 MiB and at most"
                                                + " 2048 are given, at byte 0 of the file\n  remedy: Copy the file from"
                                                + " its origin again: nothing that is known packs in such a way."));
    }

    @Test
    void refusesADictionary() {
        byte[] packed = HexFormat.of().parseHex("28B52FFD010048000102030405060708");

        assertThatThrownBy(() -> unpacked(packed))
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        e -> assertThat(e.report())
                                .isEqualTo("BACKUP_UNSUPPORTED: the Zstandard data was packed with the dictionary 72,"
                                        + " which is not in it, at byte 0 of the file\n  remedy: Unpack it with \"zstd"
                                        + " --decompress -D DICTIONARY\" and restore the file that gives."));
    }

    private byte[] unpacked(byte[] packed) throws IOException {
        notes.clear();
        return PackedBytes.unpacked(packed, notes, ZstdStream::new);
    }
}
