package recovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShortFormsTest {
    private final ShortForms forms = new ShortForms(Set.of("list", "restore", "serve"));

    @ParameterizedTest
    @CsvSource({
        "--list, list",
        "--list --json, list --json",
        "--latest --force, restore --latest --force",
        "--force --latest, restore --force --latest",
        "--dry-run shop.sql, restore --dry-run shop.sql",
        "/mnt/usb/shop.sql.gz, restore /mnt/usb/shop.sql.gz",
        "./x --force, restore ./x --force",
        "--force-cleanup, cleanup",
        "--env-file e.env --latest, --env-file e.env restore --latest",
        "--env-file=e.env shop.sql, --env-file=e.env restore shop.sql",
        "--env-file e.env, --env-file e.env",
        "list --json, list --json",
        "restore shop.sql, restore shop.sql",
        "restroe, restroe",
        "--help, --help",
        "--version, --version",
        "'', ''",
    })
    void mean(String given, String meant) {
        String[] arguments = given.isEmpty() ? new String[0] : given.split(" ");
        assertThat(String.join(" ", forms.expand(arguments))).isEqualTo(meant);
    }
}
