package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.appcontrol.PgDumps;
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

/** Strategy replace: the live database is dropped, and whatever happens it is there again at the end, or is named. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReplaceTest {
    static final String PROPERTIES =
            "SELECT pg_get_userbyid(datdba) || ' ' || coalesce((SELECT string_agg(a::text, ',' ORDER BY a::text)"
                    + " FROM unnest(datacl) a), '') || ' ' || datconnlimit || ' '"
                    + " || coalesce((SELECT string_agg(setconfig::text, ',') FROM pg_db_role_setting WHERE setdatabase = oid), '')"
                    + " || ' ' || coalesce(shobj_description(oid, 'pg_database'), '') || ' ' || datcollate"
                    + " FROM pg_database WHERE datname = '%s'";

    @TempDir
    private Path folder;

    private RealPostgres server;
    private PgDumpReferee referee;
    private String live;
    private List<String> before;
    private String properties;

    @BeforeEach
    void makeTheLiveDatabase() {
        use(RealPostgres.version(RealPostgres.MIDDLE).withShopRoles());
    }

    private void use(RealPostgres newServer) {
        server = newServer;
        referee = new PgDumpReferee(server);
        live = server.newDatabase();
        server.execute(live, "CREATE TABLE precious (x int PRIMARY KEY)", "INSERT INTO precious VALUES (1), (2)");
        server.execute(
                "postgres",
                "ALTER DATABASE " + live + " SET work_mem = '7MB'",
                "ALTER DATABASE " + live + " CONNECTION LIMIT 41",
                "COMMENT ON DATABASE " + live + " IS 'the shop'",
                "GRANT CREATE ON DATABASE " + live + " TO shop_app",
                "ALTER DATABASE " + live + " OWNER TO shop_owner");
        before = referee.canonical(live);
        properties = server.query("postgres", PROPERTIES.formatted(live)).get(0);
    }

    @AfterEach
    void nothingBesideIsLeft() {
        assertThat(server.databasesLike(live)).containsExactly(live);
        assertThat(server.query("postgres", PROPERTIES.formatted(live))).containsExactly(properties);
    }

    private RestoreReport replace(RestoreBench bench, String backup) throws InterruptedException {
        return bench.service()
                .start(RestoreRequest.replacing(backup, "terminal"))
                .await();
    }

    private String safetyCopy() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("backups"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("safety_.*\\.dump"))
                    .sorted()
                    .findFirst()
                    .orElse("");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 15})
    void theBackupTakesThePlaceAndRollbackLoadsTheSafetyCopy(int version) throws Exception {
        if (version != RealPostgres.MIDDLE) {
            server.execute("postgres", "DROP DATABASE " + live);
            use(RealPostgres.version(version).withShopRoles());
        }
        String reference = server.newDatabase();
        server.execute(
                reference,
                "CREATE TABLE later (id serial PRIMARY KEY, note text)",
                "INSERT INTO later (note) SELECT 'note ' || n FROM generate_series(1, 5000) n");
        List<String> restored = referee.canonical(reference);
        byte[] dump = new PostgresTools(server).dump(reference, "--format=custom");
        try (RestoreBench bench = RestoreBench.withPgDump(folder, server, live)) {
            RestoreReport report = replace(bench.put("later.dump", dump), "later.dump");

            assertThat(report.error()).isEmpty();
            String file = safetyCopy();
            assertThat(report.liveDatabase())
                    .isEqualTo(
                            "'%s' holds the restored data; what it held when the safety copy was made is saved in '%s'."
                                    .formatted(live, file));
            assertThat(report.verification().status()).isEqualTo(Verification.Status.PASSED);
            assertThat(report.safetyCopy().orElseThrow().file()).isEqualTo(file);
            assertThat(report.rollback().previous()).contains(file);
            assertThat(report.downtimeMs()).isPositive();
            assertThat(PgDumpReferee.difference(restored, referee.canonical(live)))
                    .isEmpty();
            nothingBesideIsLeft();
            assertThat(bench.service().history().get(0).rollbackAvailable()).isTrue();

            RestoreReport back =
                    bench.service().rollback(Optional.empty(), "terminal").await();

            assertThat(back.error()).isEmpty();
            assertThat(back.liveDatabase())
                    .matches("'%s' holds again what it held before; the restored data is kept as 'safety_.*\\.dump'\\."
                            .formatted(live));
            assertThat(PgDumpReferee.difference(before, referee.canonical(live)))
                    .isEmpty();
        }
    }

    @Test
    void thePlanSaysPlainlyThatTheDatabaseWillBeGone() {
        try (RestoreBench bench = RestoreBench.withPgDump(folder, server, live)) {
            bench.put("shop.dump", RestoreBench.sample("shop-pg15.dump"));
            RestorePlan plan = bench.service().plan(RestoreRequest.replacing("shop.dump", "terminal"));

            assertThat(plan.refusals()).isEmpty();
            assertThat(plan.questions())
                    .containsExactly(
                            "'%s' is dropped before the backup is loaded, and there is no database for as long as"
                                            .formatted(live)
                                    + " loading takes, which nobody knows before the first time");
            assertThat(plan.steps())
                    .hasSize(6)
                    .contains(
                            "Drop '%s', and end its sessions: from here on there is no database, for as long as loading"
                                            .formatted(live)
                                    + " takes, which nobody knows before the first time.");
            assertThat(plan.previousName()).isEmpty();
        }
    }

    @Test
    void withoutAnExactSafetyCopyNothingIsDropped() throws Exception {
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            RestoreReport report = replace(bench.put("shop.dump", RestoreBench.sample("shop-pg15.dump")), "shop.dump");

            assertThat(report.error().orElseThrow().code().name()).isEqualTo("SAFETY_COPY_INEXACT");
            assertThat(report.error().orElseThrow().problem())
                    .isEqualTo(
                            "a safety copy would not bring back everything, so the live database is not dropped: It brings"
                                    + " back rows only: to restore it, a file with the definitions is needed in SCHEMA_FILE");
            assertThat(report.liveDatabase()).isEqualTo("'%s' is unchanged; nothing was renamed.".formatted(live));
        }
        assertThat(referee.canonical(live)).isEqualTo(before);
    }

    @Test
    void aTruncatedBackupIsFoundBeforeAnythingIsDropped() throws Exception {
        byte[] whole = RestoreBench.sample("shop-pg15.dump");
        try (RestoreBench bench = RestoreBench.withPgDump(folder, server, live)) {
            bench.put("cut.dump", java.util.Arrays.copyOf(whole, whole.length - 1000));
            RestoreReport report = replace(bench, "cut.dump");

            assertThat(report.error()).isPresent();
            assertThat(report.liveDatabase()).isEqualTo("'%s' is unchanged; nothing was renamed.".formatted(live));
            assertThat(safetyCopy()).isEmpty();
        }
        assertThat(referee.canonical(live)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1/0;", "INSERT INTO gone VALUES (1);"})
    void ifTheLoadFailsTheSafetyCopyIsLoaded(String statement) throws Exception {
        try (RestoreBench bench = RestoreBench.withPgDump(folder, server, live)) {
            bench.put("bad.sql", "CREATE TABLE half (x int);\n" + statement + "\n");
            RestoreReport report = replace(bench, "bad.sql");

            assertThat(report.error().orElseThrow().code().name()).isEqualTo("REPLACE_UNDONE");
            assertThat(report.error().orElseThrow().problem()).startsWith("LOAD_FAILED: ");
            assertThat(report.liveDatabase())
                    .isEqualTo(
                            "'%s' holds again what it held when the safety copy was made; it was dropped, and '%s' was loaded."
                                    .formatted(live, safetyCopy()));
        }
        assertThat(PgDumpReferee.difference(before, referee.canonical(live))).isEmpty();
    }

    @Test
    void ifTheChecksFailTheSafetyCopyIsLoaded() throws Exception {
        try (RestoreBench bench =
                new RestoreBench(folder, RestoreBench.withPgDump(server, live), "a_table_that_is_needed")) {
            bench.put("shop.dump", RestoreBench.sample("shop-pg15.dump"));
            RestoreReport report = replace(bench, "shop.dump");

            assertThat(report.error().orElseThrow().problem())
                    .isEqualTo("VERIFICATION_FAILED: what was loaded is not what the backup promises: needed tables:"
                            + " 'a_table_that_is_needed' is missing");
            assertThat(report.verification().status()).isEqualTo(Verification.Status.FAILED);
        }
        assertThat(PgDumpReferee.difference(before, referee.canonical(live))).isEmpty();
    }

    @Test
    void ifItIsCancelledTheSafetyCopyIsLoaded() throws Exception {
        try (RestoreBench bench = RestoreBench.withPgDump(folder, server, live)) {
            bench.put("slow.sql", "CREATE TABLE half (x int);\nSELECT pg_sleep(1000);\n");
            RestoreJob job = bench.service().start(RestoreRequest.replacing("slow.sql", "terminal"));
            while (server.query("postgres", "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(1000)%'")
                    .isEmpty()) {
                Thread.sleep(10);
            }
            job.cancel();
            RestoreReport report = job.await();

            assertThat(report.state()).isEqualTo(RestoreState.CANCELLED);
            assertThat(report.liveDatabase()).startsWith("'%s' holds again what it held when".formatted(live));
        }
        assertThat(PgDumpReferee.difference(before, referee.canonical(live))).isEmpty();
    }

    @Test
    void aSafetyCopyThatIsFoundDamagedKeepsTheDatabaseFromBeingDropped() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path program = Files.writeString(bin.resolve("pg_dump"), """
                #!/bin/sh
                [ "$1" = --version ] && exec /usr/lib/postgresql/15/bin/pg_dump --version
                exec /usr/lib/postgresql/15/bin/pg_dump --exclude-table-data=precious "$@"
                """);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        PostgresSettings settings = PostgresSettings.of(
                server.host(), server.port(), server.user(), server.password().toCharArray(), live, "");
        try (RestoreBench bench =
                new RestoreBench(folder, new PostgresTarget(settings, Optional.empty(), PgDumps.onlyIn(bin)))) {
            RestoreReport report = replace(bench.put("shop.dump", RestoreBench.sample("shop-pg15.dump")), "shop.dump");

            assertThat(report.error().orElseThrow().problem())
                    .isEqualTo(
                            "the safety copy is not what was written: rows: 'public.precious' has 0 rows instead of 2");
            assertThat(report.liveDatabase()).isEqualTo("'%s' is unchanged; nothing was renamed.".formatted(live));
            assertThat(safetyCopy()).isEmpty();
        }
        assertThat(referee.canonical(live)).isEqualTo(before);
    }

    /** The file is damaged when it is needed: everything is said, and once it is whole again one command brings it back. */
    @Test
    void ifTheSafetyCopyCannotBeLoadedEitherTheFileAndTheCommandAreNamed() throws Exception {
        Path kept = folder.resolve("kept");
        try (RestoreBench bench = RestoreBench.withPgDump(folder, server, live)) {
            bench.put("slow.sql", "CREATE TABLE half (x int);\nSELECT pg_sleep(1000);\n");
            RestoreJob job = bench.service().start(RestoreRequest.replacing("slow.sql", "terminal"));
            while (server.query(
                            "postgres",
                            "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(1000)%'"
                                    + " AND datname LIKE '" + live + "%'")
                    .isEmpty()) {
                Thread.sleep(10);
            }
            Path file = bench.backups().resolve(safetyCopy());
            Files.copy(file, kept);
            byte[] damaged = Files.readAllBytes(file);
            damaged[damaged.length / 2] ^= 1;
            Files.write(file, damaged);
            server.execute(
                    "postgres",
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(1000)%'"
                            + " AND datname LIKE '" + live + "%'");
            RestoreReport report = job.await();

            String command = "java -jar emergency.jar rollback " + report.id();
            assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.LIVE_DATABASE_MISSING);
            assertThat(report.error().orElseThrow().problem())
                    .startsWith("'%s' was dropped, the backup could not be loaded (".formatted(live))
                    .contains("and the safety copy could not be loaded either (CHECKSUM_MISMATCH: ");
            assertThat(report.liveDatabase())
                    .isEqualTo(
                            "'%s' is missing: it was dropped, what it held is saved in '%s', and '%s' brings it back."
                                    .formatted(live, file.getFileName(), command));
            assertThat(report.rollback().command()).contains(command);
            assertThat(server.databasesLike(live)).doesNotContain(live);
            Files.copy(kept, file, StandardCopyOption.REPLACE_EXISTING);
            RestoreReport back =
                    bench.service().rollback(Optional.empty(), "terminal").await();

            assertThat(back.error()).isEmpty();
        }
        assertThat(PgDumpReferee.difference(before, referee.canonical(live))).isEmpty();
    }

    /** A safety copy that cannot be read back could not be loaded either. */
    @Test
    void anEncryptedSafetyCopyNeedsItsKeyBeforeAnythingIsDropped() throws Exception {
        byte[] none = {};
        try (Gpg gpg = new Gpg()) {
            gpg.run(
                    none,
                    "--passphrase",
                    "",
                    "--quick-generate-key",
                    "s@example",
                    "future-default",
                    "default",
                    "never");
            String key = Base64.getEncoder().encodeToString(gpg.run(none, "--export", "s@example"));
            byte[] secret = gpg.run(none, "--passphrase", "", "--armor", "--export-secret-keys", "s@example");
            try (RestoreBench bench =
                    new RestoreBench(folder, RestoreBench.withPgDump(server, live), Optional.of(key))) {
                bench.put("bad.sql", "CREATE TABLE half (x int);\nSELECT 1/0;\n");
                RestoreReport without = replace(bench, "bad.sql");

                assertThat(without.error().orElseThrow().code()).isEqualTo(ErrorCode.SAFETY_COPY_INEXACT);
                assertThat(without.error().orElseThrow().problem())
                        .matches(
                                "the safety copy 'safety_.*\\.dump\\.gpg' could not be read back to its end, so the live"
                                        + " database is not dropped");
                nothingBesideIsLeft();
                assertThat(referee.canonical(live)).isEqualTo(before);
                RestoreReport with = bench.service()
                        .start(new RestoreRequest(
                                "bad.sql",
                                false,
                                Optional.of("replace"),
                                true,
                                Optional.empty(),
                                LoadOptions.USUAL,
                                new Secrets(new char[0], secret),
                                "terminal"))
                        .await();

                assertThat(with.error().orElseThrow().code()).isEqualTo(ErrorCode.REPLACE_UNDONE);
            }
        }
        assertThat(PgDumpReferee.difference(before, referee.canonical(live))).isEmpty();
    }

    @Test
    void aLogicalSlotIsAReasonNotToBegin() throws Exception {
        try (RestoreBench bench = RestoreBench.withPgDump(folder, server, live)) {
            bench.put("shop.dump", RestoreBench.sample("shop-pg15.dump"));
            List<String> level = server.query("postgres", "SHOW wal_level");
            if (level.equals(List.of("logical"))) {
                server.query(live, "SELECT pg_create_logical_replication_slot('" + live + "', 'test_decoding')");
                assertThat(replace(bench, "shop.dump").error().orElseThrow().problem())
                        .isEqualTo("'%s' cannot be dropped: it has the logical replication slots %s"
                                .formatted(live, live));
                server.query(live, "SELECT pg_drop_replication_slot('" + live + "')");
            }
        }
        assertThat(referee.canonical(live)).isEqualTo(before);
    }
}
