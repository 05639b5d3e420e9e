package recovery.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import recovery.core.error.RecoveryException;
import recovery.core.target.FileOptions;
import recovery.core.target.OnConflict;

class FileArgumentsTest {
    private static FileArguments parsed(String... line) {
        return CommandLine.populateCommand(new FileArguments(), line);
    }

    @Test
    void withoutOptionsNothingUnusualIsAskedFor() {
        assertThat(parsed().options()).isEqualTo(FileOptions.USUAL);
        assertThat(parsed().strategy(Optional.empty())).isEmpty();
        assertThat(parsed().strategy(Optional.of("file"))).contains("file");
    }

    @Test
    void everyOptionIsTaken() {
        FileArguments all = parsed("--on-conflict", "add-missing", "--salvage", "--change-encryption", "--skip-backup");
        assertThat(all.options()).isEqualTo(new FileOptions(Optional.of(OnConflict.ADD_MISSING), true, true, true));
        assertThat(parsed("--online").strategy(Optional.empty())).contains("online");
        assertThat(parsed("--whole-volume").strategy(Optional.of("volume"))).contains("volume");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --online --whole-volume      |      | --online and --whole-volume contradict each other
                    --online                     | file | --online and --strategy contradict each other
                    --on-conflict newest         |      | --on-conflict 'newest' is not known
                    """)
    void whatContradictsOrIsNotKnownIsRefused(String line, String strategy, String problem) {
        FileArguments arguments = parsed(line.strip().split(" "));
        assertThatExceptionOfType(RecoveryException.class)
                .isThrownBy(() -> {
                    arguments.options();
                    arguments.strategy(Optional.ofNullable(strategy));
                })
                .withMessage(problem);
    }
}
