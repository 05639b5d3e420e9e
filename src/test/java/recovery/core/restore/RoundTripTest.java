package recovery.core.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.Note;
import recovery.core.layer.Secrets;
import recovery.core.target.LoadOptions;
import recovery.core.verify.Verification;
import recovery.harness.PgDumpReferee;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** The sample shop comes back through the whole service as real psql brings it back, judged by pg_dump. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RoundTripTest {
    private static final String[] BARE = {"--no-owner", "--no-privileges"};

    private static RealPostgres server;
    private static PgDumpReferee referee;
    private static List<String> original;
    private static List<String> originalBare;
    private static final AtomicReference<List<String>> BARE_SERVER = new AtomicReference<>(List.of());

    @TempDir
    private Path folder;

    @BeforeAll
    static void letPsqlRestoreTheOriginal() {
        server = RealPostgres.version(RealPostgres.MIDDLE).withShopRoles();
        referee = new PgDumpReferee(server);
        String database = server.newDatabase();
        new PostgresTools(server).psql(database, RestoreBench.sample("shop-pg15.sql.gz"));
        original = referee.canonical(database);
        String newer = server.newDatabase();
        new PostgresTools(server).psql(newer, RestoreBench.sample("shop-pg17.sql.gz"));
        assertThat(referee.canonical(newer))
                .as("what psql makes of the dump by pg_dump 17, with errors for what 15 does not know")
                .isEqualTo(original);
        // of a role that is missing there can be no policy
        server.execute(database, "DROP POLICY own_rows ON sales.users");
        originalBare = referee.canonical(database, BARE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop-pg15.sql.gz",
                "shop-pg15-inserts.sql.gz",
                "shop-pg15-create-clean.sql.gz",
                "shop-pg17.sql.gz",
                "shop-pg18.sql.gz",
                "shop-pg17.sql.zst",
                "shop-pg18.sql.lz4",
                "shop-pg15.dump",
                "shop-pg15.tar.gz",
                "shop-pg15-directory.tar",
                "shop-pg17-lz4.dump",
                "shop-pg18-zstd.dump"
            })
    void comesBackEqualToTheOriginal(String backup) {
        String live = server.newDatabase();
        server.execute(live, "CREATE TABLE live_before (x int)", "INSERT INTO live_before VALUES (1)");
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            report = bench.put(backup, RestoreBench.sample(backup)).restore(backup);
        }

        assertThat(report.error()).isEmpty();
        assertThat(report.verification().status()).isEqualTo(Verification.Status.PASSED);
        assertThat(report.rows()).isEqualTo(33_562);
        assertThat(PgDumpReferee.difference(original, referee.canonical(live))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop-pg15.sql.gz",
                "shop-pg15-inserts.sql.gz",
                "shop-pg15-create-clean.sql.gz",
                "shop-pg17.sql.gz",
                "shop-pg18.sql.gz"
            })
    void comesBackOnAServerWithoutItsRoles(String backup) {
        String live = server.newDatabase();
        String script = new String(PostgresTools.unpacked(RestoreBench.sample(backup)), UTF_8)
                .replaceAll("shop_(owner|app|audit)", "gone_$1");
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            report = bench.put("roles.sql", script).restore("roles.sql");
        }

        assertThat(report.error()).isEmpty();
        assertThat(report.notes().stream()
                        .filter(note -> note.code().equals("ROLE_MISSING"))
                        .map(Note::text))
                .containsExactly(
                        "The role 'gone_app' does not exist on this server: 21 grants were left out; 1 policy was left"
                                + " out, which hides the rows it would show.",
                        "The role 'gone_audit' does not exist on this server: 2 objects belong to 'postgres' instead.",
                        "The role 'gone_owner' does not exist on this server: 31 objects belong to 'postgres' instead; 1"
                                + " grant was left out.");
        assertThat(PgDumpReferee.difference(originalBare, referee.canonical(live, BARE)))
                .isEmpty();
    }

    /** On a server that never had its roles, and is older than the one it comes from. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop-pg15.sql.gz",
                "shop-pg15-inserts.sql.gz",
                "shop-pg17.sql.zst",
                "shop-pg18.sql.lz4",
                "shop-pg15.dump",
                "shop-pg15-none.dump",
                "shop-pg15-piped.dump",
                "shop-pg15.tar.gz",
                "shop-pg15-directory.tar",
                "shop-pg16.dump",
                "shop-pg17-lz4.dump",
                "shop-pg18-zstd.dump"
            })
    void comesBackAsPsqlBringsItWhereItsRolesNeverWere(String backup) {
        RealPostgres bare = RealPostgres.version(14);
        List<String> expected = BARE_SERVER.updateAndGet(known -> known.isEmpty() ? restoredByPsql(bare) : known);
        String live = bare.newDatabase();
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.postgres(folder, bare, live)) {
            report = bench.put(backup, RestoreBench.sample(backup)).restore(backup);
        }

        assertThat(report.error()).isEmpty();
        assertThat(report.verification().status()).isEqualTo(Verification.Status.PASSED);
        assertThat(report.notes()).extracting(Note::code).contains("ROLE_MISSING");
        assertThat(PgDumpReferee.difference(expected, new PgDumpReferee(bare).canonical(live)))
                .isEmpty();
    }

    /** The one for a key of a curve, the other for a passphrase. */
    @ParameterizedTest
    @CsvSource({
        "shop-pg15.sql.gz.gpg, 15",
        "shop-pg15-symmetric.dump.gpg, 15",
        "shop-pg15.sql.gz.gpg, 14",
        "shop-pg15-symmetric.dump.gpg, 14"
    })
    void anEncryptedOneComesBackTheSame(String backup, int version) throws Exception {
        boolean symmetric = backup.contains("symmetric");
        Secrets secrets = symmetric
                ? new Secrets("sample passphrase".toCharArray(), new byte[0])
                : new Secrets(new char[0], RestoreBench.sample("openpgp/sample-curve-private-key.asc"));
        RealPostgres target = RealPostgres.version(version);
        List<String> expected = version == 15
                ? original
                : BARE_SERVER.updateAndGet(known -> known.isEmpty() ? restoredByPsql(target) : known);
        String live = target.newDatabase();
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.postgres(folder, target, live)) {
            bench.put(backup, RestoreBench.sample("openpgp/" + backup));
            report = bench.service()
                    .start(new RestoreRequest(
                            backup,
                            false,
                            Optional.empty(),
                            true,
                            Optional.empty(),
                            LoadOptions.USUAL,
                            secrets,
                            "terminal"))
                    .await();
        }

        assertThat(report.error()).isEmpty();
        assertThat(report.verification().status()).isEqualTo(Verification.Status.PASSED);
        assertThat(PgDumpReferee.difference(expected, new PgDumpReferee(target).canonical(live)))
                .isEmpty();
    }

    private static List<String> restoredByPsql(RealPostgres target) {
        String database = target.newDatabase();
        new PostgresTools(target).psql(database, RestoreBench.sample("shop-pg15.sql.gz"));
        return new PgDumpReferee(target).canonical(database);
    }
}
