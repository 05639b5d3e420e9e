package recovery.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static recovery.core.layer.GzipStreamTest.joined;
import static recovery.core.layer.PackedBytes.refusesEveryPrefix;
import static recovery.core.layer.PackedBytes.refusesFlippedBits;
import static recovery.core.layer.PackedBytes.unpackedInCrumbs;
import static recovery.core.layer.PackingTools.noise;
import static recovery.core.layer.PackingTools.piped;
import static recovery.core.layer.PackingTools.rows;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LibraryStreamTest {
    private static final byte[] ROWS = rows(1_200_000);

    private final List<Note> notes = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bzip2 -c",
                "bzip2 -c -1",
                "xz -c -0",
                "xz -c --check=sha256 -1",
                "xz -c --check=none -0",
                "xz -c -0 --block-size=100000"
            })
    void unpacksWhatTheProgramsPack(String command) throws Exception {
        byte[] packed = piped(ROWS, command.split(" "));
        byte[] noise = noise(10_000);

        assertThat(unpacked(command, packed)).isEqualTo(ROWS);
        assertThat(unpackedInCrumbs(packed, unpacker(command))).isEqualTo(ROWS);
        assertThat(unpacked(command, piped(noise, command.split(" ")))).isEqualTo(noise);
        assertThat(unpacked(command, joined(packed, piped(noise, command.split(" ")), packed)))
                .isEqualTo(joined(ROWS, noise, ROWS));
        assertThat(unpacked(command, joined(packed, new byte[1000]))).isEqualTo(ROWS);
        assertThat(notes).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"bzip2 -c, bzip2", "xz -c -0, xz"})
    void notesOtherBytesAtTheEnd(String command, String packer) throws Exception {
        byte[] packed = piped(ROWS, command.split(" "));

        assertThat(unpacked(command, joined(packed, new byte[4], new byte[] {'e', 'n', 'd'})))
                .isEqualTo(ROWS);
        assertThat(notes)
                .containsExactly(new Note(
                        "TRAILING_BYTES",
                        "Bytes behind the end of the %s data were ignored, from byte %d of the file on."
                                .formatted(packer, packed.length + 4)));
    }

    @ParameterizedTest
    @CsvSource({"bzip2 -c, bzip2 data", "xz -c -0, xz data"})
    void refusesEveryPrefixOfTwoStreams(String command, String title) throws Exception {
        byte[] first = piped(Arrays.copyOf(ROWS, 200), command.split(" "));
        byte[] second = piped(Arrays.copyOf(ROWS, 300), command.split(" "));

        refusesEveryPrefix(joined(first, second), title, unpacker(command), Set.of(first.length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bzip2 -c", "xz -c -0"})
    void refusesFlippedBytes(String command) throws Exception {
        byte[] content = Arrays.copyOf(ROWS, 1000);

        refusesFlippedBits(piped(content, command.split(" ")), content, 500, true, unpacker(command));
    }

    @Test
    void refusesWhatNeedsTooMuchMemory() throws Exception {
        byte[] packed = piped(new byte[100], "xz", "-c", "--lzma2=dict=512MiB");

        assertThatThrownBy(() -> unpacked("xz", packed))
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        e -> assertThat(e.report())
                                .isEqualTo("BACKUP_UNSUPPORTED: the xz data needs 512 MiB of memory to be unpacked, and"
                                        + " at most 192 are given, at byte 24 of the file\n  remedy: Unpack it with the"
                                        + " program that packed it, and restore the file that gives."));
    }

    private byte[] unpacked(String command, byte[] packed) throws Exception {
        notes.clear();
        return PackedBytes.unpacked(packed, notes, unpacker(command));
    }

    private static PackedBytes.Unpacker unpacker(String command) {
        Layer layer = command.startsWith("xz") ? Layer.XZ : Layer.BZIP2;
        return (InputStream in, LongSupplier position, List<Note> notes) ->
                layer.open(in, new Layer.Surroundings("a", position, notes, Opening.of(new Cancellation())));
    }
}
