package recovery.core.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** The real programs, which pack what the layers are to unpack. */
final class PackingTools {
    private PackingTools() {}

    /** What {@code command} writes when it reads {@code input}. */
    static byte[] piped(byte[] input, String... command) throws Exception {
        Path file = Files.createTempFile("packing", ".in");
        Path packed = Files.createTempFile("packing", ".out");
        try {
            Files.write(file, input);
            Process process = new ProcessBuilder(command)
                    .redirectInput(file.toFile())
                    .redirectOutput(packed.toFile())
                    .start();
            String complaint =
                    new String(process.getErrorStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(List.of(command) + complaint).isZero();
            return Files.readAllBytes(packed);
        } finally {
            Files.delete(file);
            Files.delete(packed);
        }
    }

    /** As {@link #piped}, but the program knows the size: it is given a file, whose name comes last. */
    static byte[] ofFile(byte[] input, String... command) throws Exception {
        Path file = Files.createTempFile("packing", ".in");
        try {
            Files.write(file, input);
            List<String> all = new ArrayList<>(List.of(command));
            all.add(file.toString());
            return piped(new byte[0], all.toArray(String[]::new));
        } finally {
            Files.delete(file);
        }
    }

    /** Text that packs to about a third, the same at every call. */
    static byte[] rows(int bytes) {
        Random random = new Random(4711);
        ByteArrayOutputStream rows = new ByteArrayOutputStream(bytes + 100);
        for (int i = 1; rows.size() < bytes; i++) {
            rows.writeBytes("%d\t2024-0%d-1%d\tcustomer number %d\t%x\t\\N\tshipped\n"
                    .formatted(i, 1 + random.nextInt(9), random.nextInt(10), random.nextInt(5000), random.nextLong())
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
        return java.util.Arrays.copyOf(rows.toByteArray(), bytes);
    }

    static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(815).nextBytes(noise);
        return noise;
    }

    /** Reads to the end with reads of changing size. */
    static byte[] unpacked(InputStream stream) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[200_000];
        int[] sizes = {1, 17, 4096, buffer.length, 65_536};
        for (int i = 0; ; i++) {
            int count = stream.read(buffer, 0, sizes[i % sizes.length]);
            if (count < 0) {
                assertThat(stream.read()).isEqualTo(-1);
                return all.toByteArray();
            }
            assertThat(count).isPositive();
            all.write(buffer, 0, count);
        }
    }
}
