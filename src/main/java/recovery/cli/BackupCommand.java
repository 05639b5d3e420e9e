package recovery.cli;

import picocli.CommandLine.Command;
import recovery.core.restore.RestoreService;

@Command(
        name = "backup",
        description = {
            "Write the live database into a file of the backup folder, and read that back; the application goes on.",
            "PostgreSQL: by pg_dump if it is on this host and not older than the server; else its rows, with the"
                    + " definitions of the last dump that was restored. It says what the file can bring back."
        })
final class BackupCommand extends JsonCommand {
    private final Session session;

    BackupCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (RestoreService service = session.open()) {
            session.announce(service, asJson());
            return new AttendedJob(session, asJson()).attend(() -> service.backUp("terminal"));
        }
    }
}
