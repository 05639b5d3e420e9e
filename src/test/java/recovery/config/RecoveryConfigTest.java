package recovery.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.layer.Limits;

class RecoveryConfigTest {
    private static final String OS_USER = System.getProperty("user.name");

    @TempDir
    Path home;

    @Test
    void withoutAnySettingItIsTheDemo() throws Exception {
        RecoveryConfig config = load("");

        assertThat(config.demo()).isTrue();
        assertThat(config.target()).isEqualTo(new TargetSettings.Sqlite(home.resolve("data/demo.db")));
        assertThat(config.port()).isEqualTo(3001);
        assertThat(config.bind()).isEqualTo("127.0.0.1");
        assertThat(config.token()).isEmpty();
        assertThat(config.backupDir()).isEqualTo(home.resolve("backups"));
        assertThat(config.logDir()).isEqualTo(home.resolve("logs"));
        assertThat(config.maxUploadBytes()).isEqualTo(1L << 40);
        assertThat(config.notices()).isEmpty();
        assertThat(config.describe())
                .containsExactly(
                        "target = SQLite file '%s' (demo: no database is set)".formatted(home.resolve("data/demo.db")),
                        "RECOVERY_PORT = 3001 (default)",
                        "RECOVERY_BIND = 127.0.0.1 (default)",
                        "BACKUP_DIR = backups (default)",
                        "LOG_DIR = logs (default)",
                        "STATE_DIR = data (default)",
                        "MAX_UPLOAD_SIZE = 1TB (default)",
                        "MAX_CONTENT_SIZE = 1024TB (default)",
                        "MAX_COMPRESSION_RATIO = 5000 (default)",
                        "KEEP_PREVIOUS = 7d (default)",
                        "KEEP_DAILY = 7 (default)",
                        "KEEP_WEEKLY = 4 (default)",
                        "KEEP_MONTHLY = 12 (default)",
                        "KEEP_YEARLY = all (default)");
        assertThat(new Limits(config.maxCompressionRatio(), config.maxContentBytes()))
                .isEqualTo(Limits.GENEROUS);
        assertThat(config.schemaFile()).isEmpty();
    }

    @Test
    void theEnvironmentWinsOverTheFileAndEachLineNamesItsSource() throws Exception {
        RecoveryConfig config = load(
                "DB_HOST=from-file\nDB_NAME='shop'\nDB_PASSWORD=\"p #1'\"  # a comment\n",
                Map.of("DB_HOST", "from-environment", "DB_PORT", ""));

        assertThat(config.demo()).isFalse();
        TargetSettings.Postgres target = (TargetSettings.Postgres) config.target();
        assertThat(target.host()).isEqualTo("from-environment");
        assertThat(target.port()).isEqualTo(5432);
        assertThat(target.user()).isEqualTo(OS_USER);
        assertThat(target.database()).isEqualTo("shop");
        assertThat(target.password().orElseThrow().characters()).containsExactly("p #1'".toCharArray());
        assertThat(config.describe())
                .startsWith(
                        "target = PostgreSQL database 'shop' on from-environment:5432",
                        "DB_HOST = from-environment (environment)",
                        "DB_PASSWORD = *** (file)",
                        "DB_NAME = shop (file)")
                .endsWith("DB_PORT = 5432 (default)", "DB_USER = " + OS_USER + " (default)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postgresql://ann:secret@db1:5433/shop?sslmode=require | db1 | 5433 | ann | secret | shop | require",
                "postgres://ann@db1/shop | db1 | 5432 | ann | - | shop | -",
                "jdbc:postgresql://db1:5433/shop?user=ann&password=p%26q&ssl=true | db1 | 5433 | ann | p&q | shop | verify-full",
                "jdbc:postgresql:shop?user=ann | localhost | 5432 | ann | - | shop | -",
                "postgresql://[::1]:5433/shop?user=ann | ::1 | 5433 | ann | - | shop | -",
                "postgresql://[fe80::1%25eth0]/shop?user=ann | fe80::1%eth0 | 5432 | ann | - | shop | -",
                "postgresql://ann%40corp:p%40ss%3Aw%2Frd%23@db1/my%20shop | db1 | 5432 | ann@corp | p@ss:w/rd# | my shop | -",
                "postgresql://ann:p@ss@db1/shop | db1 | 5432 | ann | p@ss | shop | -",
                "postgresql://ann:a:b+c@db1 | db1 | 5432 | ann | a:b+c | ann | -",
                "postgresql:///shop?host=db1&port=6000&user=ann | db1 | 6000 | ann | - | shop | -",
                "POSTGRESQL://ann@db1/B%C3%BCcher | db1 | 5432 | ann | - | Bücher | -",
            })
    void readsTheUsualSpellingsOfPostgresUrls(
            String url, String host, int port, String user, String password, String database, String sslMode)
            throws Exception {
        TargetSettings.Postgres target =
                (TargetSettings.Postgres) load("", Map.of("DATABASE_URL", url)).target();

        assertThat(target.host()).isEqualTo(host);
        assertThat(target.port()).isEqualTo(port);
        assertThat(target.user()).isEqualTo(user);
        assertThat(target.database()).isEqualTo(database);
        assertThat(target.password()
                        .map(secret -> new String(secret.characters()))
                        .orElse("-"))
                .isEqualTo(password);
        assertThat(target.sslMode().orElse("-")).isEqualTo(sslMode);
    }

    @ParameterizedTest
    @CsvSource({
        "sqlite:shop.db, HOME/shop.db",
        "sqlite:/srv/shop.db, /srv/shop.db",
        "sqlite:///srv/shop.db, /srv/shop.db",
        "sqlite:////srv/shop.db, /srv/shop.db",
        "jdbc:sqlite:data/shop.db, HOME/data/shop.db",
        "file:./shop.db, HOME/shop.db",
        "sqlite:~/shop.db, HOME/user/shop.db",
        "sqlite:shop.db?mode=rwc, HOME/shop.db",
    })
    void readsTheUsualSpellingsOfSqliteUrls(String url, String path) throws Exception {
        RecoveryConfig config = load(
                "", Map.of("DATABASE_URL", url, "HOME", home.resolve("user").toString()));

        assertThat(config.target())
                .isEqualTo(new TargetSettings.Sqlite(Path.of(path.replace("HOME", home.toString()))));
        assertThat(config.demo()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postgresql://ann:hunter2secret@db1,db2/shop | names several hosts",
                "postgresql://ann:hunter2secret@%2Fvar%2Frun%2Fpostgresql/shop | names a Unix socket, and only TCP is supported",
                "postgresql:///shop?host=/var/run/postgresql&password=hunter2secret | names a Unix socket, and only TCP is supported",
                "postgresql://ann:hunter2secret/x@db1/shop | has an '@' or a '/' in the name of the database",
                "postgresql://ann:hunter2secret/x | has a port that is no number from 1 to 65535",
                "postgresql://ann:a@hunter2secret/x@db1/shop | has an '@' or a '/' in the name of the database",
                "postgresql://ann:hunter2secret#x@db1/shop | has a character that a URL cannot hold, such as '#'",
                "postgresql://ann:hunter2secret%@db1/shop | has a '%' that is not followed by two hexadecimal digits",
                "postgresql://ann:hunter2secret%FF@db1/shop | has percent-encoded bytes that are not UTF-8",
                "postgresql://ann:hunter2secret@::1/shop | has a port that is no number from 1 to 65535",
                "postgresql://ann:hunter2secret@db1:0/shop | has a port that is no number from 1 to 65535",
                "mysql://ann:hunter2secret@db1/shop | names neither PostgreSQL nor SQLite",
                "sqlite::memory: | names no SQLite file",
            })
    void refusesUrlsThatItCannotFollowWithoutShowingThem(String url, String problem) {
        assertThatThrownBy(() -> load("", Map.of("DATABASE_URL", url)))
                .isInstanceOf(RecoveryException.class)
                .hasMessage("DATABASE_URL in the environment " + problem)
                .extracting(error -> ((RecoveryException) error).report())
                .asString()
                .startsWith("SETTINGS_INVALID: ")
                .doesNotContain("hunter2secret");
    }

    @Test
    void tellsAllProblemsAtOnceEachWithItsRemedy() {
        assertThatThrownBy(() -> load(
                        "DB_PROT=5433\nRECOVERY_BIND=0.0.0.0\nDB_SSLMODE=on\nMAX_UPLOAD_SIZE=big\n",
                        Map.of("RECOVERY_PORT", "70000", "SQLITE_PATH", "/srv/shop.db", "RESTORE_JOBS", "65")))
                .isInstanceOfSatisfying(RecoveryException.class, error -> {
                    assertThat(error.code()).isEqualTo(ErrorCode.SETTINGS_INVALID);
                    assertThat(error.report()).isEqualTo("""
                                    SETTINGS_INVALID: 6 settings cannot be used:
                                      (1) line 1 of '.env.recovery' holds 'DB_PROT', which is no setting
                                      (2) the database is named twice, by DB_SSLMODE in line 3 of '.env.recovery' and by SQLITE_PATH in the environment
                                      (3) RECOVERY_PORT in the environment is '70000', which is no port
                                      (4) RECOVERY_BIND in line 2 of '.env.recovery' is '0.0.0.0', which others can reach, and there is no RECOVERY_TOKEN
                                      (5) MAX_UPLOAD_SIZE in line 4 of '.env.recovery' is 'big', which is no size
                                      (6) RESTORE_JOBS in the environment is '65', which is no number from 1 to 64
                                      remedy: (1) Did you mean 'DB_PORT'?
                                      remedy: (2) Keep one of DATABASE_URL, DB_HOST with the other settings of its group, and SQLITE_PATH.
                                      remedy: (3) Set RECOVERY_PORT to a number from 1 to 65535.
                                      remedy: (4) Set RECOVERY_TOKEN to 16 characters or more, or remove RECOVERY_BIND.
                                      remedy: (5) Write MAX_UPLOAD_SIZE as a number with a unit, such as 512MB or 10GB.
                                      remedy: (6) Set RESTORE_JOBS to a number from 1 to 64, or remove it for as many connections as suit.""");
                });
    }

    @Test
    void namesAllThreeKindsOfTargets() {
        assertThatThrownBy(() -> load(
                        "",
                        Map.of(
                                "DATABASE_URL",
                                "sqlite:a",
                                "DB_PASSWORD",
                                "hunter2secret",
                                "SQLITE_PATH",
                                "/srv/shop.db")))
                .hasMessage("the database is named twice, by DATABASE_URL in the environment and by DB_PASSWORD in the"
                        + " environment and by SQLITE_PATH in the environment");
    }

    @Test
    void asksForATokenOfSomeLengthAndOnlyWhereOthersCanReachTheServer() throws Exception {
        String token = "0123456789abcdef";
        assertThat(load("", Map.of("RECOVERY_BIND", "[::1]")).bind()).isEqualTo("::1");
        assertThat(load("", Map.of("RECOVERY_BIND", "127.8.8.8")).token()).isEmpty();
        RecoveryConfig open = load("", Map.of("RECOVERY_BIND", "::", "RECOVERY_TOKEN", token));
        assertThat(open.token().orElseThrow().characters()).containsExactly(token.toCharArray());
        assertThat(open.describe()).contains("RECOVERY_TOKEN = *** (environment)");

        assertThatThrownBy(() -> load("", Map.of("RECOVERY_TOKEN", "hunter2secret")))
                .hasMessage("RECOVERY_TOKEN in the environment has 13 characters, which is too short");
    }

    @ParameterizedTest
    @CsvSource({"512MB, 536870912", "10GB, 10737418240", "1.5 kb, 1536", "2TiB, 2199023255552", "4096, 4096"})
    void readsSizes(String text, long bytes) throws Exception {
        assertThat(load("", Map.of("MAX_UPLOAD_SIZE", text)).maxUploadBytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "10XB", "GB", "999999999999999TB", "1e9"})
    void refusesSizesThatAreNone(String text) {
        assertThatThrownBy(() -> load("", Map.of("MAX_UPLOAD_SIZE", text)))
                .hasMessage("MAX_UPLOAD_SIZE in the environment is '%s', which is no size".formatted(text));
    }

    @Test
    void readsListsOfTables() throws Exception {
        assertThat(load("", Map.of("VERIFY_TABLES", "orders, sales.\"Odd, Table\" ,customers"))
                        .verifyTables())
                .containsExactly("orders", "sales.\"Odd, Table\"", "customers");
        assertThatThrownBy(() -> load("", Map.of("VERIFY_TABLES", "orders,,customers")))
                .hasMessage("VERIFY_TABLES in the environment is 'orders,,customers', which is no list of tables");
    }

    @Test
    void expandsTheHomeOfTheUserAndTakesOtherPathsFromItsOwnHome() throws Exception {
        RecoveryConfig config = load(
                "BACKUP_DIR=~/b\nLOG_DIR=../logs\nSTATE_DIR=/var/lib/recovery\n",
                Map.of("HOME", home.resolve("user").toString()));

        assertThat(config.backupDir()).isEqualTo(home.resolve("user/b"));
        assertThat(config.logDir()).isEqualTo(home.resolveSibling("logs"));
        assertThat(config.stateDir()).isEqualTo(Path.of("/var/lib/recovery"));
    }

    @Test
    void takesTheNumberOfConnectionsOrLeavesItOpen() throws Exception {
        assertThat(load("", Map.of()).restoreJobs()).isEmpty();
        assertThat(load("RESTORE_JOBS=1\n", Map.of()).restoreJobs()).hasValue(1);
        RecoveryConfig config = load("RESTORE_JOBS=8\n", Map.of("RESTORE_JOBS", "64"));
        assertThat(config.restoreJobs()).hasValue(64);
        assertThat(config.describe()).contains("RESTORE_JOBS = 64 (environment)");
    }

    @Test
    void keepsAsLongAsItIsTold() throws Exception {
        assertThat(load("", Map.of()).keeping())
                .isEqualTo(new Keeping(Duration.ofDays(7), 7, 4, 12, Integer.MAX_VALUE));
        assertThat(load("KEEP_PREVIOUS=36 h\nKEEP_DAILY=0\nKEEP_WEEKLY=ALL\nKEEP_MONTHLY=3\nKEEP_YEARLY=1\n", Map.of())
                        .keeping())
                .isEqualTo(new Keeping(Duration.ofHours(36), 0, Integer.MAX_VALUE, 3, 1));
    }

    @Test
    void refusesWhatSaysNotHowLongToKeep() {
        assertThatThrownBy(() -> load("KEEP_PREVIOUS=a week\nKEEP_DAILY=-1\n", Map.of()))
                .hasMessageContaining("KEEP_PREVIOUS in line 1 of '.env.recovery' is 'a week', which is no duration")
                .hasMessageContaining(
                        "KEEP_DAILY in line 2 of '.env.recovery' is '-1', which is neither a number nor 'all'");
    }

    @Test
    void saysWhatHasNoEffectInsteadOfTakingItInSilence() throws Exception {
        RecoveryConfig config = load(
                "DATABASE_URL=postgresql://ann@db1/shop?schema=public\nVERIFY_QUERIES_FILE=q.sql\n",
                Map.of("JWT_SECRET", "hunter2secret", "DB_PASWORD", "x", "DB_PASS_OF_OTHERS", "y", "PATH", "/bin"));

        assertThat(config.notices())
                .containsExactly(
                        "The environment holds 'DB_PASWORD', which is no setting; did you mean 'DB_PASSWORD'?",
                        "The parameter 'schema' of DATABASE_URL has no effect.",
                        "VERIFY_QUERIES_FILE in line 2 of '.env.recovery' has no effect in this version.",
                        "JWT_SECRET in the environment has no effect in this version.");
    }

    @Test
    void showsNoSecretAnywhere() throws Exception {
        for (String url : List.of(
                "postgresql://ann:hunter2secret@db1/shop",
                "jdbc:postgresql://db1/shop?user=ann&password=hunter2secret&x=1")) {
            RecoveryConfig config = load(
                    "",
                    Map.of("DATABASE_URL", url, "RECOVERY_TOKEN", "hunter2secret-token", "DB_KEY", "hunter2secret"));
            assertThat(config.toString() + config.target() + config.token() + config.notices())
                    .doesNotContain("hunter2secret")
                    .contains("password=Optional[***]");
            assertThat(config.describe())
                    .contains("DATABASE_URL = postgresql://ann:***@db1:5432/shop (environment)")
                    .noneMatch(line -> line.contains("hunter2secret"));
        }
    }

    @Test
    void warnsOfSecretsThatEveryUserCanRead() throws Exception {
        Path file = home.resolve(".env.recovery");
        Files.writeString(file, "DB_PASSWORD=x\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(RecoveryConfig.load(file, false, environment(Map.of())).notices())
                .containsExactly("Every user of this host can read the secrets in '%s'; 'chmod 600' on it changes that."
                        .formatted(file));
    }

    @Test
    void aSettingsFileThatWasNamedMustExist() {
        Path file = home.resolve("other.env");
        assertThatThrownBy(() -> RecoveryConfig.load(java.util.Optional.of(file), environment(Map.of())))
                .hasMessage("the settings file '%s' does not exist".formatted(file));
        assertThat(RecoveryConfig.load(java.util.Optional.empty(), environment(Map.of()))
                        .demo())
                .isTrue();
    }

    private RecoveryConfig load(String file) throws Exception {
        return load(file, Map.of());
    }

    @Test
    void theCommandLineNamesAnotherTargetOfTheSameKind() throws Exception {
        RecoveryConfig server = load("DB_HOST=db1\nDB_NAME=shop\nDB_USER=ann\nDB_PASSWORD=secret\n", Map.of());
        RecoveryConfig other = server.on(Optional.of("shop_try"), Optional.empty());
        assertThat(other.target().address()).isEqualTo("PostgreSQL database 'shop_try' on db1:5432");
        assertThat(other.describe())
                .startsWith("target = PostgreSQL database 'shop_try' on db1:5432 (command line)")
                .doesNotContain(server.describe().get(0));
        assertThat(server.on(Optional.empty(), Optional.empty())).isSameAs(server);

        RecoveryConfig demo = load("", Map.of());
        RecoveryConfig file = demo.on(Optional.empty(), Optional.of(home.resolve("other.db")));
        assertThat(file.target()).isEqualTo(new TargetSettings.Sqlite(home.resolve("other.db")));
        assertThat(file.demo()).isFalse();
    }

    @Test
    void anotherTargetThatCannotBeIsRefused() throws Exception {
        RecoveryConfig demo = load("", Map.of());
        assertThatThrownBy(() -> demo.on(Optional.of("shop"), Optional.empty()))
                .hasMessage("--target names the database 'shop', but the settings name no PostgreSQL server");
        assertThatThrownBy(() -> demo.on(Optional.of("shop"), Optional.of(home.resolve("a.db"))))
                .hasMessage("--target and --target-path name two targets");
        assertThatThrownBy(() -> demo.on(Optional.empty(), Optional.of(home.resolve("no/folder/a.db"))))
                .hasMessage("--target-path '%s' is no file in a folder that exists", home.resolve("no/folder/a.db"));
    }

    @Test
    void readsTheBoundsOfPackedFiles() throws Exception {
        RecoveryConfig config =
                load("MAX_CONTENT_SIZE=3TB\nMAX_COMPRESSION_RATIO=250\nSCHEMA_FILE=schema.sql\n", Map.of());
        assertThat(config.maxContentBytes()).isEqualTo(3L << 40);
        assertThat(config.maxCompressionRatio()).isEqualTo(250);
        assertThat(config.schemaFile()).contains(home.resolve("schema.sql"));
        assertThat(config.notices()).isEmpty();
        assertThatThrownBy(() -> load("MAX_COMPRESSION_RATIO=0\n", Map.of()))
                .hasMessageContaining("is '0', which is no number from 1 on");
    }

    private RecoveryConfig load(String file, Map<String, String> environment) throws Exception {
        Path path = home.resolve(".env.recovery");
        Files.writeString(path, file);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        return RecoveryConfig.load(path, false, environment(environment));
    }

    private Map<String, String> environment(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(more);
        all.put("RECOVERY_HOME", home.toString());
        return all;
    }
}
