package recovery.core.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.ErrorCode;
import recovery.core.layer.Secrets;
import recovery.core.target.LoadOptions;
import recovery.core.target.postgres.PostgresSettings;
import recovery.core.target.postgres.PostgresTarget;
import recovery.core.verify.Verification;
import recovery.harness.Gpg;
import recovery.harness.PgDumpReferee;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** What can go wrong with a safety copy leaves no file and no session; an encrypted one tells its content to nobody. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SafetyFaultsTest {
    private static final RealPostgres SERVER =
            RealPostgres.version(RealPostgres.MIDDLE).withShopRoles();
    private static final byte[] NOTHING = {};
    private static String live;
    private static Gpg gpg;

    @TempDir
    private Path folder;

    @BeforeAll
    static void restoreTheShop() {
        live = SERVER.newDatabase();
        new PostgresTools(SERVER).psql(live, RestoreBench.sample("shop-pg15.sql.gz"));
        gpg = new Gpg();
        gpg.run(
                NOTHING,
                "--passphrase",
                "",
                "--quick-generate-key",
                "safe@example",
                "future-default",
                "default",
                "never");
    }

    @AfterAll
    static void close() {
        gpg.close();
    }

    private RestoreBench bench(Path pgDump, Optional<String> key) {
        PostgresSettings settings = PostgresSettings.of(
                SERVER.host(), SERVER.port(), SERVER.user(), SERVER.password().toCharArray(), live, "");
        return new RestoreBench(
                folder,
                new PostgresTarget(settings, Optional.empty(), recovery.appcontrol.PgDumps.onlyIn(pgDump)),
                key);
    }

    private Path program(String script) throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path program = bin.resolve("pg_dump");
        Files.writeString(
                program,
                "#!/bin/sh\n[ \"$1\" = --version ] && exec echo 'pg_dump (PostgreSQL) 15.99'\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return bin;
    }

    private void nothingIsLeft() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("backups"))) {
            assertThat(files).isEmpty();
        }
        assertThat(SERVER.databasesLike(live + "_")).isEmpty();
        assertThat(SERVER.query(
                        "postgres",
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = '" + live
                                + "' AND application_name = 'emergency-recovery' AND state <> 'idle'"))
                .containsExactly("0");
    }

    private static String failure(RestoreReport report) {
        RestoreReport.Failure failure = report.error().orElseThrow();
        return failure.code() + ": " + failure.problem();
    }

    @Test
    void anErrorOfPgDumpIsToldInItsOwnWords() throws Exception {
        try (RestoreBench bench = bench(program("echo half; echo 'no such thing' >&2; exit 3"), Optional.empty())) {
            RestoreReport report = bench.backUp();

            assertThat(failure(report))
                    .isEqualTo("BACKUP_FAILED: '%s/bin/pg_dump' ended with code 3 and said: no such thing"
                            .formatted(folder));
            assertThat(report.liveDatabase()).isEqualTo("'%s' is unchanged; it was only read.".formatted(live));
        }
        nothingIsLeft();
    }

    @Test
    void aPgDumpThatIsKilledIsNoSafetyCopy() throws Exception {
        try (RestoreBench bench =
                bench(program("pg_dump_real=1; head -c 100000 /dev/zero; kill -9 $$"), Optional.empty())) {
            assertThat(failure(bench.backUp()))
                    .isEqualTo("BACKUP_FAILED: '%s/bin/pg_dump' was killed by signal 9 and said nothing"
                            .formatted(folder));
        }
        nothingIsLeft();
    }

    @Test
    void aPgDumpThatEndsWellButTooEarlyIsFoundOut() throws Exception {
        String real = PostgresTools.folder() + "/pg_dump \"$@\" | head -c 200000";
        try (RestoreBench bench = bench(program(real), Optional.empty())) {
            RestoreReport report = bench.backUp();

            assertThat(failure(report))
                    .startsWith("VERIFICATION_FAILED: the safety copy is not what was written: end: ");
        }
        nothingIsLeft();
    }

    @Test
    void aPgDumpThatLosesRowsIsFoundOut() throws Exception {
        String real = PostgresTools.folder() + "/pg_dump --exclude-table-data=sales.order_items \"$@\"";
        try (RestoreBench bench = bench(program(real), Optional.empty())) {
            assertThat(failure(bench.backUp()))
                    .isEqualTo("VERIFICATION_FAILED: the safety copy is not what was written: rows:"
                            + " 'sales.order_items' has 0 rows instead of 20000");
        }
        nothingIsLeft();
    }

    /** Arguments and environment as the child has them. */
    @Test
    void thePasswordIsNoArgument() throws Exception {
        Path seen = folder.resolve("seen");
        String script = "{ echo \"$@\"; echo \"PW=$PGPASSWORD OPT=$PGOPTIONS\"; } > " + seen + "; exit 1";
        try (RestoreBench bench = bench(program(script), Optional.empty())) {
            assertThat(bench.backUp().success()).isFalse();
        }
        List<String> lines = Files.readAllLines(seen);
        assertThat(lines.get(0)).matches("--format=custom --no-password --snapshot=[0-9A-F-]+");
        assertThat(lines.get(1)).isEqualTo("PW=" + SERVER.password() + " OPT=");
    }

    @Test
    void cancellingKillsPgDump() throws Exception {
        Path pid = folder.resolve("pid");
        try (RestoreBench bench = bench(program("echo $$ > " + pid + "; exec sleep 1000"), Optional.empty())) {
            RestoreJob job = bench.service().backUp("terminal");
            while (!Files.exists(pid) || Files.size(pid) == 0) {
                Thread.sleep(5);
            }
            job.cancel();
            RestoreReport report = job.await();

            assertThat(failure(report)).isEqualTo("CANCELLED: the restore was cancelled");
            assertThat(report.state()).isEqualTo(RestoreState.CANCELLED);
            long child = Long.parseLong(Files.readString(pid).strip());
            while (ProcessHandle.of(child).filter(ProcessHandle::isAlive).isPresent()) {
                Thread.sleep(5);
            }
        }
        nothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFullDiskLeavesNothing(boolean pgDump) throws Exception {
        Path backups = Files.createDirectories(folder.resolve("backups"));
        run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", backups.toString());
        try {
            try (RestoreBench bench =
                    bench(pgDump ? PostgresTools.folder() : folder.resolve("none"), Optional.empty())) {
                RestoreReport report = bench.backUp();

                assertThat(failure(report))
                        .isEqualTo("DISK_FULL: the disk of the backup directory '%s' is full: No space left on device"
                                .formatted(backups));
                assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.DISK_FULL);
            }
            nothingIsLeft();
        } finally {
            run("umount", backups.toString());
        }
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    @Test
    void encryptedItIsOpenedByGpgAndByARestoreAndByNobodyElse() throws Exception {
        String key = Base64.getEncoder().encodeToString(gpg.run(NOTHING, "--export", "safe@example"));
        try (RestoreBench bench = bench(folder.resolve("none"), Optional.of(key))) {
            RestoreReport report = bench.backUp();

            assertThat(report.error()).isEmpty();
            SafetyCopy copy = report.safetyCopy().orElseThrow();
            assertThat(copy.file()).matches("safety_" + live + "_\\d{8}_\\d{6}\\.sql\\.gz\\.gpg");
            assertThat(copy.encrypted()).isTrue();
            assertThat(report.verification().status()).isEqualTo(Verification.Status.INCOMPLETE);
            assertThat(report.verification().checks())
                    .extracting(Verification.Check::name, Verification.Check::status)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("bytes", Verification.Status.PASSED),
                            org.assertj.core.groups.Tuple.tuple("message", Verification.Status.PASSED),
                            org.assertj.core.groups.Tuple.tuple("rows", Verification.Status.INCOMPLETE));
            byte[] file = Files.readAllBytes(folder.resolve("backups").resolve(copy.file()));
            String plain = new String(PostgresTools.unpacked(gpg.run(file, "--decrypt")), UTF_8);
            assertThat(plain)
                    .startsWith("--\n-- PostgreSQL database dump\n")
                    .endsWith("-- PostgreSQL database dump complete\n--\n\n");
        }
    }

    @Test
    void encryptedByPgDumpItComesBackWithThePrivateKey() throws Exception {
        String key = Base64.getEncoder().encodeToString(gpg.run(NOTHING, "--export", "safe@example"));
        List<String> before = new PgDumpReferee(SERVER).canonical(live);
        try (RestoreBench bench = bench(PostgresTools.folder(), Optional.of(key))) {
            SafetyCopy copy = bench.backUp().safetyCopy().orElseThrow();
            byte[] secret = gpg.run(NOTHING, "--passphrase", "", "--armor", "--export-secret-keys", "safe@example");
            RestoreReport report = bench.service()
                    .start(new RestoreRequest(
                            copy.file(),
                            false,
                            Optional.empty(),
                            true,
                            Optional.empty(),
                            LoadOptions.USUAL,
                            new Secrets(new char[0], secret),
                            "terminal"))
                    .await();

            assertThat(report.error()).isEmpty();
            assertThat(PgDumpReferee.difference(before, new PgDumpReferee(SERVER).canonical(live)))
                    .isEmpty();
            SERVER.execute(
                    "postgres", "DROP DATABASE " + report.rollback().previous().orElseThrow());
        }
    }

    @Test
    void aKeyThatCannotEncryptIsRefusedBeforeAnythingIsWritten() throws Exception {
        try (RestoreBench bench = bench(folder.resolve("none"), Optional.of("aGVsbG8="))) {
            assertThat(failure(bench.backUp()))
                    .isEqualTo("SETTINGS_INVALID: PGP_PUBLIC_KEY_BASE64 holds no OpenPGP key, or a damaged one");
        }
        nothingIsLeft();
    }
}
