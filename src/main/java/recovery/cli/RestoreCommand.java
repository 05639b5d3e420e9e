package recovery.cli;

import static recovery.core.error.ErrorCode.CONFIRMATION_MISSING;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import recovery.core.backup.Backup;
import recovery.core.backup.Engine;
import recovery.core.layer.Secrets;
import recovery.core.restore.LoadSettings;
import recovery.core.restore.RestorePlan;
import recovery.core.restore.RestoreRequest;
import recovery.core.restore.RestoreService;
import recovery.core.target.LoadOptions;

@Command(
        name = "restore",
        description = {
            "Load a backup into a copy beside the live database, verify it, and give it the live name.",
            "Without BACKUP and --latest it shows a menu. What the live database held before is kept."
        })
final class RestoreCommand extends JsonCommand {
    private static final Duration ENGINE_LIMIT = Duration.ofSeconds(2);

    private final Session session;
    private final Clock clock;

    @Parameters(arity = "0..1", paramLabel = "BACKUP", description = "A name of the list, or the path of a file.")
    private Optional<String> backup = Optional.empty();

    @Option(names = "--latest", description = "Take the newest backup that can be restored into this target.")
    private boolean latest;

    @Option(names = "--dry-run", description = "Read the whole backup and show the plan; write nothing.")
    private boolean dryRun;

    @Option(names = "--force", description = "Do not ask for the name of the target.")
    private boolean force;

    @Option(
            names = "--strategy",
            paramLabel = "S",
            description = {
                "How the restored data takes its place; the plan chooses. PostgreSQL: 'database', 'schema', or",
                "'replace', which drops the live database first and is never chosen; SQLite: 'file', 'online', 'volume'."
            })
    private Optional<String> strategy = Optional.empty();

    @Option(
            names = "--override",
            paramLabel = "REASON",
            description = "Go on although the state of the target speaks against it; REASON stands in the report.")
    private Optional<String> override = Optional.empty();

    @ArgGroup(validate = false, heading = "What to take of the backup, and how to load it:%n")
    private LoadArguments loadArguments = new LoadArguments();

    @ArgGroup(validate = false, heading = "SQLite files:%n")
    private FileArguments fileArguments = new FileArguments();

    @ArgGroup(validate = false, heading = "Encrypted backups; on a terminal you are asked:%n")
    private SecretArguments secretArguments = new SecretArguments();

    RestoreCommand(Session session, Clock clock) {
        this.session = session;
        this.clock = clock;
    }

    @Override
    boolean changesTheTarget() {
        return true;
    }

    @Override
    public Integer call() throws InterruptedException {
        checkUsage();
        if (backup.isPresent()) {
            try (NamedBackup named = NamedBackup.find(session, backup.get())) {
                session.announce(named.service(), asJson());
                return restore(named.service(), named.backup());
            }
        }
        try (RestoreService service = session.open()) {
            session.announce(service, asJson());
            return restore(service, choose(service));
        }
    }

    private void checkUsage() {
        loadArguments.options(Optional.empty(), LoadSettings.NONE);
        fileArguments.options();
        fileArguments.strategy(strategy);
        secretArguments.checkUsage(session.screen());
        if (latest && backup.isPresent()) {
            throw problem(REQUEST_UNUSABLE, "--latest and '%s' name two backups", backup.get())
                    .remedy("Leave one of them out.");
        }
        if (override.filter(String::isBlank).isPresent()) {
            throw problem(REQUEST_UNUSABLE, "--override has no reason")
                    .remedy("Write why: the reason stands in the report.");
        }
        if (!latest && backup.isEmpty() && !session.screen().isTerminal()) {
            throw problem(REQUEST_UNUSABLE, "no backup is named, and there is no terminal to ask on")
                    .remedy(
                            "Name a backup, as in 'restore shop.sql.gz --force', or take the newest one: 'restore --latest --force'.");
        }
        if (!force && !dryRun && !session.screen().isTerminal()) {
            throw problem(CONFIRMATION_MISSING, "the target has to be confirmed, and there is no terminal to ask on")
                    .remedy("Add --force to restore without being asked.");
        }
    }

    private Backup choose(RestoreService service) {
        List<Backup> backups = service.backups();
        String directory = service.catalogue().directory().toString();
        Engine engine = service.liveStatus(ENGINE_LIMIT).engine();
        return latest
                ? BackupChoice.latest(
                        backups,
                        engine,
                        directory,
                        service::opensWithDatabaseKey,
                        session.screen().err())
                : menu().choose(BackupChoice.forTheMenu(backups, engine, directory), service.targetName());
    }

    private int restore(RestoreService service, Backup chosen) throws InterruptedException {
        LoadOptions options = loadArguments
                .options(Optional.of(service.targetName()), session.loadSettings())
                .with(fileArguments.options());
        try (Secrets secrets = secretArguments.secrets(session.screen(), service, chosen)) {
            // a dry run writes nothing, so there is nothing to confirm
            RestoreRequest request = new RestoreRequest(
                    chosen.name(),
                    dryRun,
                    fileArguments.strategy(strategy),
                    true,
                    override,
                    options,
                    secrets,
                    "terminal");
            if (!force && !dryRun) {
                confirm(service, request);
            }
            session.people(asJson())
                    .println("%s '%s'.".formatted(dryRun ? "Reading" : "Restoring", Words.printable(chosen.name())));
            return new AttendedJob(session, asJson()).attend(() -> service.start(request));
        }
    }

    private void confirm(RestoreService service, RestoreRequest request) {
        RestorePlan plan = service.plan(request);
        session.print(PlanView.lines(plan, clock.instant()), asJson());
        if (!plan.refusals().isEmpty() && override.isEmpty()) {
            throw plan.refusals().get(0);
        }
        menu().confirm(plan.target());
    }

    private Menu menu() {
        return new Menu(session.screen(), session.people(asJson()), clock);
    }
}
