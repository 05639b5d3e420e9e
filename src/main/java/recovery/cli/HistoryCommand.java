package recovery.cli;

import java.time.Clock;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import recovery.core.restore.HistoryEntry;
import recovery.core.restore.RestoreService;

@Command(
        name = "history",
        description =
                "Show past restores, newest first, and which of them can be undone; with --target only those of that one.")
final class HistoryCommand extends JsonCommand {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

    private final Session session;
    private final Clock clock;

    HistoryCommand(Session session, Clock clock) {
        this.session = session;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        try (RestoreService service = session.open()) {
            List<HistoryEntry> entries = session.isElsewhere() ? service.historyOfTarget() : service.history();
            if (asJson()) {
                Map<String, Object> document = new LinkedHashMap<>();
                document.put("success", true);
                document.put("total", entries.size());
                document.put("restores", entries);
                session.printJson(document);
            } else if (entries.isEmpty()) {
                session.screen()
                        .out()
                        .println(
                                session.isElsewhere()
                                        ? "'%s' has not been restored from here yet.".formatted(service.targetName())
                                        : "Nothing has been restored from here yet.");
            } else {
                session.print(lines(entries, clock.getZone()), false);
            }
            return ExitCodes.DONE;
        }
    }

    private static String next(HistoryEntry entry) {
        if (entry.rollbackAvailable()) {
            return "rollback " + entry.id();
        }
        return entry.resumable()
                ? "resume " + entry.id()
                : entry.resumedAs().map(id -> "resumed as " + id).orElse("");
    }

    private static List<String> lines(List<HistoryEntry> entries, ZoneId zone) {
        Table table =
                new Table().row("ID", "STARTED", "WHAT", "ENDING", "TARGET", "BACKUP", "UNDO OR GO ON", "KEPT UNTIL");
        entries.forEach(entry -> table.row(
                entry.id(),
                TIME.format(entry.startedAt().atZone(zone)),
                entry.kind(),
                entry.state().toString(),
                entry.target(),
                entry.backup(),
                next(entry),
                entry.keptUntil().map(until -> TIME.format(until.atZone(zone))).orElse("")));
        return table.lines();
    }
}
