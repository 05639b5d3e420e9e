package recovery.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.core.restore.RestorePlan;

/** A plan in plain text: what would be done, where, and what speaks against it. */
final class PlanView {
    private PlanView() {}

    static List<String> lines(RestorePlan plan, Instant now) {
        List<String> lines = new ArrayList<>();
        lines.add("The plan");
        lines.addAll(facts(plan, now).lines());
        section(lines, "What will be done", plan.steps());
        section(lines, "What the copy must pass", plan.checks());
        section(lines, "Connected now, will be disconnected", plan.sessions());
        section(lines, "Risks", plan.inspection().risks());
        section(lines, "Notes", NoteLines.of(plan.notes()));
        section(lines, "You have to agree that", plan.questions());
        section(
                lines,
                "What speaks against it",
                plan.refusals().stream().map(RecoveryException::report).toList());
        return lines;
    }

    private static Table facts(RestorePlan plan, Instant now) {
        Table facts = new Table()
                .row("  into", plan.address())
                .row("  server", plan.serverVersion())
                .row(
                        "  live data",
                        plan.liveExists()
                                ? Words.size(plan.liveSizeBytes())
                                : "none: there is no '%s'".formatted(plan.target()))
                .row(
                        "  from",
                        "%s (%s old, %s, %s)"
                                .formatted(
                                        plan.backup().name(),
                                        Words.age(plan.backup().taken(), now),
                                        Words.size(plan.backup().sizeBytes()),
                                        Words.what(plan.backup())));
        facts.row("  holds", holds(plan.inspection()));
        plan.previousName().ifPresent(name -> facts.row("  kept as", name));
        plan.connections().ifPresent(number -> facts.row("  connections", number));
        if (plan.spaceNeededBytes().isPresent() || plan.freeBytes().isPresent()) {
            facts.row("  disk", "%s needed, %s free".formatted(size(plan.spaceNeededBytes()), size(plan.freeBytes())));
        }
        return facts;
    }

    private static String holds(Inspection inspection) {
        String tables = Words.plural(inspection.tables().size(), "table");
        return inspection.complete()
                ? "%s, %s".formatted(tables, Words.plural(inspection.rows(), "row"))
                : "known when it is read";
    }

    private static String size(OptionalLong bytes) {
        return bytes.isPresent() ? Words.size(bytes.getAsLong()) : "unknown";
    }

    static void section(List<String> lines, String title, List<String> items) {
        if (!items.isEmpty()) {
            lines.add(title);
            items.forEach(item -> lines.add("  - " + Words.lines(item).replace("\n", "\n    ")));
        }
    }
}
