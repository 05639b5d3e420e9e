package recovery.cli;

import static recovery.core.error.ErrorCode.CONFIRMATION_MISSING;
import static recovery.core.error.RecoveryException.problem;

import java.time.Clock;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import recovery.core.layer.Secrets;
import recovery.core.restore.RestoreService;
import recovery.core.restore.Resumable;

@Command(
        name = "resume",
        description = {
            "Go on with a restore that was cut off by a crash, a lost connection or a reboot.",
            "What it had finished is not loaded again. The backup must be the same, and so are the options."
        })
final class ResumeCommand extends JsonCommand {
    private final Session session;
    private final Clock clock;

    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            description = "A restore of the history; the last one that was cut off if it is left out.")
    private Optional<String> id = Optional.empty();

    @Option(names = "--force", description = "Do not ask for the name of the target.")
    private boolean force;

    @ArgGroup(validate = false, heading = "Encrypted backups; on a terminal you are asked:%n")
    private SecretArguments secretArguments = new SecretArguments();

    ResumeCommand(Session session, Clock clock) {
        this.session = session;
        this.clock = clock;
    }

    @Override
    boolean changesTheTarget() {
        return true;
    }

    @Override
    public Integer call() throws InterruptedException {
        secretArguments.checkUsage(session.screen());
        if (!force && !session.screen().isTerminal()) {
            throw problem(CONFIRMATION_MISSING, "the target has to be confirmed, and there is no terminal to ask on")
                    .remedy("Add --force to go on without being asked.");
        }
        Resumable before;
        try (RestoreService service = session.open()) {
            session.announce(service, asJson());
            before = service.resumable(id);
            if (before.isOf(service.catalogue().directory())) {
                return resume(service, before);
            }
        }
        // it was named by its path
        try (RestoreService service = session.openFor(before.folder())) {
            return resume(service, before);
        }
    }

    private int resume(RestoreService service, Resumable before) throws InterruptedException {
        try (Secrets secrets = secretArguments.secrets(
                session.screen(), service, service.catalogue().find(before.backup()))) {
            if (!force) {
                new Menu(session.screen(), session.people(asJson()), clock).confirm(service.targetName());
            }
            session.people(asJson())
                    .println("Going on with restore %s of '%s'."
                            .formatted(before.id(), Words.printable(before.backup())));
            return new AttendedJob(session, asJson()).attend(() -> service.resume(before, secrets, "terminal"));
        }
    }
}
