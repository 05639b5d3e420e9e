package recovery.cli;

import static recovery.core.error.ErrorCode.CONFIRMATION_MISSING;
import static recovery.core.error.RecoveryException.problem;

import java.time.Clock;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import recovery.core.restore.RestoreService;

@Command(
        name = "rollback",
        description = "Put back what the live database held before a restore; what it holds now is kept in turn.")
final class RollbackCommand extends JsonCommand {
    private final Session session;
    private final Clock clock;

    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            description = "A restore of the history; the last one if it is left out.")
    private Optional<String> id = Optional.empty();

    @Option(names = "--force", description = "Do not ask for the name of the target.")
    private boolean force;

    RollbackCommand(Session session, Clock clock) {
        this.session = session;
        this.clock = clock;
    }

    @Override
    boolean changesTheTarget() {
        return true;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!force && !session.screen().isTerminal()) {
            throw problem(CONFIRMATION_MISSING, "the target has to be confirmed, and there is no terminal to ask on")
                    .remedy("Add --force to roll back without being asked.");
        }
        try (RestoreService service = session.open()) {
            session.announce(service, asJson());
            if (!force) {
                new Menu(session.screen(), session.people(asJson()), clock).confirm(service.targetName());
            }
            return new AttendedJob(session, asJson()).attend(() -> service.rollback(id, "terminal"));
        }
    }
}
