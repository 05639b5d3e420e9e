package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import recovery.harness.PgDumpReferee;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** A process that dies around the drop: the next start says what is missing, and the command it names brings it back. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReplaceCutOffTest {
    private static final RealPostgres SERVER =
            RealPostgres.version(RealPostgres.MIDDLE).withShopRoles();
    private static final PgDumpReferee REFEREE = new PgDumpReferee(SERVER);
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private String live;
    private List<String> before;
    private String properties;

    @BeforeEach
    void makeTheLiveDatabase() throws Exception {
        live = SERVER.newDatabase();
        SERVER.execute(live, "CREATE TABLE precious (x int PRIMARY KEY)", "INSERT INTO precious VALUES (1), (2)");
        SERVER.execute(
                "postgres",
                "ALTER DATABASE " + live + " SET work_mem = '7MB'",
                "GRANT CREATE ON DATABASE " + live + " TO shop_app",
                "ALTER DATABASE " + live + " OWNER TO shop_owner");
        before = REFEREE.canonical(live);
        properties = properties();
        Path backups = Files.createDirectories(folder.resolve("backups"));
        Files.write(backups.resolve("shop.dump"), RestoreBench.sample("shop-pg15.dump"));
        Files.writeString(backups.resolve("bad.sql"), "CREATE TABLE half (x int);\nSELECT 1/0;\n");
    }

    private String properties() {
        return SERVER.query("postgres", ReplaceTest.PROPERTIES.formatted(live)).stream()
                .findFirst()
                .orElse("");
    }

    private void dieAt(String backup, String where) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingReplace.class.getName(),
                        folder.toString(),
                        SERVER.host(),
                        "" + SERVER.port(),
                        SERVER.user(),
                        SERVER.password(),
                        live,
                        backup,
                        where)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile())
                .start();
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("said")))
                .isEqualTo(137);
        while (!SERVER.query(
                        "postgres",
                        "SELECT 1 FROM pg_stat_activity WHERE application_name = 'emergency-recovery'"
                                + " AND (datname LIKE '" + live + "%' OR datname = 'postgres')")
                .isEmpty()) {
            Thread.sleep(20);
        }
    }

    private String safetyCopy() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("backups"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("safety_.*\\.dump"))
                    .findFirst()
                    .orElse("");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "shop.dump, behind dropLive, dropping the live database",
        "shop.dump, behind createCopy, loading the backup in the place of the live database",
        "shop.dump, before swap, giving it the live name",
        "bad.sql, behind drop, loading the safety copy",
        "bad.sql, before createCopy 2, loading the safety copy",
        "bad.sql, before swap, loading the safety copy"
    })
    void behindTheDropTheNextStartNamesTheCommandThatBringsItBack(String backup, String where, String doing)
            throws Exception {
        dieAt(backup, where);
        assertThat(SERVER.databasesLike(live)).doesNotContain(live);

        try (RestoreBench bench = RestoreBench.withPgDump(folder, SERVER, live)) {
            List<String> findings = bench.service().findings(SOON);
            String id = bench.service().history().get(0).id();
            String command = "java -jar emergency.jar rollback " + id;
            assertThat(findings)
                    .contains(
                            ("The restore %s was cut off while it was %s. '%s' is missing: it was dropped, what it held is"
                                            + " saved in '%s', and '%s' brings it back.")
                                    .formatted(id, doing, live, safetyCopy(), command));
            bench.service().cleanUp();
            RestoreReport report =
                    bench.service().rollback(Optional.of(id), "terminal").await();

            assertThat(report.error()).isEmpty();
            assertThat(report.liveDatabase())
                    .isEqualTo("'%s' holds again what it held before; there was no database of that name meanwhile."
                            .formatted(live));
        }
        asBefore();
    }

    private void asBefore() {
        assertThat(PgDumpReferee.difference(before, REFEREE.canonical(live))).isEmpty();
        assertThat(properties()).isEqualTo(properties);
        assertThat(SERVER.databasesLike(live)).containsExactly(live);
    }

    @Test
    void beforeTheDropNothingIsMissing() throws Exception {
        dieAt("shop.dump", "before dropLive");
        try (RestoreBench bench = RestoreBench.withPgDump(folder, SERVER, live)) {
            List<String> findings = bench.service().findings(SOON);
            String id = bench.service().history().get(0).id();
            assertThat(findings)
                    .contains(
                            "The restore %s was cut off while it was dropping the live database. '%s' is unchanged; it was"
                                            .formatted(id, live)
                                    + " not dropped.");
            bench.service().cleanUp();
        }
        asBefore();
    }

    @Test
    void behindTheRenameItIsDone() throws Exception {
        dieAt("shop.dump", "behind swap");
        try (RestoreBench bench = RestoreBench.withPgDump(folder, SERVER, live)) {
            bench.service().findings(SOON);
            HistoryEntry entry = bench.service().history().get(0);
            assertThat(entry.state()).isEqualTo(RestoreState.DONE);
            assertThat(entry.liveDatabase())
                    .isEqualTo(
                            "'%s' holds the restored data; what it held when the safety copy was made is saved in '%s'."
                                    .formatted(live, safetyCopy()));
            bench.service().cleanUp();
            assertThat(bench.service()
                            .rollback(Optional.empty(), "terminal")
                            .await()
                            .error())
                    .isEmpty();
        }
        asBefore();
    }
}
