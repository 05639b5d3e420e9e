package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.Section;
import recovery.core.dump.Selection;
import recovery.core.error.ErrorCode;
import recovery.core.target.LoadOptions;
import recovery.core.target.RoleOptions;
import recovery.harness.PgDumpReferee;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;
import recovery.harness.Untar;

/** Parts of archives of each format come back through the whole service as pg_dump and pg_restore see these parts. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SelectedArchiveTest {
    private static final Path SAMPLES =
            Path.of("src", "test", "resources", "backups").toAbsolutePath();

    private static RealPostgres server;
    private static PgDumpReferee referee;
    private static String original;

    @TempDir
    private Path folder;

    @BeforeAll
    static void letPsqlRestoreTheOriginal() {
        server = RealPostgres.version(RealPostgres.MIDDLE).withShopRoles();
        referee = new PgDumpReferee(server);
        original = server.newDatabase();
        new PostgresTools(server).psql(original, RestoreBench.sample("shop-pg15.sql.gz"));
    }

    private static LoadOptions options(Selection selection, Optional<Path> schemaFile) {
        return options(Optional.empty(), selection, schemaFile);
    }

    private static LoadOptions options(Optional<String> database, Selection selection, Optional<Path> schemaFile) {
        return new LoadOptions(
                new DumpChoice(database, Optional.empty(), selection), RoleOptions.AS_THEY_ARE, Set.of(), schemaFile);
    }

    /** The options of pg_dump and pg_restore as a selection. */
    private static Selection selection(List<String> asked) {
        Set<Section> sections = values(asked, "--section=").stream()
                .map(name -> Section.valueOf(name.replace('-', '_').toUpperCase(Locale.ROOT)))
                .collect(Collectors.toSet());
        if (asked.contains("--schema-only")) {
            sections = Set.of(Section.PRE_DATA, Section.POST_DATA);
        } else if (asked.contains("--data-only")) {
            sections = Set.of(Section.DATA);
        }
        return new Selection(
                values(asked, "--table="),
                values(asked, "--schema="),
                values(asked, "--exclude-table="),
                sections.isEmpty() ? Selection.ALL_SECTIONS : sections);
    }

    private static List<String> values(List<String> asked, String option) {
        return asked.stream()
                .filter(text -> text.startsWith(option))
                .map(text -> text.substring(option.length()))
                .toList();
    }

    /** Puts the backup there; one whose name ends with a slash is unpacked. */
    private String put(RestoreBench bench, String backup) throws IOException {
        if (!backup.endsWith("/")) {
            bench.put(backup, RestoreBench.sample(backup));
            return backup;
        }
        return unpacked(backup, "backups").getFileName().toString();
    }

    private Path unpacked(String backup, String into) throws IOException {
        return Untar.into(
                Files.createDirectories(folder.resolve(into)), SAMPLES.resolve(backup.replace('/', '.') + "tar"));
    }

    private RestoreReport restored(String live, String backup, LoadOptions options) throws IOException {
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            return bench.restore(put(bench, backup), true, options);
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "shop-pg15.dump, --table=sales.users~--table=sales.orders*~--table=sales.order_items~--table=sales.products",
                "shop-pg15.tar.gz, --table=sales.users~--table=sales.orders*~--table=sales.order_items~--table=sales.products",
                "shop-pg15-directory.tar, --table=SALES.Users~--table=sales.\"MixedCase \"\"Table\"\"\"~--table=*.*täble*",
                "shop-pg15-directory/, --table=sales.b*~--table=sales.ch?ld~--table=sales.\"empty_table\"",
                "shop-pg18-zstd.dump, --table=sales.users",
                "shop-pg15.tar.gz, --schema=audit",
                "shop-pg15-piped.dump, --schema=\"Odd Names; -- \\ 'quoted'\"",
                "shop-pg15-directory/, --schema=sales",
                "shop-pg15.dump, --exclude-table=sales.cart~--exclude-table=audit.log",
                "shop-pg15-directory.tar, --exclude-table=sales.cart~--exclude-table=audit.log",
            })
    void comesBackAsPgDumpSeesItInTheWhole(String backup, String line) throws IOException {
        List<String> asked = List.of(line.split("~"));
        String live = server.newDatabase();
        RestoreReport report = restored(live, backup, options(selection(asked), Optional.empty()));

        assertThat(report.error()).isEmpty();
        String[] dumped = asked.toArray(String[]::new);
        List<String> actual = sorted(referee.canonical(live, dumped));
        assertThat(PgDumpReferee.difference(sorted(referee.canonical(original, dumped)), actual))
                .isEmpty();
        assertThat(actual).hasSizeGreaterThan(40);
    }

    /** pg_dump writes the tables in another order if there is no view that needs them early. */
    private static List<String> sorted(List<String> dump) {
        return dump.stream().filter(line -> !line.equals("--")).sorted().toList();
    }

    @ParameterizedTest
    @CsvSource({
        "shop-pg15.dump, --schema-only",
        "shop-pg15-directory.tar, --schema-only",
        "shop-pg15.tar.gz, --section=pre-data",
        "shop-pg15-directory/, --section=pre-data --section=data",
        "shop-pg15-piped.dump, --schema-only",
        "shop-pg15.tar.gz, --section=pre-data --section=data --section=post-data",
    })
    void takesTheSectionsThatPgRestoreTakes(String backup, String line) throws IOException {
        String[] asked = line.split(" ");
        String live = server.newDatabase();
        RestoreReport report = restored(live, backup, options(selection(List.of(asked)), Optional.empty()));
        String expected = server.newDatabase();
        new PostgresTools(server).restore(expected, RestoreBench.sample("shop-pg15.dump"), asked);
        if (!line.contains("--section=data")) {
            // pg_restore makes them without their content, but for archives of 17 and later
            server.execute(expected, "SELECT lo_unlink(oid) FROM pg_largeobject_metadata");
        }

        assertThat(report.error()).isEmpty();
        assertThat(PgDumpReferee.difference(referee.canonical(expected), referee.canonical(live)))
                .isEmpty();
    }

    /** Also in a layer, also with rows of its own, which are left out. */
    @ParameterizedTest
    @CsvSource({
        "shop-pg15.dump, shop-pg15.tar.gz",
        "shop-pg15.tar.gz, shop-pg15-directory/",
        "shop-pg15-directory/, shop-pg15-directory.tar",
        "shop-pg15-directory.tar, shop-pg15-piped.dump",
    })
    void rowsAloneComeBackWithTheDefinitionsOfAnArchive(String backup, String definitions) throws IOException {
        String live = server.newDatabase();
        Path schema = definitions.endsWith("/") ? unpacked(definitions, "definitions") : SAMPLES.resolve(definitions);
        RestoreReport report = restored(live, backup, options(selection(List.of("--data-only")), Optional.of(schema)));

        assertThat(report.error()).isEmpty();
        assertThat(PgDumpReferee.difference(referee.canonical(original), referee.canonical(live)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop-pg15.dump", "shop-pg15.tar.gz", "shop-pg15-directory.tar", "shop-pg15-directory/"})
    void anArchiveOfAnotherDatabaseThanTheOneNamedIsRefused(String backup) throws IOException {
        String live = server.newDatabase();
        RestoreReport report =
                restored(live, backup, options(Optional.of("shopp"), Selection.EVERYTHING, Optional.empty()));

        assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.REQUEST_UNUSABLE);
        assertThat(report.error().orElseThrow().problem())
                .isEqualTo("the backup holds no database 'shopp', but 'sample'");
        assertThat(report.error().orElseThrow().remedies())
                .containsExactly("Leave the name of the database out, since the backup holds one only.");
        assertThat(server.databasesLike(live)).containsExactly(live);
    }

    @Test
    void theDatabaseOfAnArchiveMayBeNamed() throws IOException {
        String live = server.newDatabase();
        RestoreReport report = restored(
                live,
                "shop-pg15.dump",
                options(Optional.of("sample"), selection(List.of("--table=sales.users")), Optional.empty()));

        assertThat(report.error()).isEmpty();
        assertThat(report.tables()).extracting("name").containsExactly("sales.users");
    }

    @ParameterizedTest
    @CsvSource({
        "shop-pg15.sql.gz, 'the dump does not say which database it is of, so ''shopp'' cannot be chosen'",
        "shop-pg15-create-clean.sql.gz, 'the dump holds no database ''shopp'', but ''sample'''",
    })
    void aScriptOfAnotherDatabaseIsRefusedToo(String backup, String problem) throws IOException {
        String live = server.newDatabase();
        RestoreReport report =
                restored(live, backup, options(Optional.of("shopp"), Selection.EVERYTHING, Optional.empty()));

        assertThat(report.error().orElseThrow().code()).isEqualTo(ErrorCode.REQUEST_UNUSABLE);
        assertThat(report.error().orElseThrow().problem()).startsWith(problem);
        assertThat(server.databasesLike(live)).containsExactly(live);
    }
}
