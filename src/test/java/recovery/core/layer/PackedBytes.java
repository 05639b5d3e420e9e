package recovery.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.LongSupplier;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.harness.StutteringStream;

/** What every layer is put through: cut and flipped bytes, read in crumbs. */
final class PackedBytes {
    private PackedBytes() {}

    interface Unpacker {
        InputStream open(InputStream in, LongSupplier position, List<Note> notes) throws IOException;
    }

    static byte[] unpacked(byte[] packed, List<Note> notes, Unpacker unpacker) throws IOException {
        return unpacked(packed, notes, unpacker, false);
    }

    static byte[] unpackedInCrumbs(byte[] packed, Unpacker unpacker) throws IOException {
        return unpacked(packed, new java.util.ArrayList<>(), unpacker, true);
    }

    private static byte[] unpacked(byte[] packed, List<Note> notes, Unpacker unpacker, boolean crumbs)
            throws IOException {
        Path file = Files.createTempFile("packed", ".bin");
        try {
            Files.write(file, packed);
            try (FileBytes bytes = new FileBytes(file, new Cancellation());
                    InputStream stream =
                            unpacker.open(crumbs ? new StutteringStream(bytes) : bytes, bytes::position, notes)) {
                return crumbs ? new StutteringStream(stream).readAllBytes() : PackingTools.unpacked(stream);
            }
        } finally {
            Files.delete(file);
        }
    }

    /** Every prefix is refused as cut off with the position of its end, except those of {@code whole} lengths. */
    static void refusesEveryPrefix(byte[] packed, String title, Unpacker unpacker, Set<Integer> whole)
            throws IOException {
        for (int length = 1; length < packed.length; length++) {
            byte[] prefix = Arrays.copyOf(packed, length);
            Throwable failure = catchThrowable(() -> unpackedInCrumbs(prefix, unpacker));
            if (whole.contains(length)) {
                assertThat(failure).as("cut after %d bytes", length).isNull();
            } else {
                assertThat(failure)
                        .as("cut after %d of %d bytes", length, packed.length)
                        .isInstanceOf(RecoveryException.class)
                        .hasMessage("the %s ends too early, at byte %d of the file", title, length);
            }
        }
    }

    /** Flipped bits give one of the refusals, and, where a checksum covers the content, never another content. */
    static void refusesFlippedBits(byte[] packed, byte[] content, int rounds, boolean covered, Unpacker unpacker)
            throws IOException {
        long seed = new Random().nextLong();
        System.out.println("flipped bits, seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < rounds; i++) {
            byte[] flipped = packed.clone();
            int at = random.nextInt(packed.length);
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            byte[][] result = new byte[1][];
            Throwable failure =
                    catchThrowable(() -> result[0] = unpacked(flipped, new java.util.ArrayList<>(), unpacker));
            if (failure != null) {
                assertThat(failure).as("byte %d", at).isInstanceOf(RecoveryException.class);
                assertThat(((RecoveryException) failure).code().name())
                        .isIn("DUMP_TRUNCATED", "DUMP_DAMAGED", "BACKUP_UNSUPPORTED");
            } else if (covered) {
                assertThat(Arrays.equals(result[0], content)).as("byte %d", at).isTrue();
            }
        }
    }
}
