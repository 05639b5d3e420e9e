package recovery.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.Section;
import recovery.core.dump.Selection;
import recovery.core.error.RecoveryException;
import recovery.core.restore.LoadSettings;
import recovery.core.target.FileOptions;
import recovery.core.target.LoadOptions;
import recovery.core.target.RoleOptions;

class LoadFieldsTest {
    @Test
    void withoutFieldsItIsTheUsualRestore() {
        assertThat(new LoadFields(Map.of()).options(Optional.empty(), LoadSettings.NONE))
                .isEqualTo(LoadOptions.USUAL);
    }

    @Test
    void takesEveryFieldAndTheFileOfTheSettings() {
        LoadFields fields = new LoadFields(Map.ofEntries(
                Map.entry("tables", List.of("a, \"b, c\",d*", "e\nf")),
                Map.entry("schemas", List.of("s")),
                Map.entry("excludeTables", List.of("x,,")),
                Map.entry("sections", List.of("data", "post-data")),
                Map.entry("database", List.of("shop")),
                Map.entry("owner", List.of("ann")),
                Map.entry("createRoles", List.of("true")),
                Map.entry("createRolesAsDumped", List.of("yes")),
                Map.entry("mapRoles", List.of("old=new, a=b")),
                Map.entry("skipExtensions", List.of("postgis")),
                Map.entry("jobs", List.of("8"))));

        assertThat(fields.options(
                        Optional.of("live"), new LoadSettings(Optional.of(Path.of("schema.sql")), OptionalInt.of(2))))
                .isEqualTo(new LoadOptions(
                        new DumpChoice(
                                Optional.of("shop"),
                                Optional.of("live"),
                                new Selection(
                                        List.of("a", "\"b, c\"", "d*", "e", "f"),
                                        List.of("s"),
                                        List.of("x"),
                                        Set.of(Section.DATA, Section.POST_DATA))),
                        new RoleOptions(Optional.of("ann"), true, true, Map.of("old", "new", "a", "b")),
                        Set.of("postgis"),
                        Optional.of(Path.of("schema.sql")),
                        OptionalInt.of(8),
                        FileOptions.USUAL));
    }

    @Test
    void theSettingsSayHowManyConnectionsUnlessTheRequestDoes() {
        LoadSettings three = new LoadSettings(Optional.empty(), OptionalInt.of(3));
        assertThat(new LoadFields(Map.of()).options(Optional.empty(), three).jobs())
                .hasValue(3);
        assertThat(new LoadFields(Map.of("jobs", List.of("64")))
                        .options(Optional.empty(), three)
                        .jobs())
                .hasValue(64);
        assertThatThrownBy(() -> new LoadFields(Map.of("jobs", List.of("65"))).options(Optional.empty(), three))
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        refused -> assertThat(refused.report()).isEqualTo("""
                                REQUEST_UNUSABLE: 'jobs' is '65', which is no number from 1 to 64
                                  remedy: Set 'jobs' to a number from 1 to 64, or leave it out for as many connections as suit."""));
    }

    @Test
    void boxesBecomeTheShorterList() {
        assertThat(selection(List.of("a", "b", "c"), List.of("a", "b", "c"))).isEqualTo(Selection.EVERYTHING);
        assertThat(selection(List.of("a", "b", "c"), List.of("a", "c")).excludedTables())
                .containsExactly("b");
        assertThat(selection(List.of("a", "b", "c"), List.of("c")).tables()).containsExactly("c");
        assertThat(selection(List.of("a", "b"), List.of("b")).excludedTables()).containsExactly("a");
        assertThatThrownBy(() -> selection(List.of("a", "b"), List.of())).hasMessage("no table is ticked");
    }

    private static Selection selection(List<String> shown, List<String> kept) {
        return new LoadFields(Map.of(LoadFields.SHOWN, shown, LoadFields.KEPT, kept))
                .options(Optional.empty(), LoadSettings.NONE)
                .choice()
                .selection();
    }
}
