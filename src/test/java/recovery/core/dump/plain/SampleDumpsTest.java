package recovery.core.dump.plain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.dump.DumpBytes;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpReader.Proof;
import recovery.core.error.RecoveryException;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Cancellation;
import recovery.harness.StutteringStream;

/** Reads real dumps of the sample shop, made by several versions of pg_dump. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SampleDumpsTest {
    private static final Path BACKUPS = Path.of("src/test/resources/backups");

    @ParameterizedTest
    @CsvSource({
        "shop-pg15.sql.gz, 15.20 (Debian 15.20-0+deb12u1), 214",
        "shop-pg15-create-clean.sql.gz, 15.20 (Debian 15.20-0+deb12u1), 228",
        "shop-pg15-data.sql.gz, 15.20 (Debian 15.20-0+deb12u1), 30",
        "shop-pg17.sql.gz, 17.11 (Debian 17.11-0+deb13u1), 288",
        "shop-pg18.sql.gz, 18.6 (Debian 18.6-3), 288",
    })
    void findsTheRowsOfEveryTable(String name, String dumpVersion, int statements) throws Exception {
        try (BackupStream backup = BackupStream.open(BACKUPS.resolve(name), new Cancellation())) {
            Parts parts = Parts.of(new StutteringStream(backup.content()), 1 << 16);

            assertThat(new TreeMap<>(parts.rowCounts)).isEqualTo(expectedRows());
            assertThat(parts.statements).hasSize(statements);
            assertThat(parts.reader.header().dumpVersion()).contains(dumpVersion);
            assertThat(parts.reader.proof()).isEqualTo(Proof.END_MARKED);
            assertThat(backup.filePosition()).isEqualTo(backup.fileSize());
        }
    }

    @Test
    void countsTheRowsOfInserts() throws Exception {
        Map<String, Long> rows = new TreeMap<>(Map.of("sales.empty_table", 0L));
        for (DumpPart part : Parts.of(new StutteringStream(content("shop-pg15-inserts.sql.gz")), 1).all) {
            DumpPart.Statement statement = (DumpPart.Statement) part;
            if (statement.sql().startsWith("INSERT")) {
                String table =
                        statement.sql().replaceFirst("(?s)INSERT INTO (.*?) (DEFAULT|OVERRIDING|VALUES).*", "$1");
                rows.merge(table, statement.rows().orElseThrow(), Long::sum);
            }
        }
        assertThat(rows).isEqualTo(expectedRows());
    }

    @Test
    void neverTakesAPrefixOfADumpForTheWhole() throws Exception {
        byte[] whole = smallDump();
        int proven = new String(whole, UTF_8).stripTrailing().getBytes(UTF_8).length;
        for (int length = 0; length < proven; length += length < 700 || length > proven - 300 ? 1 : 23) {
            byte[] prefix = Arrays.copyOf(whole, length);
            // before the header line nothing says that it is a dump
            if (length > 35) {
                assertThatThrownBy(() -> Parts.quickly(prefix))
                        .as("cut after %d bytes", length)
                        .isInstanceOfSatisfying(
                                RecoveryException.class,
                                e -> assertThat(e.code().name()).isEqualTo("DUMP_TRUNCATED"));
            }
        }
        assertThat(Parts.quickly(Arrays.copyOf(whole, proven)).reader.proof()).isEqualTo(Proof.END_MARKED);
    }

    @Test
    void aFlippedByteIsRefusedProperlyOrChangesTextOnly() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("SampleDumpsTest seed " + seed);
        Random random = new Random(seed);
        byte[] whole = smallDump();
        for (int i = 0; i < 300; i++) {
            byte[] flipped = whole.clone();
            int at = random.nextInt(whole.length);
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            try {
                Parts.quickly(flipped);
            } catch (RecoveryException e) {
                assertThat(e.code().name())
                        .as("seed %d, run %d, byte %d", seed, i, at)
                        .isIn(
                                "DUMP_TRUNCATED",
                                "DUMP_DAMAGED",
                                "DUMP_DANGEROUS",
                                "BACKUP_UNSUPPORTED",
                                "BACKUP_NOT_RECOGNISED");
                assertThat(e.remedies()).isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {524_288})
    void readsTheSameAtEveryEdgeOfTheBuffer(int edge) throws Exception {
        byte[] dump = smallDump();
        Parts expected = Parts.quickly(dump);
        for (int place = 0; place < dump.length; place += 263) {
            byte[] shifted = new byte[edge - place + dump.length];
            Arrays.fill(shifted, 0, edge - place, (byte) '\n');
            System.arraycopy(dump, 0, shifted, edge - place, dump.length);
            Parts parts = Parts.quickly(shifted);
            assertThat(parts.statements)
                    .as("edge at byte %d of the dump", place)
                    .isEqualTo(expected.statements);
            assertThat(parts.rows).isEqualTo(expected.rows);
        }
    }

    @Test
    void doesNotHoldTheRowsOfATable() throws Exception {
        byte[] begin = "COPY t FROM stdin;\n".getBytes(UTF_8);
        byte[] row = ("x".repeat(999) + "\n").getBytes(UTF_8);
        long rows = 3L * Runtime.getRuntime().maxMemory() / 1000;
        InputStream endless = new java.io.SequenceInputStream(java.util.Collections.enumeration(java.util.List.of(
                new ByteArrayInputStream(begin),
                new Repeated(row, Math.min(rows, 300_000)),
                new ByteArrayInputStream("\\.\n".getBytes(UTF_8)))));
        PlainDumpReader reader = new PlainDumpReader(new DumpBytes(endless));
        DumpPart.Rows part = (DumpPart.Rows) reader.next().orElseThrow();
        recovery.core.dump.RowBlock block = new recovery.core.dump.RowBlock(1 << 20);
        while (part.rows().read(block)) {
            assertThat(block.endsInRow()).isFalse();
        }
        assertThat(part.rows().rowCount()).isEqualTo(Math.min(rows, 300_000));
        assertThat(reader.next()).isEmpty();
    }

    /** The same bytes again and again. */
    private static final class Repeated extends InputStream {
        private final byte[] bytes;
        private long left;

        Repeated(byte[] bytes, long times) {
            this.bytes = bytes;
            this.left = times * bytes.length;
        }

        @Override
        public int read() {
            return left == 0 ? -1 : bytes[(int) (bytes.length - (left-- - 1) % bytes.length - 1)];
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (left == 0) {
                return -1;
            }
            int from = (int) ((bytes.length - left % bytes.length) % bytes.length);
            int count = Math.min(length, bytes.length - from);
            System.arraycopy(bytes, from, target, offset, count);
            left -= count;
            return count;
        }
    }

    /** The schema of the shop with two of its tables. */
    private static byte[] smallDump() throws IOException {
        String schema = new String(content("shop-pg15-schema.sql.gz").readAllBytes(), UTF_8);
        String data = new String(content("shop-pg15-data.sql.gz").readAllBytes(), UTF_8);
        int begin = data.indexOf("--\n-- Data for Name: MixedCase");
        String rows = data.substring(begin, data.indexOf("--\n-- Data for Name: bookings"));
        int place = schema.indexOf("--\n-- Name: ", schema.indexOf("; Type: CONSTRAINT;") - 200);
        return (schema.substring(0, place) + rows + schema.substring(place)).getBytes(UTF_8);
    }

    private static InputStream content(String name) throws IOException {
        return new GZIPInputStream(Files.newInputStream(BACKUPS.resolve(name)), 1 << 16);
    }

    private static Map<String, Long> expectedRows() throws IOException {
        Map<String, Long> rows = new TreeMap<>();
        for (String line : Files.readAllLines(BACKUPS.resolve("expected-rows.tsv"))) {
            String[] fields = line.split("\t", -1);
            rows.put(fields[0], Long.valueOf(fields[1]));
        }
        return rows;
    }
}
