package recovery.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import recovery.core.restore.RestoreService;

@Command(
        name = "cleanup",
        description =
                "Delete what broken restores, uploads and safety copies left. Previous databases are never deleted.")
final class CleanupCommand extends JsonCommand {
    private final Session session;

    CleanupCommand(Session session) {
        this.session = session;
    }

    @Override
    boolean changesTheTarget() {
        return true;
    }

    @Override
    public Integer call() {
        try (RestoreService service = session.open()) {
            session.announce(service, asJson());
            List<String> done = service.cleanUp();
            if (asJson()) {
                Map<String, Object> document = new LinkedHashMap<>();
                document.put("success", true);
                document.put("removed", done);
                session.printJson(document);
            } else {
                session.print(done.isEmpty() ? List.of("There was nothing to clean up.") : done, false);
            }
            return ExitCodes.DONE;
        }
    }
}
