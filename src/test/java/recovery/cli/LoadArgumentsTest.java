package recovery.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.Section;
import recovery.core.dump.Selection;
import recovery.core.error.RecoveryException;
import recovery.core.restore.LoadSettings;
import recovery.core.target.FileOptions;
import recovery.core.target.LoadOptions;
import recovery.core.target.RoleOptions;

class LoadArgumentsTest {
    @Test
    void withoutOptionsItIsTheUsualRestore() {
        assertThat(options("")).isEqualTo(LoadOptions.USUAL);
    }

    @Test
    void takesEveryOptionAndTheFileOfTheSettings() {
        LoadArguments arguments = parsed("--table a* --table \"B c\" --schema s --exclude-table x --section pre-data"
                + " --section data --database shop --owner ann --create-roles --map-role old=new --map-role a=b=c"
                + " --skip-extension postgis --jobs 8");
        assertThat(arguments.options(
                        Optional.of("live"), new LoadSettings(Optional.of(Path.of("schema.sql")), OptionalInt.of(2))))
                .isEqualTo(new LoadOptions(
                        new DumpChoice(
                                Optional.of("shop"),
                                Optional.of("live"),
                                new Selection(
                                        List.of("a*", "\"B c\""),
                                        List.of("s"),
                                        List.of("x"),
                                        Set.of(Section.PRE_DATA, Section.DATA))),
                        new RoleOptions(Optional.of("ann"), true, false, Map.of("old", "new", "a", "b=c")),
                        Set.of("postgis"),
                        Optional.of(Path.of("schema.sql")),
                        OptionalInt.of(8),
                        FileOptions.USUAL));
    }

    @Test
    void theSettingsSayHowManyConnectionsUnlessTheOptionDoes() {
        LoadSettings three = new LoadSettings(Optional.empty(), OptionalInt.of(3));
        assertThat(parsed("").options(Optional.empty(), three).jobs()).hasValue(3);
        assertThat(parsed("--jobs 64").options(Optional.empty(), three).jobs()).hasValue(64);
        assertThat(parsed("-j 1").options(Optional.empty(), three).jobs()).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65", "100", "-1", "two", "1.5", "4294967297"})
    void anotherNumberOfConnectionsIsRefusedWithTheRange(String number) {
        assertThatThrownBy(() -> options("--jobs=" + number))
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        refused -> assertThat(refused.report()).isEqualTo("""
                                REQUEST_UNUSABLE: --jobs is '%s', which is no number from 1 to 64
                                  remedy: Set --jobs to a number from 1 to 64, or leave it out for as many connections as suit.""".formatted(number)));
    }

    @ParameterizedTest
    @CsvSource({"--schema-only, 'PRE_DATA,POST_DATA'", "--data-only, DATA", "--section post-data, POST_DATA"})
    void theSectionsHaveShortNames(String arguments, String sections) {
        assertThat(options(arguments).choice().selection().sections())
                .containsExactlyInAnyOrderElementsOf(List.of(sections.split(",")).stream()
                        .map(Section::valueOf)
                        .toList());
    }

    @Test
    void rolesAsTheyWereDumpedAreCreatedToo() {
        assertThat(options("--create-roles-as-dumped").roles())
                .isEqualTo(new RoleOptions(Optional.empty(), true, true, Map.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--schema-only --data-only | --schema-only and --data-only contradict each other",
                "--section data --schema-only | --section and --schema-only contradict each other",
                "--section data --data-only | --section and --data-only contradict each other",
                "--section rows | there is no section 'rows'",
                "--map-role a | --map-role 'a' names no two roles",
                "--map-role =b | --map-role '=b' names no two roles",
                "--map-role a= | --map-role 'a=' names no two roles",
                "--map-role a=b --map-role a=c | --map-role names role 'a' twice",
                "--table= | --table is empty",
                "--database= | --database is empty",
                "--owner= | --owner is empty",
            })
    void contradictionsAreRefused(String arguments, String problem) {
        assertThatThrownBy(() -> options(arguments)).hasMessage(problem);
    }

    private static LoadOptions options(String arguments) {
        return parsed(arguments).options(Optional.empty(), LoadSettings.NONE);
    }

    /** Splits at spaces that do not stand in double quotes. */
    private static LoadArguments parsed(String arguments) {
        LoadArguments parsed = new LoadArguments();
        CommandLine line = new CommandLine(CommandLine.Model.CommandSpec.wrapWithoutInspection(new Object()));
        line.getCommandSpec().addMixin("load", CommandLine.Model.CommandSpec.forAnnotatedObject(parsed));
        line.parseArgs(arguments.isEmpty() ? new String[0] : arguments.split(" (?=([^\"]*\"[^\"]*\")*[^\"]*$)"));
        return parsed;
    }
}
