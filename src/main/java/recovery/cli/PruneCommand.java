package recovery.cli;

import java.time.Clock;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import recovery.core.restore.PruneReport;
import recovery.core.restore.PruneReport.Fate;
import recovery.core.restore.RestoreService;

@Command(
        name = "prune",
        description = "Show which previous databases and backups are older than KEEP_PREVIOUS, KEEP_DAILY, KEEP_WEEKLY,"
                + " KEEP_MONTHLY and KEEP_YEARLY say; delete them only with --apply.")
final class PruneCommand extends JsonCommand {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

    private final Session session;
    private final Clock clock;

    @Option(names = "--apply", description = "Delete what is shown without it.")
    private boolean apply;

    PruneCommand(Session session, Clock clock) {
        this.session = session;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        try (RestoreService service = session.open()) {
            session.announce(service, asJson());
            PruneReport report = service.prune(apply);
            if (asJson()) {
                session.printJson(report);
            } else {
                session.print(lines(report), false);
            }
            return report.success() ? ExitCodes.DONE : ExitCodes.FAILED;
        }
    }

    private List<String> lines(PruneReport report) {
        List<String> lines = new ArrayList<>();
        Table previous = new Table().row("PREVIOUS DATA", "SINCE", "SIZE", "WHAT BECOMES OF IT");
        report.previous()
                .forEach(data -> previous.row(
                        data.name(),
                        TIME.format(data.since().atZone(zone())),
                        data.sizeBytes().isPresent()
                                ? Words.size(data.sizeBytes().getAsLong())
                                : "?",
                        fate(
                                data.fate(),
                                "kept until " + TIME.format(data.keptUntil().atZone(zone())),
                                data.error())));
        if (!report.previous().isEmpty()) {
            lines.addAll(previous.lines());
            lines.add("");
        }
        Table backups = new Table().row("BACKUP", "TAKEN", "SIZE", "WHAT BECOMES OF IT");
        report.backups()
                .forEach(backup -> backups.row(
                        backup.name(),
                        TIME.format(backup.taken().atZone(zone())),
                        Words.size(backup.sizeBytes()),
                        fate(backup.fate(), "kept: " + String.join(", ", backup.keptBecause()), backup.error())));
        if (!report.backups().isEmpty()) {
            lines.addAll(backups.lines());
            lines.add("");
        }
        lines.add(summary(report));
        return lines;
    }

    private ZoneId zone() {
        return clock.getZone();
    }

    private static String fate(Fate fate, String kept, Optional<String> error) {
        return switch (fate) {
            case KEPT -> kept;
            case OFFERED -> "would be deleted";
            case DELETED -> "deleted";
            case FAILED -> "NOT deleted: " + error.orElse("");
        };
    }

    private static String summary(PruneReport report) {
        String size = Words.size(report.freedBytes());
        if (report.applied()) {
            return report.success()
                    ? "Deleted; %s freed.".formatted(size)
                    : "Not everything was deleted; %s freed.".formatted(size);
        }
        boolean nothing = report.previous().stream().noneMatch(data -> data.fate() == Fate.OFFERED)
                && report.backups().stream().noneMatch(backup -> backup.fate() == Fate.OFFERED);
        return nothing
                ? "There is nothing to delete."
                : "Nothing was deleted. With --apply %s would be freed.".formatted(size);
    }
}
