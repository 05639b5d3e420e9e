package recovery.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigExampleTest {
    private static final Path EXAMPLE = Path.of(".env.recovery.example");
    private static final Pattern COMMENTED_OUT = Pattern.compile("(?m)^#([A-Z][A-Z0-9_]*)=(.*)$");

    @TempDir
    Path folder;

    @Test
    void listsEverySettingOnceAndNothingElse() throws Exception {
        List<String> listed = COMMENTED_OUT
                .matcher(Files.readString(EXAMPLE))
                .results()
                .map(match -> match.group(1))
                .toList();

        assertThat(listed)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Setting.values()).map(Setting::name).toList());
    }

    @Test
    void showsTheDefaultsAsTheyAre() throws Exception {
        String text = Files.readString(EXAMPLE);
        for (Setting setting : Setting.values()) {
            setting.fallback()
                    .ifPresent(fallback -> assertThat(text).contains("\n#" + setting + "=" + fallback + "\n"));
        }
    }

    @Test
    void settingsWithoutEffectStandInTheirOwnPart() throws Exception {
        String text = Files.readString(EXAMPLE);
        int border = text.indexOf("Known, but without effect in this version");
        for (Setting setting : Setting.values()) {
            assertThat(text.indexOf("\n#" + setting + "=") < border)
                    .as(setting.name())
                    .isEqualTo(setting.hasEffect());
        }
    }

    @Test
    void asItIsItSetsNothing() throws Exception {
        Path file = Files.copy(EXAMPLE, folder.resolve(".env.recovery"));
        RecoveryConfig config = RecoveryConfig.load(file, true, Map.of("RECOVERY_HOME", folder.toString()));

        assertThat(config.demo()).isTrue();
        assertThat(config.notices()).isEmpty();
    }

    @Test
    void everyValueCanBeUsedWithTheCommentSignRemoved() throws Exception {
        String all = COMMENTED_OUT.matcher(Files.readString(EXAMPLE)).replaceAll("$1=$2");
        Path file = Files.writeString(folder.resolve(".env.recovery"), all.replaceFirst("(?m)^DATABASE_URL=", "#$0"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        RecoveryConfig config = RecoveryConfig.load(file, true, Map.of("RECOVERY_HOME", folder.toString()));

        assertThat(config.restoreJobs()).hasValue(4);
        assertThat(config.target()).isInstanceOf(TargetSettings.Postgres.class);
        assertThat(config.notices()).isEmpty();
    }
}
