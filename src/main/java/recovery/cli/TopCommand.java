package recovery.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

@Command(
        name = "run-emergency.sh",
        description =
                "Brings a lost database back from a backup: beside the live one, verified, and undone by one command.",
        synopsisSubcommandLabel = "[COMMAND]",
        footer = {
            "",
            "Short forms: --list, --latest --force, --force-cleanup, or the path of a backup.",
            "Exit codes: 0 done; 1 failed, live database unchanged; 2 wrong usage or settings;",
            "3 failed after the swap began; 130 cancelled."
        })
final class TopCommand implements Callable<Integer> {
    private final Session session;

    TopCommand(Session session) {
        this.session = session;
    }

    @Option(
            names = "--env-file",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Read the settings from FILE instead of .env.recovery.")
    void useEnvFile(Path file) {
        session.useEnvFile(file);
    }

    @Option(
            names = "--target",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "Work on database NAME of the same PostgreSQL server instead of that of the settings.")
    void useDatabase(String name) {
        session.useDatabase(name);
    }

    @Option(
            names = "--target-path",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Work on the SQLite file FILE instead of the database of the settings.")
    void useFile(Path file) {
        session.useFile(file.toAbsolutePath());
    }

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    boolean version;

    @Override
    public Integer call() {
        return session.serve();
    }
}
