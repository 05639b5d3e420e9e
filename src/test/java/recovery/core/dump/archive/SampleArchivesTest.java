package recovery.core.dump.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import recovery.core.dump.DumpBytes;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpReader;
import recovery.core.dump.RowBlock;
import recovery.core.dump.plain.PlainDumpReader;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Cancellation;
import recovery.harness.Untar;

/** Archives of the sample shop, made by several versions of pg_dump, hold what its plain dumps hold. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SampleArchivesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "shop-pg15.dump, shop-pg15.sql.gz",
        "shop-pg15-none.dump, shop-pg15.sql.gz",
        "shop-pg15-piped.dump, shop-pg15.sql.gz",
        "shop-pg15.tar.gz, shop-pg15.sql.gz",
        "shop-pg15-directory.tar, shop-pg15.sql.gz",
        "shop-pg17-lz4.dump, shop-pg17.sql.gz",
        "shop-pg18-zstd.dump, shop-pg18.sql.gz",
    })
    void holdsTheStatementsAndRowsOfThePlainDump(String archive, String plain) throws Exception {
        ArchiveParts parts = ArchiveParts.of(ArchiveParts.BACKUPS.resolve(archive));
        Plain expected = Plain.read(plain);

        assertThat(parts.rows).containsExactlyInAnyOrderEntriesOf(expected.rows);
        assertThat(parts.rowCounts).containsExactlyInAnyOrderEntriesOf(expectedRows());
        List<String> statements = parts.all.stream()
                .filter(text -> !text.startsWith("COPY ") && !text.startsWith("LARGE OBJECT"))
                .map(SampleArchivesTest::asPlain)
                .toList();
        if (archive.endsWith("directory.tar")) {
            assertThat(statements).containsExactlyInAnyOrderElementsOf(expected.statements);
        } else {
            assertThat(statements).containsExactlyElementsOf(expected.statements);
        }
        assertThat(parts.largeObjects)
                .containsEntry(700_002L, "\0\u00ff\\.\n")
                .hasSize(2)
                .hasEntrySatisfying(700_001L, content -> assertThat(content).hasSize(64_000));
    }

    @Test
    void givesTheSameFromAFolderAndInsideOfALayer() throws Exception {
        List<String> expected = ArchiveParts.of(ArchiveParts.BACKUPS.resolve("shop-pg15.dump")).all;
        Path unpacked = Untar.into(folder, ArchiveParts.BACKUPS.resolve("shop-pg15-directory.tar"));
        assertThat(ArchiveParts.of(unpacked).all).isEqualTo(expected);

        Path packed = folder.resolve("shop.dump.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(ArchiveParts.BACKUPS.resolve("shop-pg15.dump"), out);
        }
        assertThat(ArchiveParts.of(packed).all).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "shop-pg15.dump, 15.20 (Debian 15.20-0+deb12u1)",
        "shop-pg15.tar.gz, 15.20 (Debian 15.20-0+deb12u1)",
        "shop-pg17-lz4.dump, 17.11 (Debian 17.11-0+deb13u1)",
        "shop-pg18-zstd.dump, 18.6 (Debian 18.6-3)",
    })
    void saysWhatItIsBeforeItReadsAnyPart(String archive, String version) throws Exception {
        Path backup = ArchiveParts.BACKUPS.resolve(archive);
        try (BackupStream stream = BackupStream.open(backup, new Cancellation())) {
            DumpReader reader = ArchiveParts.open(backup, stream, DumpChoice.EVERYTHING);
            assertThat(reader.header().dumpVersion()).contains(version);
            assertThat(reader.header().serverVersion()).contains("15.20 (Debian 15.20-0+deb12u1)");
            assertThat(reader.databases()).containsExactly("sample");
            assertThat(reader.proof()).isEqualTo(DumpReader.Proof.END_MARKED);
            assertThat(reader.notes()).isEmpty();
        }
    }

    /** pg_dump's plain output of version 15 says TABLE for views and sequences, and later ones set a newer setting. */
    private static String asPlain(String sql) {
        return sql.replaceFirst("^ALTER (SEQUENCE|VIEW|MATERIALIZED VIEW) (.* OWNER TO )", "ALTER TABLE $2");
    }

    /** What the plain reader makes of a plain dump, without its large objects, which stand there as calls. */
    private static final class Plain {
        private final List<String> statements = new ArrayList<>();
        private final Map<String, String> rows = new LinkedHashMap<>();

        static Plain read(String name) throws IOException {
            Plain plain = new Plain();
            try (InputStream file =
                    new GZIPInputStream(Files.newInputStream(ArchiveParts.BACKUPS.resolve(name)), 1 << 16)) {
                PlainDumpReader reader = new PlainDumpReader(new DumpBytes(file));
                for (Optional<DumpPart> part = reader.next(); part.isPresent(); part = reader.next()) {
                    plain.add(part.get());
                }
            }
            return plain;
        }

        private void add(DumpPart part) throws IOException {
            if (part instanceof DumpPart.Statement statement) {
                String sql = asPlain(statement.sql());
                boolean ofLargeObject =
                        sql.matches("(?s)BEGIN|COMMIT|SELECT pg_catalog\\.(lo_open|lowrite|lo_close)\\(.*");
                if (!ofLargeObject && !sql.startsWith("SET transaction_timeout")) {
                    statements.add(sql);
                }
            } else if (part instanceof DumpPart.Rows block) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                RowBlock buffer = new RowBlock(1 << 16);
                while (block.rows().read(buffer)) {
                    bytes.write(buffer.bytes(), 0, buffer.length());
                }
                rows.put(block.table(), bytes.toString(ISO_8859_1));
            }
        }
    }

    private static Map<String, Long> expectedRows() throws IOException {
        Map<String, Long> rows = new TreeMap<>();
        for (String line : Files.readAllLines(ArchiveParts.BACKUPS.resolve("expected-rows.tsv"), UTF_8)) {
            String[] fields = line.split("\t", -1);
            rows.put(fields[0], Long.valueOf(fields[1]));
        }
        return rows;
    }
}
