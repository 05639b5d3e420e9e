package recovery.cli;

import java.time.Clock;
import java.util.List;
import picocli.CommandLine.Command;
import recovery.core.backup.Backup;
import recovery.core.restore.RestoreService;

@Command(
        name = "list",
        description = "Show the backups, newest first: age, size, what they are, restorable or why not.")
final class ListCommand extends JsonCommand {
    private final Session session;
    private final Clock clock;

    ListCommand(Session session, Clock clock) {
        this.session = session;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        try (RestoreService service = session.open()) {
            List<Backup> backups = service.backups();
            String directory = service.catalogue().directory().toString();
            if (asJson()) {
                session.printJson(JsonDocuments.backups(directory, backups));
            } else if (backups.isEmpty()) {
                session.screen().out().println("There is no backup in '%s'.".formatted(directory));
            } else {
                session.print(BackupTable.lines(backups, clock.instant()), false);
            }
            return ExitCodes.DONE;
        }
    }
}
