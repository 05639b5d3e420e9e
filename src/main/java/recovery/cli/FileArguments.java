package recovery.cli;

import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.util.Optional;
import picocli.CommandLine.Option;
import recovery.core.target.FileOptions;
import recovery.core.target.OnConflict;
import recovery.core.target.Strategy;

/** The options of restores into SQLite files. */
final class FileArguments {
    @Option(
            names = "--online",
            description = "Write into the live file in one transaction, while programs have it open.")
    private boolean online;

    @Option(
            names = "--whole-volume",
            description =
                    "Restore every file of a volume archive: its folder takes the place of the live file's folder.")
    private boolean wholeVolume;

    @Option(
            names = "--on-conflict",
            paramLabel = "POLICY",
            description = {
                "With --table: 'replace' (the table becomes the backup's; without this option), or 'add-missing'",
                "(only rows whose key is gone are added)."
            })
    private Optional<String> onConflict = Optional.empty();

    @Option(
            names = "--salvage",
            description = "Take every row that can be read of a damaged file, and count what is lost.")
    private boolean salvage;

    @Option(
            names = "--change-encryption",
            description = "Let a plain file take the place of an encrypted one, or the other way round.")
    private boolean changeEncryption;

    @Option(names = "--skip-backup", description = "Write no safety copy before --online or --table.")
    private boolean skipBackup;

    FileOptions options() {
        return new FileOptions(onConflict.map(FileArguments::policy), salvage, changeEncryption, skipBackup);
    }

    /** The strategy that the options mean, or else {@code named}; REQUEST_UNUSABLE if they contradict each other. */
    Optional<String> strategy(Optional<String> named) {
        if (online && wholeVolume) {
            throw contradiction("--online", "--whole-volume");
        }
        Optional<String> meant = online
                ? Optional.of(Strategy.ONLINE.toString())
                : wholeVolume ? Optional.of(Strategy.VOLUME.toString()) : Optional.empty();
        if (meant.isPresent() && named.isPresent() && !meant.equals(named)) {
            throw contradiction(online ? "--online" : "--whole-volume", "--strategy");
        }
        return meant.or(() -> named);
    }

    private static OnConflict policy(String name) {
        return OnConflict.named(name)
                .orElseThrow(() -> problem(REQUEST_UNUSABLE, "--on-conflict '%s' is not known", Words.printable(name))
                        .remedy("Use 'replace' or 'add-missing'."));
    }

    private static recovery.core.error.RecoveryException contradiction(String one, String other) {
        return problem(REQUEST_UNUSABLE, "%s and %s contradict each other", one, other)
                .remedy("Leave one of them out.");
    }
}
