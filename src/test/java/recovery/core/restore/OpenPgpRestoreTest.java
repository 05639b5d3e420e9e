package recovery.core.restore;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.dump.DumpChoice;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.layer.Secrets;
import recovery.core.target.LoadOptions;
import recovery.harness.PostgresTools;
import recovery.harness.RestoreBench;

/** Whole restores of encrypted backups into SQLite; the secrets are looked for in all that was written and said. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OpenPgpRestoreTest {
    private static final String PASSPHRASE = "sample passphrase";

    @TempDir
    private Path folder;

    private Path live;
    private byte[] before;
    private RestoreBench bench;

    @BeforeEach
    void makeTheLiveDatabase() throws Exception {
        live = Files.createDirectory(folder.resolve("live")).resolve("shop.db");
        Files.write(live, PostgresTools.unpacked(RestoreBench.sample("shop.db.gz")));
        assertThat(new ProcessBuilder("sqlite3", live.toString(), "CREATE TABLE newer (x)")
                        .start()
                        .waitFor())
                .isZero();
        before = Files.readAllBytes(live);
        bench = RestoreBench.sqlite(folder, live);
        for (String name : List.of("shop.db.gz.gpg", "shop-pg15.sql.gz.gpg")) {
            bench.put(name, RestoreBench.sample("openpgp/" + name));
        }
    }

    @AfterEach
    void closeTheService() {
        bench.close();
    }

    private static RestoreRequest request(String backup, Secrets secrets) {
        return new RestoreRequest(
                backup, false, Optional.empty(), true, Optional.empty(), LoadOptions.USUAL, secrets, "terminal");
    }

    private static byte[] key() {
        return Base64.getEncoder().encode(RestoreBench.sample("openpgp/sample-private-key.asc"));
    }

    @Test
    void comesBackAndLeavesNoSecretAnywhere() throws Exception {
        char[] passphrase = PASSPHRASE.toCharArray();
        byte[] key = key();
        RestoreRequest request = request("shop.db.gz.gpg", new Secrets(passphrase, key));
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = System.out;
        PrintStream err = System.err;
        RestoreReport report;
        RestorePlan plan;
        try (PrintStream both = new PrintStream(said, true, UTF_8)) {
            System.setOut(both);
            System.setErr(both);
            plan = bench.service().plan(request);
            assertThat(passphrase).as("a plan wipes nothing").containsExactly(PASSPHRASE.toCharArray());
            report = bench.service().start(request).await();
        } finally {
            System.setOut(out);
            System.setErr(err);
        }

        assertThat(report.error()).isEmpty();
        assertThat(Files.readAllBytes(live)).isEqualTo(PostgresTools.unpacked(RestoreBench.sample("shop.db.gz")));
        assertThat(passphrase).containsOnly('\0');
        assertThat(key).containsOnly(0);
        String written =
                said.toString(UTF_8) + request + plan + report + bench.service().history() + allFiles();
        nothingIsGivenAway(written);
        assertThat(written).contains("shop.db.gz.gpg");
    }

    private static void nothingIsGivenAway(String written) {
        String armored = new String(RestoreBench.sample("openpgp/sample-private-key.asc"), UTF_8);
        assertThat(written)
                .doesNotContain(
                        PASSPHRASE,
                        "PRIVATE KEY",
                        armored.lines().skip(4).findFirst().orElseThrow());
        assertThat(written).doesNotContain(new String(key(), ISO_8859_1).substring(100, 160));
    }

    /** Everything below the folder of the test: live database, state, journal, lock, backups. */
    private String allFiles() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            StringBuilder all = new StringBuilder();
            files.filter(Files::isRegularFile).forEach(file -> {
                try {
                    all.append(file).append(Files.readString(file, ISO_8859_1));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            return all.toString();
        }
    }

    @Test
    void refusesAWrongPassphraseBeforeAnythingIsTouched() throws Exception {
        char[] passphrase = "wrong one".toCharArray();
        RestoreReport report = bench.service()
                .start(request("shop.db.gz.gpg", new Secrets(passphrase, key())))
                .await();

        RestoreReport.Failure failure = report.error().orElseThrow();
        assertThat(failure.code()).isEqualTo(ErrorCode.SECRET_WRONG);
        assertThat(failure.problem())
                .isEqualTo("the passphrase that was given does not unlock the private key E518BBFBC519A44B");
        assertThat(Files.readAllBytes(live)).isEqualTo(before);
        assertThat(passphrase).containsOnly('\0');
        assertThat(allFiles()).doesNotContain("wrong one");
        try (Stream<Path> files = Files.list(live.getParent())) {
            assertThat(files).containsExactly(live);
        }
    }

    @Test
    void refusesADamagedEndBeforeAnythingIsTouched() throws Exception {
        byte[] changed = RestoreBench.sample("openpgp/shop.db.gz.gpg");
        changed[changed.length - 1] ^= 1;
        bench.put("changed.gpg", changed);
        RestoreReport report = bench.service()
                .start(request("changed.gpg", new Secrets(PASSPHRASE.toCharArray(), key())))
                .await();

        assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.DUMP_DAMAGED);
        assertThat(report.error().orElseThrow().problem()).contains("its modification detection code does not fit");
        assertThat(Files.readAllBytes(live)).isEqualTo(before);
    }

    @Test
    void wipesTheSecretsAlsoIfNothingStarts() {
        char[] passphrase = PASSPHRASE.toCharArray();
        byte[] key = key();
        assertThatThrownBy(() -> bench.service().start(request("gone.gpg", new Secrets(passphrase, key))))
                .isInstanceOf(RecoveryException.class)
                .hasMessageContaining("there is no backup named 'gone.gpg'");
        assertThat(passphrase).containsOnly('\0');
        assertThat(key).containsOnly(0);
    }

    @Test
    void findsOutWhatIsInsideAndRefusesAnotherEngine() {
        assertThat(bench.service().catalogue().find("shop.db.gz.gpg").encrypted())
                .isTrue();
        try (Secrets secrets = new Secrets(PASSPHRASE.toCharArray(), key())) {
            assertThat(bench.service()
                            .inspect("shop.db.gz.gpg", secrets, DumpChoice.EVERYTHING)
                            .format())
                    .hasToString("sqlite");
        }
        byte[] curve = RestoreBench.sample("openpgp/sample-curve-private-key.asc");
        byte[] kept = Arrays.copyOf(curve, curve.length);
        RestoreRequest request = request("shop-pg15.sql.gz.gpg", new Secrets(new char[0], curve));
        assertThatThrownBy(() -> bench.service().plan(request))
                .hasMessageContaining("'shop-pg15.sql.gz.gpg' is a backup of PostgreSQL, but the target is ");
        assertThat(curve).isEqualTo(kept);
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> bench.service().plan(request("shop.db.gz.gpg", Secrets.none())))
                .hasMessage("'shop.db.gz.gpg' is encrypted for the private key E518BBFBC519A44B, and none was given");
    }
}
