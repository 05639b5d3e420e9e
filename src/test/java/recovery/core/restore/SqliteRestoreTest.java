package recovery.core.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.backup.Engine;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.harness.FolderState;
import recovery.harness.PostgresTools;
import recovery.harness.RestoreBench;
import recovery.harness.SqliteShell;

/** Whole restores of SQLite, judged by sqlite3; what is refused leaves the database file and its folder as they were. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SqliteRestoreTest {
    @TempDir
    private Path folder;

    private Path live;
    private RestoreBench bench;
    private List<String> before;

    @BeforeEach
    void makeTheLiveDatabase() throws Exception {
        live = Files.createDirectory(folder.resolve("live")).resolve("shop.db");
        SqliteShell.run(
                live, "PRAGMA journal_mode = wal; CREATE TABLE precious (x); INSERT INTO precious VALUES (1), (2);");
        before = state();
        bench = RestoreBench.sqlite(folder, live);
    }

    @AfterEach
    void closeTheService() {
        bench.close();
    }

    /** Every file beside the database, with its bytes. */
    private List<String> state() throws IOException {
        return FolderState.of(live.getParent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.db.gz", "shop-dump.sql", "shop-d1-export.sql.gz"})
    void comesBackEqualToTheOriginal(String backup) throws Exception {
        Path original = folder.resolve("original.db");
        byte[] content = PostgresTools.unpacked(RestoreBench.sample(backup));
        if (backup.contains(".sql")) {
            Path script = folder.resolve("script.sql");
            // the order of the tool's own writes to the disk is of no interest
            Files.writeString(script, "PRAGMA synchronous = off; PRAGMA journal_mode = off;\n");
            Files.write(script, content, StandardOpenOption.APPEND);
            SqliteShell.run(original, ".read " + script);
        } else {
            Files.write(original, content);
        }
        RestoreReport report = bench.put(backup, RestoreBench.sample(backup)).restoreConfirmed(backup);

        assertThat(report.error()).isEmpty();
        assertThat(SqliteShell.dump(live)).isEqualTo(SqliteShell.dump(original));
        assertThat(SqliteShell.run(
                        live.resolveSibling(report.rollback().previous().orElseThrow()),
                        "SELECT count(*) FROM precious"))
                .isEqualTo("2\n");
    }

    private String stable(String text) {
        return text.replace(live.toString(), "LIVE").replace(live.getParent().toString(), "FOLDER");
    }

    private String refusal(String name, byte[] content) {
        bench.put(name, content);
        try {
            RestoreReport.Failure failure = bench.restoreConfirmed(name).error().orElseThrow();
            return stable(failure.code() + ": " + failure.problem());
        } catch (RecoveryException atOnce) {
            return stable(atOnce.code() + ": " + atOnce.getMessage());
        }
    }

    @Test
    void aBackupOfTheOtherEngineCanBeLookedInto() {
        try (RestoreBench bench = RestoreBench.sqlite(folder, folder.resolve("live.db"))) {
            bench.put("shop.dump", RestoreBench.sample("shop-pg15.dump"));
            Inspection inspection = bench.service().inspect("shop.dump");

            assertThat(inspection.engine()).contains(Engine.POSTGRESQL);
            assertThat(inspection.rows()).isEqualTo(33_562);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Bad(String name, byte[] content, String answer) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Bad> bad() {
        byte[] gz = RestoreBench.sample("shop.db.gz");
        byte[] file = PostgresTools.unpacked(gz);
        byte[] script = RestoreBench.sample("shop-dump.sql");
        byte[] flipped = file.clone();
        Arrays.fill(flipped, 4096 * 3, 4096 * 3 + 64, (byte) 0x5A);
        return List.of(
                new Bad(
                        "half.db.gz",
                        RefusalTest.cut(gz, gz.length / 2),
                        "DUMP_TRUNCATED: the gzip file ends too early, at byte 123636 of the file"),
                new Bad(
                        "half.db",
                        RefusalTest.cut(file, file.length / 2),
                        "DUMP_TRUNCATED: the SQLite database file ends after 485376 of 970752 bytes"),
                new Bad(
                        "half-inside.db.gz",
                        RefusalTest.gzip(RefusalTest.cut(file, file.length / 2)),
                        "DUMP_TRUNCATED: the SQLite database file ends after 485376 of 970752 bytes"),
                new Bad(
                        "damaged.db",
                        flipped,
                        "VERIFICATION_FAILED: the copy is not what the backup promises: integrity: database disk image is malformed"),
                new Bad(
                        "half.sql",
                        RefusalTest.cut(script, script.length / 2),
                        "DUMP_TRUNCATED: the script ends inside the statement that begins in line 4884 (at byte 535646 of the dump)"),
                new Bad(
                        "no-commit.sql",
                        RefusalTest.cut(script, script.length - 8),
                        "DUMP_TRUNCATED: the script ends inside a transaction, without the COMMIT that ends it (at byte 1071340 of the dump)"),
                new Bad(
                        "empty.db",
                        new byte[0],
                        "BACKUP_NOT_RECOGNISED: 'empty.db' cannot be restored: the file is empty"),
                new Bad(
                        "shop-pg15.sql.gz",
                        RestoreBench.sample("shop-pg15.sql.gz"),
                        "BACKUP_OTHER_ENGINE: 'shop-pg15.sql.gz' is a backup of PostgreSQL, but the target is SQLite file 'LIVE'"),
                new Bad(
                        "encrypted.db.gz",
                        RestoreBench.sample("heads/shop-sqlcipher.db.gz"),
                        "DUMP_TRUNCATED: the gzip file ends too early, at byte 8192 of the file"),
                new Bad(
                        "data-only.sql",
                        "INSERT INTO people VALUES (1);".getBytes(UTF_8),
                        "LOAD_FAILED: SQLite refused the statement in line 1: no such table: people (at byte 0 of the dump)"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusesAndLeavesNothingBehind(Bad bad) throws Exception {
        assertThat(refusal(bad.name(), bad.content())).isEqualTo(bad.answer());
        assertThat(state()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ATTACH 'LIVE' AS l; DROP TABLE l.precious; | DUMP_DANGEROUS: line 3 reaches beyond the database: 'ATTACH 'LIVE' AS l'",
                "VACUUM INTO 'LIVE'; | DUMP_DANGEROUS: line 3 reaches beyond the database: 'VACUUM INTO 'LIVE''",
                "VACUUM INTO 'FOLDER/new.db'; | DUMP_DANGEROUS: line 3 reaches beyond the database: 'VACUUM INTO 'FOLDER/new.db''",
                "SELECT load_extension('FOLDER/evil'); | LOAD_FAILED: SQLite refused the statement in line 3: not authorized",
                "SELECT writefile('LIVE', 'x'); | LOAD_FAILED: SQLite refused the statement in line 3: no such function: writefile",
                "INSERT INTO t SELECT readfile('/etc/passwd'); | LOAD_FAILED: SQLite refused a statement in lines 2 to 3: no such function: readfile",
                "~.shell rm LIVE~ | DUMP_DANGEROUS: line 4 is a command for SQLite's shell: '.shell rm LIVE'",
                "~.open LIVE~DROP TABLE precious; | DUMP_DANGEROUS: line 4 is a command for SQLite's shell: '.open LIVE'",
                "PRAGMA journal_mode = delete; PRAGMA writable_schema = on; UPDATE sqlite_schema SET sql = 'x'; | DUMP_DAMAGED: SQLite cannot read the restored file: malformed database schema (t)",
                "CREATE TABLE u (a); SYNTAX ERROR; | LOAD_FAILED: line 3 is no statement of SQLite: 'SYNTAX ERROR'",
                "CREATE UNIQUE INDEX i ON t (a); INSERT INTO t VALUES (1, 2); | LOAD_FAILED: SQLite refused the statement in line 3: UNIQUE constraint failed: t.a",
                "PRAGMA foreign_keys = off; CREATE TABLE c (a REFERENCES t (b)); INSERT INTO c VALUES (9); | VERIFICATION_FAILED: the copy is not what the backup promises: orphans: row 1 of table c has no parent in table t",
                "BEGIN; INSERT INTO t VALUES (2); | DUMP_TRUNCATED: the script ends inside a transaction, without the COMMIT that ends it",
            })
    void keepsAHostileScriptInItsCopy(String script, String ending) throws Exception {
        String text = "CREATE TABLE t (a INTEGER, b INTEGER UNIQUE);\nINSERT INTO t (a) VALUES (1);\n"
                + script.replace("~", "\n")
                        .replace("LIVE", live.toString())
                        .replace("FOLDER", live.getParent().toString());
        assertThat(refusal("hostile.sql", text.getBytes(UTF_8)).replaceAll(" \\(at byte \\d+ of the dump\\)$", ""))
                .isEqualTo(ending);
        assertThat(state()).isEqualTo(before);
    }
}
