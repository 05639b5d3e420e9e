package recovery.jar;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import recovery.harness.JarProcess;
import recovery.harness.JarProcess.Result;
import recovery.harness.RealPostgres;

/** A dump that is far larger than the memory of the program. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MemoryIT {
    private static final int HEAP_MB = 24;
    private static final int DUMP_MB = 10 * HEAP_MB;
    private static final int ROW_BYTES = 1500;
    private static final int RESIDENT_MB = 220;

    @TempDir
    Path folder;

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "reads the peak from /proc")
    void restoresADumpTenTimesAsLargeAsItsHeap() throws Exception {
        Customers live = new Customers(RealPostgres.MIDDLE);
        Site site = new Site(folder, live.settings());
        int rows = DUMP_MB * 1_000_000 / ROW_BYTES;
        write(site.backups().resolve("large.sql"), rows);
        assertThat(Files.size(site.backups().resolve("large.sql"))).isGreaterThan(DUMP_MB * 1_000_000L);

        long[] peakKilobytes = {0};
        try (JarProcess restore =
                site.program().withJava("-Xmx" + HEAP_MB + "m").start("restore", "large.sql", "--force", "--json")) {
            Path status = Path.of("/proc", "" + restore.pid(), "status");
            restore.await(
                    () -> {
                        peakKilobytes[0] = Math.max(peakKilobytes[0], peak(status));
                        return !restore.isRunning();
                    },
                    "it ended",
                    Site.LIMIT.multipliedBy(2));
            Result result = restore.await(Site.LIMIT);
            assertThat(result.exitCode()).as(result.err()).isZero();
            assertThat(Site.parsed(result.out()).get("rows").asInt()).isEqualTo(rows);
        }
        assertThat(live.rows()).isEqualTo(rows);
        assertThat(peakKilobytes[0] / 1024).isBetween(1L, (long) RESIDENT_MB);
        live.previous().forEach(name -> live.server().execute("postgres", "DROP DATABASE " + name));
        live.server().execute("postgres", "DROP DATABASE " + live.database());
    }

    private static long peak(Path status) {
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException ended) {
            return 0;
        }
    }

    /** Without the key, which would only keep the server busy. */
    private static void write(Path file, int rows) throws IOException {
        String[] around = Customers.dump(1).split("1\trestored 1\n");
        byte[] name = ("\t" + "n".repeat(ROW_BYTES - 10) + "\n").getBytes(US_ASCII);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            out.write(around[0].getBytes(US_ASCII));
            for (int i = 1; i <= rows; i++) {
                out.write("%09d".formatted(i).getBytes(US_ASCII));
                out.write(name);
            }
            out.write(around[1].getBytes(US_ASCII));
        }
    }
}
