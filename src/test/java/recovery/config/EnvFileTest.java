package recovery.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import recovery.core.error.RecoveryException;

class EnvFileTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "A=1|1",
                "  A = x y |x y",
                "A='x y'|x y",
                "A=\"x y\" # why|x y",
                "A='a#b' # why|a#b",
                "A=a=b # why|a=b",
                "A='a\"b'|a\"b",
                "A=it's|it's",
                "A=$B\\n|$B\\n",
                "A=\"C:\\dir\\\"|C:\\dir\\",
                "A=ä€|ä€",
                "A=|``",
                "A=\"\"|``",
            })
    void readsAValueAsItIsMeant(String line, String value) throws Exception {
        Problems problems = new Problems();
        Map<String, EnvFile.Line> lines = EnvFile.read(file("# first\n\n" + line + "\r\nZ=9"), problems);

        problems.throwIfAny();
        assertThat(lines)
                .containsExactly(Map.entry("A", new EnvFile.Line(value, 3)), Map.entry("Z", new EnvFile.Line("9", 4)));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "PW=hunter#2|has a '#' within the value of 'PW'",
                "PW=#hunter2|has a '#' within the value of 'PW'",
                "PW=\"hunter2|has an open quote, or a quote within quotes, in the value of 'PW'",
                "PW='hunter2|has an open quote, or a quote within quotes, in the value of 'PW'",
                "PW=\"hunt\\\"er2\"|has an open quote, or a quote within quotes, in the value of 'PW'",
                "PW='hunt'er2|has an open quote, or a quote within quotes, in the value of 'PW'",
                "PW=hunter2\"|has a '\"' within the value of 'PW'",
                "export PW=hunter2|begins with 'export'",
                "PW: hunter2|is no setting",
                "hunter2|is no setting",
                "//PW=hunter2|is no setting",
                "Z=hunter2|sets 'Z' a second time, after line 1",
                "\uFEFFPW=hunter2|begins with a byte order mark",
            })
    void namesLinesThatDotenvWouldDropOrMisread(String line, String problem) throws Exception {
        Path file = file("Z=9\n" + line + "\nDB_HOST=db1\n");
        Problems problems = new Problems();
        Map<String, EnvFile.Line> lines = EnvFile.read(file, problems);

        assertThat(lines).containsEntry("DB_HOST", new EnvFile.Line("db1", 3));
        assertThatThrownBy(problems::throwIfAny)
                .hasMessage("line 2 of '%s' %s".formatted(file, problem))
                .extracting(error -> ((RecoveryException) error).report())
                .asString()
                .doesNotContain("hunter2");
    }

    @Test
    void readsAFileInAFolderWhoseNameEndsLikeASettingsFile() throws Exception {
        folder = Files.createDirectory(folder.resolve("shop.env"));
        Problems problems = new Problems();

        assertThat(EnvFile.read(file("A=1\n"), problems)).containsOnlyKeys("A");
        problems.throwIfAny();
    }

    @Test
    void refusesOtherEncodingsThanUtf8() throws Exception {
        Path file = folder.resolve(".env.recovery");
        Files.write(file, "A=ä\n".getBytes(StandardCharsets.ISO_8859_1));
        Problems problems = new Problems();
        EnvFile.read(file, problems);

        assertThatThrownBy(problems::throwIfAny).hasMessage("'%s' is not in UTF-8".formatted(file));
    }

    private Path file(String text) throws Exception {
        return Files.writeString(folder.resolve(".env.recovery"), text);
    }
}
