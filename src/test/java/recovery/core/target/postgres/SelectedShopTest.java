package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.dump.DumpBytes;
import recovery.core.dump.Section;
import recovery.core.dump.SelectedDump;
import recovery.core.dump.Selection;
import recovery.core.dump.plain.PlainDumpReader;
import recovery.harness.PgDumpReferee;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;

/** Parts of the sample shop are restored, and pg_dump finds in them what it finds of these parts in the whole. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SelectedShopTest {
    private static final Path BACKUP = Path.of("src", "test", "resources", "backups", "shop-pg15.sql.gz");
    private static final RealPostgres SERVER =
            RealPostgres.version(RealPostgres.MIDDLE).withShopRoles();
    private static final String ORIGINAL = original();

    private static String original() {
        String name = SERVER.newDatabase();
        try {
            new PostgresTools(SERVER).psql(name, Files.readAllBytes(BACKUP));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return name;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--table=sales.users",
                "--table=sales.users~--table=sales.orders*~--table=sales.order_items~--table=sales.products",
                "--table=sales.\"MixedCase \"\"Table\"\"\"~--table=*.*täble*",
                "--table=sales.b*~--table=sales.child~--table=sales.\"empty_table\"",
                "--schema=audit",
                "--schema=\"Odd Names; -- \\ 'quoted'\"",
                "--schema=sales",
                "--schema-only",
                "--exclude-table=sales.cart~--exclude-table=audit.log"
            })
    void comesBackAsPgDumpSeesItInTheWhole(String line) throws IOException {
        List<String> options = List.of(line.split("~"));
        LoadProbe copy = new LoadProbe(RealPostgres.MIDDLE);
        copy.load(new SelectedDump(
                new PlainDumpReader(
                        new DumpBytes(new ByteArrayInputStream(PostgresTools.unpacked(Files.readAllBytes(BACKUP))))),
                selection(options)));

        PgDumpReferee referee = new PgDumpReferee(SERVER);
        String[] asked = options.toArray(String[]::new);
        List<String> expected = sorted(referee.canonical(ORIGINAL, asked));
        List<String> actual = sorted(referee.canonical(copy.database, asked));
        assertThat(PgDumpReferee.difference(expected, actual)).isEmpty();
        assertThat(actual).hasSizeGreaterThan(40);
    }

    /** pg_dump writes the tables in another order if there is no view that needs them early. */
    private static List<String> sorted(List<String> dump) {
        return dump.stream().filter(line -> !line.equals("--")).sorted().toList();
    }

    private static Selection selection(List<String> options) {
        boolean noRows = options.contains("--schema-only");
        return new Selection(
                patterns(options, "--table="),
                patterns(options, "--schema="),
                patterns(options, "--exclude-table="),
                noRows ? Set.of(Section.PRE_DATA, Section.POST_DATA) : Selection.ALL_SECTIONS);
    }

    private static List<String> patterns(List<String> options, String option) {
        return options.stream()
                .filter(text -> text.startsWith(option))
                .map(text -> text.substring(option.length()))
                .toList();
    }
}
