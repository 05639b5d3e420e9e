package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.backup.BackupFormat;
import recovery.core.dump.DumpChoice;
import recovery.core.error.ErrorCode;
import recovery.core.inspect.Inspection;
import recovery.core.layer.Secrets;
import recovery.core.target.FileOptions;
import recovery.core.target.LoadOptions;
import recovery.core.target.sqlite.MemoryLimit;
import recovery.core.verify.Verification;
import recovery.harness.FolderState;
import recovery.harness.PostgresTools;
import recovery.harness.RestoreBench;
import recovery.harness.SqlCipherFile;

/** Whole restores of files of SQLCipher; what is refused leaves the live file and its folder as they were. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EncryptedRestoreTest {
    private static final String KEY = "correct horse battery";
    private static final String BACKUP = "shop-sqlcipher.db.gz";
    private static final MemoryLimit ROOMY = new MemoryLimit(64 << 20);

    @TempDir
    private Path folder;

    private Path live;
    private byte[] encrypted;
    private Optional<RestoreBench> bench = Optional.empty();

    @BeforeEach
    void makeTheLiveDatabase() throws Exception {
        live = Files.createDirectory(folder.resolve("live")).resolve("shop.db");
        encrypted = PostgresTools.unpacked(RestoreBench.sample(BACKUP));
        SqlCipherFile format = SqlCipherFile.V4;
        Files.write(live, format.encrypted(format.plain(folder, 4096, "CREATE TABLE precious (x)"), KEY));
    }

    @AfterEach
    void closeTheService() {
        bench.ifPresent(RestoreBench::close);
    }

    private RestoreBench bench(Optional<String> key, MemoryLimit limit, String... needed) {
        bench = Optional.of(RestoreBench.encrypted(folder, live, key, limit, needed));
        return bench.get().put(BACKUP, RestoreBench.sample(BACKUP));
    }

    private List<String> state() throws IOException {
        return FolderState.of(live.getParent());
    }

    private static List<String> checks(RestoreReport report) {
        return report.verification().checks().stream()
                .map(check -> check.name() + " " + check.status() + ": " + check.detail())
                .toList();
    }

    private static RestoreRequest request(String backup, String key) {
        return new RestoreRequest(
                backup,
                false,
                Optional.empty(),
                true,
                Optional.empty(),
                LoadOptions.USUAL,
                new Secrets(new char[0], new byte[0], key.toCharArray()),
                "terminal");
    }

    private void refused(RestoreReport report, ErrorCode code, List<String> before) throws IOException {
        assertThat(report.state()).isEqualTo(RestoreState.FAILED);
        assertThat(report.error().orElseThrow().code()).isEqualTo(code);
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void comesBackByteForByteAndProven() throws Exception {
        byte[] before = Files.readAllBytes(live);
        RestoreReport report = bench(Optional.of(KEY), ROOMY, "tickets").restore(BACKUP);

        assertThat(report.error()).isEmpty();
        assertThat(live).hasBinaryContent(encrypted);
        assertThat(live.resolveSibling(report.rollback().previous().orElseThrow()))
                .hasBinaryContent(before);
        assertThat(report.verification().status()).isEqualTo(Verification.Status.PASSED);
        assertThat(checks(report))
                .contains(
                        "bytes passed: 163 looked at, none wrong",
                        "page seals passed: 163 looked at, none wrong",
                        "integrity passed: 163 looked at, none wrong");
        assertThat(report.verification().tables())
                .isNotEmpty()
                .allSatisfy(table -> assertThat(table.restored()).isPresent());
        assertThat(report.notes())
                .anySatisfy(
                        note -> assertThat(note.text())
                                .isEqualTo(
                                        "The key opens the backup: SQLCipher 4, pages of 4096 bytes, each sealed by HMAC-SHA512."));
        assertThat(bench.orElseThrow()
                        .service()
                        .liveStatus(Duration.ofSeconds(20))
                        .online())
                .isTrue();
    }

    @Test
    void isLookedIntoWithTheKeyAlone() {
        Inspection found =
                bench(Optional.of(KEY), ROOMY).service().inspect(BACKUP, Secrets.none(), DumpChoice.EVERYTHING);

        assertThat(found.format()).isEqualTo(BackupFormat.SQLITE_ENCRYPTED);
        assertThat(found.proven()).isTrue();
        assertThat(found.complete()).isTrue();
        assertThat(found.tables()).extracting(Inspection.TableContent::name).contains("tickets");
        assertThat(found.rows()).isPositive();
    }

    @Test
    void isAskedAboutWithoutTheKeyAndNeverCalledPassed() throws Exception {
        List<String> before = state();
        RestoreReport asked = bench(Optional.empty(), ROOMY, "tickets").restore(BACKUP);
        refused(asked, ErrorCode.BACKUP_UNPROVEN, before);
        assertThat(asked.error().orElseThrow().problem())
                .isEqualTo(
                        "the backup may be an encrypted SQLite database (SQLCipher), and there is no key (DB_KEY) to look into"
                                + " it, so nobody can tell whether it is one, whose it is, and whether it is whole");

        RestoreReport report = bench.orElseThrow().restoreConfirmed(BACKUP);
        assertThat(report.error()).isEmpty();
        assertThat(live).hasBinaryContent(encrypted);
        assertThat(report.verification().status()).isEqualTo(Verification.Status.INCOMPLETE);
        assertThat(checks(report))
                .containsExactly(
                        "rows passed: the database file was copied byte for byte",
                        "bytes passed: 1 looked at, none wrong",
                        "contents incomplete: it seems to be encrypted, and without its key (DB_KEY) nobody can tell whether it is whole",
                        "needed tables incomplete: the tables of the copy could not be looked at");
    }

    @Test
    void isRefusedWithAWrongKey() throws Exception {
        List<String> before = state();
        bench(Optional.of("another key"), ROOMY);
        refused(bench.orElseThrow().restoreConfirmed(BACKUP), ErrorCode.SECRET_WRONG, before);
        refused(bench.orElseThrow().restore(request(BACKUP, "a third")), ErrorCode.SECRET_WRONG, before);

        assertThat(bench.orElseThrow().restore(request(BACKUP, KEY)).error()).isEmpty();
        assertThat(live).hasBinaryContent(encrypted);
        assertThat(bench.orElseThrow()
                        .service()
                        .liveStatus(Duration.ofSeconds(20))
                        .error())
                .contains("it seems to be encrypted, and DB_KEY does not open it");
    }

    @Test
    void keepsRandomBytesOut() throws Exception {
        byte[] random = new byte[40_960];
        new Random(1).nextBytes(random);
        List<String> before = state();
        bench(Optional.of(KEY), ROOMY).put("firmware.bin", random).put("odd.bin", Arrays.copyOf(random, 40_961));

        refused(bench.orElseThrow().restoreConfirmed("firmware.bin"), ErrorCode.BACKUP_NOT_RECOGNISED, before);
        refused(bench.orElseThrow().restoreConfirmed("odd.bin"), ErrorCode.BACKUP_NOT_RECOGNISED, before);
    }

    @Test
    void isRefusedWithOnePageChanged() throws Exception {
        List<String> before = state();
        encrypted[100 * 4096 + 17] ^= 4;
        RestoreReport report =
                bench(Optional.of(KEY), ROOMY).put("shop.db", encrypted).restoreConfirmed("shop.db");

        refused(report, ErrorCode.VERIFICATION_FAILED, before);
        assertThat(report.error().orElseThrow().problem()).contains("page seals: page 101 is not what was written");
    }

    @Test
    void isIncompleteIfItIsLargerThanTheMemoryForIt() throws Exception {
        RestoreReport report = bench(Optional.of(KEY), new MemoryLimit(100_000)).restore(BACKUP);

        assertThat(live).hasBinaryContent(encrypted);
        assertThat(report.verification().status()).isEqualTo(Verification.Status.INCOMPLETE);
        assertThat(checks(report))
                .contains(
                        "page seals passed: 163 looked at, none wrong",
                        "contents incomplete: it was not looked into: decrypted it needs 1 MB of memory, and MEMORY_LIMIT allows"
                                + " 1 MB; set MEMORY_LIMIT, and more memory for Java with RECOVERY_JAVA_OPTIONS=-Xmx65m");
    }

    @Test
    void doesNotTakeThePlaceOfAPlainFileUnlessAskedTo() throws Exception {
        Files.write(live, PostgresTools.unpacked(RestoreBench.sample("shop.db.gz")));
        List<String> before = state();
        bench(Optional.of(KEY), ROOMY).put("plain.db.gz", RestoreBench.sample("shop.db.gz"));
        refused(bench.orElseThrow().restoreConfirmed(BACKUP), ErrorCode.ENCRYPTION_DIFFERS, before);

        FileOptions changing = new FileOptions(Optional.empty(), false, true, false);
        assertThat(bench.orElseThrow()
                        .restore(BACKUP, true, LoadOptions.USUAL.with(changing))
                        .error())
                .isEmpty();
        assertThat(live).hasBinaryContent(encrypted);
        List<String> after = state();
        refused(bench.orElseThrow().restoreConfirmed("plain.db.gz"), ErrorCode.ENCRYPTION_DIFFERS, after);
    }

    @Test
    void takesItsLogAsideAndRollsBackWithIt() throws Exception {
        byte[] before = Files.readAllBytes(live);
        Path log = live.resolveSibling("shop.db-wal");
        Files.writeString(log, "frames that only the application can read");
        RestoreReport report = bench(Optional.of(KEY), ROOMY).restore(BACKUP);

        assertThat(report.error()).isEmpty();
        assertThat(log).doesNotExist();
        assertThat(live.resolveSibling(report.rollback().previous().orElseThrow() + "-wal"))
                .hasContent("frames that only the application can read");

        RestoreReport back = bench.orElseThrow()
                .service()
                .rollback(Optional.empty(), "terminal")
                .await();
        assertThat(back.error()).isEmpty();
        assertThat(live).hasBinaryContent(before);
        assertThat(log).hasContent("frames that only the application can read");
    }
}
