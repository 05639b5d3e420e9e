package recovery.core.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Compression;
import recovery.core.backup.Contents;
import recovery.core.backup.Engine;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.sqlite.SqliteContent;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection.TableContent;
import recovery.core.layer.Cancellation;
import recovery.core.layer.Opening;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SqliteLookTest {
    @TempDir
    Path home;

    @Test
    void countsTheRowsOfADatabaseFileBehindItsCompression() throws Exception {
        Inspection found = whole("shop.db.gz", BackupFormat.SQLITE_DATABASE);

        assertThat(found.tables())
                .containsExactlyInAnyOrder(
                        new TableContent("clients", OptionalLong.of(300)),
                        new TableContent("users", OptionalLong.of(2000)),
                        new TableContent("tickets", OptionalLong.of(5000)),
                        new TableContent("invoices", OptionalLong.of(3000)),
                        new TableContent("\"odd; name 'x'\"", OptionalLong.of(3)),
                        new TableContent("ticket_text", OptionalLong.empty()),
                        new TableContent("activity_log", OptionalLong.of(1)));
        assertThat(found.complete()).isTrue();
        assertThat(found.proven()).isTrue();
        assertThat(found.engine()).contains(Engine.SQLITE);
        assertThat(found.contentBytes()).hasValue(content().length);
        assertThat(found.risks()).isEmpty();
        assertThat(found.notes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"shop-dump.sql, true", "shop-d1-export.sql.gz, false"})
    void countsTheRowsOfAScript(String sample, boolean proven) throws Exception {
        Inspection found = whole(sample, BackupFormat.SQL);

        assertThat(found.tables())
                .contains(
                        new TableContent("clients", OptionalLong.of(300)),
                        new TableContent("tickets", OptionalLong.of(5000)),
                        new TableContent("invoices", OptionalLong.of(3000)),
                        new TableContent("activity_log", OptionalLong.of(1)));
        assertThat(found.contents()).isEqualTo(Contents.COMPLETE);
        assertThat(found.complete()).isTrue();
        assertThat(found.proven()).isEqualTo(proven);
        assertThat(found.risks()).hasSize(proven ? 0 : 1);
    }

    @Test
    void readsOnlyTheHeadWhenThatIsEnough() throws Exception {
        Inspection file = new Inspector(Engine.SQLITE)
                .head(
                        backup("shop.db.gz", BackupFormat.SQLITE_DATABASE),
                        Opening.of(new Cancellation()),
                        DumpChoice.EVERYTHING);
        assertThat(file.complete()).isFalse();
        assertThat(file.contentBytes()).hasValue(content().length);
        assertThat(file.tables()).contains(new TableContent("tickets", OptionalLong.empty()));

        Inspection script = new Inspector(Engine.SQLITE)
                .head(backup("shop-dump.sql", BackupFormat.SQL), Opening.of(new Cancellation()), DumpChoice.EVERYTHING);
        assertThat(script.complete()).isFalse();
        assertThat(script.proven()).isTrue();
        assertThat(script.tables()).containsExactly(new TableContent("clients", OptionalLong.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PRAGMA page_size = 512",
                "PRAGMA page_size = 65536",
                "PRAGMA encoding = 'UTF-16be'",
                "PRAGMA auto_vacuum = 1"
            })
    void countsLikeSqliteInFilesOfManyShapes(String pragma) throws Exception {
        Path file = home.resolve("shapes.db");
        Map<String, Long> expected = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute(pragma);
            statement.execute("BEGIN");
            for (int table = 0; table < 60; table++) {
                String name = "täble_" + table;
                String keyed = table % 3 == 0 ? "k TEXT PRIMARY KEY, v) WITHOUT ROWID" : "k INTEGER PRIMARY KEY, v)";
                statement.execute("CREATE TABLE " + name + " (" + keyed + " -- " + "long ".repeat(table * 7));
                statement.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) INSERT INTO " + name
                        + " SELECT i, zeroblob(i % 700) FROM n LIMIT " + table * 13);
                expected.put("\"" + name + "\"", table * 13L);
            }
            statement.execute("COMMIT");
        }

        SqliteContent content;
        try (var in = Files.newInputStream(file)) {
            content = SqliteContent.read(in, true);
        }

        Map<String, Long> found = new TreeMap<>();
        content.tables().forEach(table -> found.put(table.name(), table.rows().orElse(-1)));
        assertThat(content.allTables()).isTrue();
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void refusesAFileThatIsCutOffAtAnyPage() throws Exception {
        byte[] whole = content();
        for (int length = 4096; length < whole.length; length += 4096) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> SqliteContent.read(new ByteArrayInputStream(cut), true))
                    .as("cut after %d bytes", length)
                    .isInstanceOfSatisfying(
                            RecoveryException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.DUMP_TRUNCATED));
        }
    }

    @Test
    void neverFailsInAnyOtherWayOnFlippedBytes() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] whole = content();
        for (int round = 0; round < 300; round++) {
            byte[] bytes = whole.clone();
            for (int flip = 0; flip < 200; flip++) {
                int page = random.nextInt(4) == 0 ? 0 : 4096 * random.nextInt(bytes.length / 4096);
                bytes[page + random.nextInt(200)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(SqliteContent.read(new ByteArrayInputStream(bytes), true)
                                .complete())
                        .isTrue();
            } catch (RecoveryException refused) {
                assertThat(refused.code())
                        .isIn(ErrorCode.BACKUP_NOT_RECOGNISED, ErrorCode.DUMP_TRUNCATED, ErrorCode.DUMP_DAMAGED);
            } catch (RuntimeException wrong) {
                throw new AssertionError("seed " + seed + ", round " + round, wrong);
            }
        }
    }

    private Inspection whole(String sample, BackupFormat format) throws IOException {
        return new Inspector(Engine.SQLITE)
                .whole(backup(sample, format), Opening.of(new Cancellation()), DumpChoice.EVERYTHING);
    }

    private Backup backup(String sample, BackupFormat format) throws IOException {
        Path file = home.resolve(sample);
        if (!Files.exists(file)) {
            try (var in = getClass().getResourceAsStream("/backups/" + sample)) {
                Files.copy(in, file);
            }
        }
        return new Backup(
                sample,
                file,
                Files.size(file),
                Instant.EPOCH,
                Instant.EPOCH,
                format,
                sample.endsWith(".gz") ? Compression.GZIP : Compression.NONE,
                false,
                Optional.empty(),
                Contents.UNKNOWN,
                true,
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }

    private static byte[] content() throws IOException {
        try (var in = new GZIPInputStream(SqliteLookTest.class.getResourceAsStream("/backups/shop.db.gz"))) {
            return in.readAllBytes();
        }
    }
}
