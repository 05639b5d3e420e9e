package recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.ErrorCode;

class ReadmeTest {
    private static final Pattern ERROR = Pattern.compile("(?ms)^### ([A-Z_]+)\\n(.*?)(?=\\n#)");

    private String readme;

    @BeforeEach
    void read() throws Exception {
        readme = Files.readString(Path.of("README.md"));
    }

    @Test
    void theFirstScreenHoldsTheCommandsThatCount() {
        List<String> firstScreen = readme.lines().limit(15).toList();
        assertThat(firstScreen)
                .anyMatch(line -> line.matches("\\./run-emergency\\.sh +#.*"))
                .anyMatch(line -> line.startsWith("./run-emergency.sh restore --latest --force "))
                .anyMatch(line -> line.startsWith("mvn -B verify "));
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void explainsEveryError(ErrorCode code) {
        assertThat(errors().filter(error -> error.group(1).equals(code.name())))
                .singleElement()
                .satisfies(error -> assertThat(error.group(2).strip()).hasSizeGreaterThan(60));
    }

    @Test
    void explainsNoErrorThatDoesNotExist() {
        assertThat(errors().map(error -> error.group(1)))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(ErrorCode.values()).map(Enum::name).toList());
    }

    @Test
    void explainsEveryNoteAndNoOther() throws Exception {
        Pattern row = Pattern.compile("(?m)^\\| (`[A-Z_`, ]+`) \\| .{20,}\\|$");
        List<String> explained = row.matcher(section("Notes in the report"))
                .results()
                .flatMap(match -> Stream.of(match.group(1).replace("`", "").split(", ")))
                .toList();

        assertThat(explained).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(notesOfTheCode());
    }

    /** The codes stand as the first argument of a call, or as the kinds of notes that are tallied in a load. */
    private static Set<String> notesOfTheCode() throws IOException {
        Pattern argument = Pattern.compile("\\(\\s*(?:notes,\\s*)?\"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\",");
        Pattern kind = Pattern.compile("(?m)^ {8}([A-Z]+(?:_[A-Z]+)+)\\(\"%s ");
        Path core = Path.of("src/main/java/recovery/core");
        Set<String> codes = codes(argument, core);
        codes.addAll(codes(kind, core.resolve("target/postgres/LoadNotes.java")));
        return codes;
    }

    private static Set<String> codes(Pattern pattern, Path below) throws IOException {
        Set<String> codes = new TreeSet<>();
        try (Stream<Path> files = Files.walk(below)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                pattern.matcher(Files.readString(file)).results().forEach(match -> codes.add(match.group(1)));
            }
        }
        return codes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "list", "inspect", "restore", "rollback", "backup", "history", "cleanup"})
    void namesEveryCommand(String command) {
        assertThat(section("Commands")).containsPattern("\\| `%s[ `]".formatted(command));
    }

    @Test
    void namesEverySettingOfTheExample() throws Exception {
        Pattern setting = Pattern.compile("(?m)^#([A-Z][A-Z0-9_]*)=");
        List<String> settings = setting.matcher(Files.readString(Path.of(".env.recovery.example")))
                .results()
                .map(match -> match.group(1))
                .toList();

        assertThat(settings)
                .hasSizeGreaterThan(20)
                .allMatch(name -> section("Settings").contains("`" + name + "`"));
    }

    @Test
    void namesEveryExitCode() {
        assertThat(section("Commands")).contains("| 0 |", "| 1 |", "| 2 |", "| 3 |", "| 130 |");
    }

    private Stream<MatchResult> errors() {
        return ERROR.matcher(section("Errors") + "\n#").results();
    }

    private String section(String title) {
        int begin = readme.indexOf("\n## " + title + "\n");
        int end = readme.indexOf("\n## ", begin + 1);
        assertThat(begin).as(title).isNotNegative();
        return readme.substring(begin, end < 0 ? readme.length() : end);
    }
}
