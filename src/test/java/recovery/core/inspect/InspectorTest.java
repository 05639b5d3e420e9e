package recovery.core.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
import recovery.core.inspect.Inspection.TableContent;
import recovery.core.layer.Cancellation;
import recovery.core.layer.Opening;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InspectorTest {
    private static final Path BACKUPS = Path.of("src/test/resources/backups");

    @TempDir
    private Path folder;

    private final Inspector inspector = new Inspector(Engine.POSTGRESQL);

    @ParameterizedTest
    @ValueSource(strings = {"shop-pg15.sql.gz", "shop-pg15-inserts.sql.gz", "shop-pg18.sql.gz"})
    void looksThroughAWholeDump(String name) throws Exception {
        Inspection found =
                inspector.whole(backup(BACKUPS.resolve(name)), Opening.of(new Cancellation()), DumpChoice.EVERYTHING);

        assertThat(found.tables()).containsExactlyInAnyOrderElementsOf(expectedTables());
        assertThat(found.rows()).isEqualTo(33_562);
        assertThat(found.contents()).isEqualTo(Contents.COMPLETE);
        assertThat(found.complete()).isTrue();
        assertThat(found.proven()).isTrue();
        assertThat(found.engine()).contains(Engine.POSTGRESQL);
        assertThat(found.serverVersion()).contains("15.20 (Debian 15.20-0+deb12u1)");
        assertThat(found.roles()).containsExactly("postgres", "shop_app", "shop_audit", "shop_owner");
        assertThat(found.extensions()).containsExactly("hstore", "pg_trgm", "pgcrypto");
        assertThat(found.schemas()).containsExactly("Odd Names; -- \\ 'quoted'", "audit", "sales");
        assertThat(found.databases()).isEmpty();
        assertThat(found.risks()).isEmpty();
        assertThat(found.contentBytes().orElseThrow()).isGreaterThan(found.sizeBytes());
    }

    @Test
    void readsTheHeadUpToTheFirstRows() throws Exception {
        Inspection found = inspector.head(
                backup(BACKUPS.resolve("shop-pg15-create-clean.sql.gz")),
                Opening.of(new Cancellation()),
                DumpChoice.EVERYTHING);

        assertThat(found.complete()).isFalse();
        assertThat(found.proven()).isTrue();
        assertThat(found.contents()).isEqualTo(Contents.COMPLETE);
        assertThat(found.extensions()).containsExactly("hstore", "pg_trgm", "pgcrypto");
        assertThat(found.databases()).containsExactly("sample");
        assertThat(found.tables()).hasSize(15).allMatch(table -> table.rows().isEmpty());
        assertThat(found.contentBytes()).isEmpty();
        assertThat(found.notes()).extracting("code").containsExactly("CONNECT_REDIRECTED");
    }

    @ParameterizedTest
    @CsvSource({
        "shop-pg15.dump, PG_CUSTOM",
        "shop-pg15.tar.gz, PG_TAR",
        "shop-pg15-directory.tar, PG_DIRECTORY",
        "shop-pg18-zstd.dump, PG_CUSTOM"
    })
    void showsAllTablesAndRolesOfAnArchiveFromItsHead(String name, BackupFormat format) throws Exception {
        Inspection found = inspector.head(
                backup(BACKUPS.resolve(name), format), Opening.of(new Cancellation()), DumpChoice.EVERYTHING);

        assertThat(found.complete()).isFalse();
        assertThat(found.proven()).isTrue();
        assertThat(found.contents()).isEqualTo(Contents.COMPLETE);
        assertThat(found.tables().stream().map(Inspection.TableContent::name))
                .containsExactlyInAnyOrderElementsOf(expectedTables().stream()
                        .map(Inspection.TableContent::name)
                        .toList());
        assertThat(found.roles()).containsExactly("postgres", "shop_app", "shop_audit", "shop_owner");
        assertThat(found.extensions()).containsExactly("hstore", "pg_trgm", "pgcrypto");
        assertThat(found.databases()).containsExactly("sample");
    }

    @Test
    void tellsSchemaFromData() throws Exception {
        assertThat(inspector
                        .whole(
                                backup(BACKUPS.resolve("shop-pg15-schema.sql.gz")),
                                Opening.of(new Cancellation()),
                                DumpChoice.EVERYTHING)
                        .contents())
                .isEqualTo(Contents.SCHEMA);
        assertThat(inspector
                        .head(
                                backup(BACKUPS.resolve("shop-pg15-data.sql.gz")),
                                Opening.of(new Cancellation()),
                                DumpChoice.EVERYTHING)
                        .contents())
                .isEqualTo(Contents.DATA);
    }

    @Test
    void namesTheRisksOfAScript() throws Exception {
        Path file = Files.writeString(folder.resolve("hand.sql"), """
                CREATE TABLE t (a int);
                INSERT INTO t VALUES (1), (2);
                INSERT INTO t VALUES (3);
                INSERT INTO T (a) SELECT 4;
                CREATE TABLE u (a int);
                INSERT INTO "u" VALUES (1);
                CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS $$ return 1 $$;
                ALTER SYSTEM SET a = 'b';
                DO $$ BEGIN END $$;
                """);

        Inspection found = inspector.whole(backup(file), Opening.of(new Cancellation()), DumpChoice.EVERYTHING);

        assertThat(found.proven()).isFalse();
        assertThat(found.tables())
                .containsExactly(
                        new TableContent("t", OptionalLong.empty()), new TableContent("u", OptionalLong.of(1)));
        assertThat(found.risks())
                .containsExactly(
                        "The script carries no proof that it is whole: if its end is missing, nobody can tell.",
                        "Line 7 creates a function in the language 'plpython3u', which may do anything on the server.",
                        "Line 8 changes the configuration of the whole server: ALTER SYSTEM SET a = 'b'.",
                        "Line 9 runs code that cannot be looked into: DO $$ BEGIN END $$.");
    }

    @Test
    void refusesATruncatedDump() throws Exception {
        Path file = Files.writeString(folder.resolve("cut.sql"), "--\n-- PostgreSQL database dump\n--\n\nSELECT 1;\n");

        assertThatThrownBy(() -> inspector.whole(backup(file), Opening.of(new Cancellation()), DumpChoice.EVERYTHING))
                .hasMessageStartingWith("the dump ends before its closing line");
    }

    private static List<TableContent> expectedTables() throws IOException {
        return Files.readAllLines(BACKUPS.resolve("expected-rows.tsv")).stream()
                .map(line -> line.split("\t", -1))
                .map(fields -> new TableContent(fields[0], OptionalLong.of(Long.parseLong(fields[1]))))
                .toList();
    }

    private static Backup backup(Path file) throws IOException {
        return backup(file, BackupFormat.SQL);
    }

    private static Backup backup(Path file, BackupFormat format) throws IOException {
        return new Backup(
                file.getFileName().toString(),
                file,
                Files.size(file),
                Instant.EPOCH,
                Instant.EPOCH,
                format,
                Compression.GZIP,
                false,
                Optional.empty(),
                Contents.UNKNOWN,
                true,
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }
}
