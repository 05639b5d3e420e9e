package recovery.core.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.Section;
import recovery.core.dump.Selection;
import recovery.core.error.ErrorCode;
import recovery.core.error.Note;
import recovery.core.layer.Secrets;
import recovery.core.target.LoadOptions;
import recovery.core.target.RoleOptions;
import recovery.core.verify.Verification;
import recovery.harness.PgDumpReferee;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** Restores of a part of a backup, and of rows whose definitions lie in another file, through the whole service. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PartialRestoreTest {
    private static final Path SAMPLES =
            Path.of("src", "test", "resources", "backups").toAbsolutePath();

    private final RealPostgres server =
            RealPostgres.version(RealPostgres.MIDDLE).withShopRoles();

    private final String live = server.newDatabase();

    @TempDir
    private Path folder;

    private static LoadOptions options(Optional<String> database, Selection selection, Optional<Path> schemaFile) {
        return new LoadOptions(
                new DumpChoice(database, Optional.empty(), selection), RoleOptions.AS_THEY_ARE, Set.of(), schemaFile);
    }

    private static LoadOptions named(String database) {
        return options(Optional.of(database), Selection.EVERYTHING, Optional.empty());
    }

    private static LoadOptions tables(String... patterns) {
        return options(
                Optional.empty(),
                new Selection(List.of(patterns), List.of(), List.of(), Selection.ALL_SECTIONS),
                Optional.empty());
    }

    private static LoadOptions schemaFile(String name) {
        return options(Optional.empty(), Selection.EVERYTHING, Optional.of(SAMPLES.resolve(name)));
    }

    private List<String> tablesOf(String database) {
        return server.query(
                database,
                "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind IN ('r', 'v', 'm')"
                        + " AND nspname !~ '^pg_|^information_schema' ORDER BY 1");
    }

    @Test
    void restoresTheDatabaseThatWasNamed() {
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            report = bench.put("all.sql", RestoreBench.sample("dumpall/all.sql"))
                    .restore("all.sql", false, named("My Shop"));
        }

        assertThat(report.error()).isEmpty();
        assertThat(report.notes())
                .contains(new Note(
                        "DATABASE_CHOSEN",
                        "Of the databases in the dump 'My Shop' is restored, and nothing of 'o\"clock's', 'shop'."));
        assertThat(tablesOf(live)).containsExactly("T t");
        assertThat(server.query("postgres", "SELECT rolname FROM pg_roles WHERE rolname = 'Odd Role'"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop-pg15.dump", "shop-pg15.tar.gz"})
    void anArchiveOfAnotherDatabaseThanTheNamedOneIsRefused(String backup) {
        RestoreReport refused;
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            bench.put(backup, RestoreBench.sample(backup));
            refused = bench.restore(backup, true, named("shop"));
            report = bench.restore(backup, true, named("sample"));
        }

        assertThat(refused.error().orElseThrow().code()).isEqualTo(ErrorCode.REQUEST_UNUSABLE);
        assertThat(refused.error().orElseThrow().problem())
                .isEqualTo("the backup holds no database 'shop', but 'sample'");
        assertThat(report.error()).isEmpty();
    }

    @Test
    void asksWhichDatabaseBeforeAnythingIsWritten() {
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            bench.put("all.sql", RestoreBench.sample("dumpall/all.sql"));
            report = bench.restoreConfirmed("all.sql");
            assertThat(bench.service().inspect("all.sql").databases()).containsExactly("My Shop", "o\"clock's", "shop");
        }

        assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.DATABASE_NOT_CHOSEN);
        assertThat(report.error().orElseThrow().problem())
                .isEqualTo(
                        "'all.sql' holds 'My Shop', 'o\"clock's', 'shop', and it was not said which database to restore");
        assertThat(server.databasesLike(live)).containsExactly(live);
    }

    @Test
    void takesTheOnlyDatabaseOfAClusterWhateverItsName() {
        String all = new String(RestoreBench.sample("dumpall/all.sql"), UTF_8);
        int shop = all.indexOf("--\n-- Database \"My Shop\" dump");
        int end = all.indexOf("--\n-- Database \"postgres\" dump");
        int clock = all.indexOf("--\n-- Database \"o\"clock's\" dump");
        String one = all.substring(0, shop)
                + all.substring(clock, end)
                + all.substring(all.lastIndexOf("--\n-- PostgreSQL database cluster dump complete"));
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            report = bench.put("one.sql", one).restore("one.sql");
        }

        assertThat(report.error()).isEmpty();
        assertThat(tablesOf(live)).containsExactly("hours");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop-pg15.sql.gz", "shop-pg15.dump"})
    void restoresSomeTablesAfterAQuestion(String backup) {
        RestoreReport asked;
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live, "sales.orders_2024")) {
            bench.put(backup, RestoreBench.sample(backup));
            asked = bench.restore(backup, false, tables("users", "sales.b*"));
            assertThat(server.databasesLike(live)).containsExactly(live);
            report = bench.restore(backup, true, tables("users", "sales.b*"));
        }

        assertThat(asked.error().orElseThrow().code()).isEqualTo(ErrorCode.CONFIRMATION_MISSING);
        assertThat(asked.error().orElseThrow().problem())
                .matches("after the swap '" + live + "' holds only the tables 'users', 'sales.b\\*';"
                        + " everything else is in '" + live + "_before_\\d{14}'");
        assertThat(report.error()).isEmpty();
        assertThat(report.verification().status()).isEqualTo(Verification.Status.PASSED);
        assertThat(report.tables())
                .extracting("name")
                .containsExactlyInAnyOrder("sales.users", "sales.base", "sales.bookings");
        assertThat(report.notes())
                .contains(new Note(
                        "SELECTION_TAKEN", "Of the backup only the tables 'users', 'sales.b*': the rest is left out."));
        assertThat(tablesOf(live)).containsExactly("base", "bookings", "users");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop-pg15.sql.gz", "shop-pg15.dump"})
    void aPatternThatFitsNothingWritesNothing(String backup) {
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            report = bench.put(backup, RestoreBench.sample(backup)).restore(backup, true, tables("usrs"));
        }

        assertThat(report.error().orElseThrow().problem()).isEqualTo("the backup holds no table that 'usrs' fits");
        assertThat(report.error().orElseThrow().remedies().get(0)).contains("users");
        assertThat(server.databasesLike(live)).containsExactly(live);
    }

    @Test
    void rowsAloneComeBackWithTheDefinitionsOfAnotherFile() {
        String original = server.newDatabase();
        new PostgresTools(server).psql(original, RestoreBench.sample("shop-pg15.sql.gz"));
        RestoreReport refused;
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            bench.put("rows.sql.gz", RestoreBench.sample("shop-pg15-data.sql.gz"));
            refused = bench.restoreConfirmed("rows.sql.gz");
            report = bench.restore("rows.sql.gz", false, schemaFile("shop-pg15-schema.sql.gz"));
        }

        assertThat(refused.error().orElseThrow().problem())
                .isEqualTo("'rows.sql.gz' holds rows without the definitions of their tables");
        assertThat(refused.error().orElseThrow().remedies().get(1)).contains("SCHEMA_FILE");
        assertThat(report.error()).isEmpty();
        assertThat(report.rows()).isEqualTo(33_562);
        assertThat(report.notes()).extracting(Note::code).contains("SCHEMA_FILE");
        PgDumpReferee referee = new PgDumpReferee(server);
        assertThat(PgDumpReferee.difference(referee.canonical(original), referee.canonical(live)))
                .isEmpty();
    }

    @Test
    void definitionsCutShortAreNotUsed() throws Exception {
        byte[] whole = PostgresTools.unpacked(RestoreBench.sample("shop-pg15-schema.sql.gz"));
        Path cut = folder.resolve("cut.sql");
        Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            report = bench.put("rows.sql.gz", RestoreBench.sample("shop-pg15-data.sql.gz"))
                    .restore("rows.sql.gz", true, options(Optional.empty(), Selection.EVERYTHING, Optional.of(cut)));
        }

        assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.DUMP_TRUNCATED);
        assertThat(server.databasesLike(live)).containsExactly(live);
    }

    @Test
    void aCompleteBackupDoesNotNeedTheFileWithDefinitions() {
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            report = bench.put("whole.sql", "CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n")
                    .restore("whole.sql", true, schemaFile("no-such-file.sql"));
        }

        assertThat(report.error()).isEmpty();
        assertThat(report.notes())
                .extracting(Note::text)
                .contains("The backup brings its own definitions; '%s' is not used."
                        .formatted(SAMPLES.resolve("no-such-file.sql")));
    }

    @Test
    void aFileWithDefinitionsThatIsMissingIsToldBeforeAnythingIsWritten() {
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            bench.put("rows.sql.gz", RestoreBench.sample("shop-pg15-data.sql.gz"));

            assertThatThrownBy(() -> planOfRows(bench, schemaFile("no-such-file.sql")))
                    .hasMessage("SCHEMA_FILE names '%s', and there is no such file"
                            .formatted(SAMPLES.resolve("no-such-file.sql")));
            assertThatThrownBy(() -> planOfRows(bench, schemaFile("shop.db.gz")))
                    .hasMessage(
                            "'%s', which SCHEMA_FILE names, cannot be used: the file is binary and not an SQL script (at byte 15 of the dump)"
                                    .formatted(SAMPLES.resolve("shop.db.gz")));
        }
    }

    @Test
    void rowsOfAnArchiveComeBackIntoOtherDefinitionsWithTheirLargeObjects() {
        Selection rows = new Selection(List.of(), List.of(), List.of(), Set.of(Section.DATA));
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            report = bench.put("shop.dump", RestoreBench.sample("shop-pg15.dump"))
                    .restore(
                            "shop.dump",
                            true,
                            options(Optional.empty(), rows, Optional.of(SAMPLES.resolve("shop-pg15-schema.sql.gz"))));
        }

        assertThat(report.error()).isEmpty();
        assertThat(report.verification().status()).isEqualTo(Verification.Status.PASSED);
        assertThat(server.query(live, "SELECT oid FROM pg_largeobject_metadata ORDER BY 1"))
                .contains("700001");
    }

    @Test
    void definitionsOfAnArchiveComeWithoutLargeObjects() {
        Selection definitions =
                new Selection(List.of(), List.of(), List.of(), Set.of(Section.PRE_DATA, Section.POST_DATA));
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            report = bench.put("shop.dump", RestoreBench.sample("shop-pg15.dump"))
                    .restore("shop.dump", true, options(Optional.empty(), definitions, Optional.empty()));
        }

        assertThat(report.error()).isEmpty();
        assertThat(server.query(live, "SELECT oid FROM pg_largeobject_metadata"))
                .isEmpty();
    }

    private static RestorePlan planOfRows(RestoreBench bench, LoadOptions options) {
        return bench.service()
                .plan(new RestoreRequest(
                        "rows.sql.gz",
                        true,
                        Optional.empty(),
                        true,
                        Optional.empty(),
                        options,
                        Secrets.none(),
                        "terminal"));
    }

    @Test
    void rowsAskedForAloneAreRefusedWithoutDefinitions() {
        Selection rows = new Selection(List.of(), List.of(), List.of(), Set.of(Section.DATA));
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            report = bench.put("shop.sql.gz", RestoreBench.sample("shop-pg15.sql.gz"))
                    .restore("shop.sql.gz", true, options(Optional.empty(), rows, Optional.empty()));
        }

        assertThat(report.error().orElseThrow().problem())
                .isEqualTo("only rows were asked for, and the copy has no tables to put them into");
    }

    @Test
    void rowsOfSqliteComeBackWithTheDefinitionsOfAnotherFile() {
        Path file = folder.resolve("desk.db");
        RestoreReport report;
        RestoreReport part;
        try (RestoreBench bench = RestoreBench.sqlite(folder, file)) {
            bench.put("rows.sql.gz", RestoreBench.sample("shop-d1-data-only.sql.gz"));
            report = bench.restore("rows.sql.gz", true, schemaFile("shop-d1-schema.sql"));
            Selection schema = new Selection(List.of(), List.of("main"), List.of(), Selection.ALL_SECTIONS);
            part = bench.restore("rows.sql.gz", true, options(Optional.empty(), schema, Optional.empty()));
        }

        assertThat(report.error()).isEmpty();
        assertThat(report.rows()).isPositive();
        assertThat(report.verification().status()).isEqualTo(Verification.Status.PASSED);
        assertThat(part.error().orElseThrow().problem())
                .isEqualTo("a backup of SQLite can be restored as a whole or by tables only");
    }
}
