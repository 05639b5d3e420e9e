package recovery.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.Selection;
import recovery.core.inspect.Inspection;
import recovery.core.layer.Secrets;
import recovery.core.restore.RestoreService;

@Command(name = "inspect", description = "Read one backup to its end, without a database, and show what is in it.")
final class InspectCommand extends JsonCommand {
    private final Session session;

    @Parameters(paramLabel = "BACKUP", description = "A name of the list, or the path of a file.")
    private String backup;

    @Option(
            names = "--database",
            paramLabel = "NAME",
            description = "Which database of a backup that holds several; else the one named like the target.")
    private Optional<String> database = Optional.empty();

    @ArgGroup(validate = false, heading = "Encrypted backups; on a terminal you are asked:%n")
    private SecretArguments secretArguments = new SecretArguments();

    InspectCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        secretArguments.checkUsage(session.screen());
        try (NamedBackup named = NamedBackup.find(session, backup);
                Secrets secrets = secretArguments.secrets(session.screen(), named.service(), named.backup())) {
            RestoreService service = named.service();
            DumpChoice choice = new DumpChoice(database, Optional.of(service.targetName()), Selection.EVERYTHING);
            Inspection inspection = service.inspect(named.name(), secrets, choice);
            if (asJson()) {
                ObjectNode document = session.json().createObjectNode().put("success", true);
                document.setAll((ObjectNode) session.json().valueToTree(inspection));
                session.printJson(document);
            } else {
                session.print(lines(inspection), false);
            }
            return ExitCodes.DONE;
        }
    }

    private static List<String> lines(Inspection inspection) {
        List<String> lines = new ArrayList<>();
        Table facts = new Table()
                .row("backup", inspection.backup())
                .row("format", inspection.format().title())
                .row("engine", inspection.engine().map(engine -> engine.title()).orElse("the content does not say"))
                .row("server", inspection.serverVersion().orElse("unknown"))
                .row("made by", inspection.dumpVersion().map("pg_dump "::concat).orElse("unknown"))
                .row("size", Words.size(inspection.sizeBytes()) + contentSize(inspection.contentBytes()))
                .row(
                        "whole",
                        inspection.proven()
                                ? "yes, it proved its end"
                                : "nobody can tell: it carries no proof of its end")
                .row(
                        "rows",
                        "%s in %s"
                                .formatted(
                                        Words.count(inspection.rows()),
                                        Words.plural(inspection.tables().size(), "table")));
        lines.addAll(facts.lines());
        Table tables = new Table();
        inspection
                .tables()
                .forEach(table -> tables.row(
                        "  " + table.name(),
                        table.rows().isPresent() ? Words.count(table.rows().getAsLong()) : "not counted"));
        lines.addAll(tables.lines());
        PlanView.section(lines, "Roles", inspection.roles());
        PlanView.section(lines, "Extensions", inspection.extensions());
        PlanView.section(lines, "Databases", inspection.databases());
        PlanView.section(lines, "Risks", inspection.risks());
        PlanView.section(lines, "Notes", NoteLines.of(inspection.notes()));
        return lines;
    }

    private static String contentSize(OptionalLong bytes) {
        return bytes.isPresent() ? ", %s of content".formatted(Words.size(bytes.getAsLong())) : "";
    }
}
