package recovery.cli;

import java.util.ArrayList;
import java.util.List;
import recovery.core.restore.RestoreReport;
import recovery.core.restore.SafetyCopy;
import recovery.core.verify.Verification;

/** The end of a restore in plain text. The sentence on the live database stands in it word for word. */
final class ReportView {
    private final Screen screen;

    ReportView(Screen screen) {
        this.screen = screen;
    }

    List<String> lines(RestoreReport report) {
        List<String> lines = new ArrayList<>();
        lines.add(report.success() ? screen.good(headline(report)) : screen.bad(headline(report)));
        lines.add(screen.bold(report.liveDatabase()));
        report.safetyCopy().ifPresent(copy -> saved(lines, copy));
        if (report.success() && report.rows() > 0 && !report.kind().equals("backup")) {
            lines.add("%s in %s; '%s' could not be used for %s."
                    .formatted(
                            Words.plural(report.rows(), "row"),
                            Words.duration(report.durationMs()),
                            report.target(),
                            Words.duration(report.downtimeMs())));
        }
        if (report.success() && !report.timings().words().isEmpty()) {
            lines.add("Time: %s.".formatted(report.timings().words()));
        }
        verification(lines, report);
        PlanView.section(lines, "Notes", NoteLines.of(report.notes()));
        if (report.success()) {
            report.rollback().command().ifPresent(command -> lines.add("To undo: " + command));
            PlanView.section(lines, "Next", report.nextSteps());
        }
        return lines;
    }

    private static void saved(List<String> lines, SafetyCopy copy) {
        lines.add("%s, %s, written by %s%s; SHA-256 %s."
                .formatted(
                        Words.printable(copy.file()),
                        Words.size(copy.sizeBytes()),
                        copy.method(),
                        copy.encrypted() ? " and encrypted" : "",
                        copy.sha256()));
        PlanView.section(lines, copy.exact() ? "What it brings back" : "WHAT IT DOES NOT BRING BACK", copy.sentences());
    }

    /** For standard error: code, problem and remedies. */
    static List<String> failure(RestoreReport report) {
        List<String> lines = new ArrayList<>();
        report.error().ifPresent(error -> {
            lines.add("%s: %s".formatted(error.code(), error.problem()));
            error.remedies().forEach(remedy -> lines.add("  remedy: " + remedy));
        });
        return lines;
    }

    private static String headline(RestoreReport report) {
        String what = switch (report.kind()) {
            case "rollback" -> "Rollback";
            case "backup" -> "Safety copy '%s'".formatted(Words.printable(report.backup()));
            case "dry-run" -> "Dry run of '%s'".formatted(Words.printable(report.backup()));
            default -> "Restore of '%s'".formatted(Words.printable(report.backup()));
        };
        String ending = switch (report.state()) {
            case DONE -> "done";
            case SALVAGED -> "salvaged, not whole";
            case CANCELLED -> "cancelled";
            case PLANNED,
                    SAVING,
                    READING_BACK,
                    RESTORING,
                    VERIFYING,
                    SWAPPING,
                    DROPPING,
                    REPLACING,
                    CHECKING,
                    NAMING,
                    PUTTING_BACK,
                    FAILED,
                    CUT_OFF -> "failed";
        };
        String preposition = report.kind().equals("backup") ? "of" : "into";
        return "%s %s %s: %s.".formatted(what, preposition, report.address(), ending);
    }

    private void verification(List<String> lines, RestoreReport report) {
        Verification verification = report.verification();
        if (verification.checks().isEmpty() || report.kind().equals("dry-run")) {
            return;
        }
        long passed = verification.checks().stream()
                .filter(check -> check.status() == Verification.Status.PASSED)
                .count();
        lines.add("Verification %s: %d of %d checks passed, %s counted."
                .formatted(
                        verification.status(),
                        passed,
                        verification.checks().size(),
                        Words.plural(verification.tables().size(), "table")));
        verification.checks().stream()
                .filter(check -> check.status() != Verification.Status.PASSED)
                .forEach(check ->
                        lines.add(screen.bad("  %s %s: ".formatted(check.name(), check.status())) + check.detail()));
        verification.tables().stream()
                .filter(table ->
                        table.expected().isPresent() && !table.expected().equals(table.restored()))
                .forEach(table -> lines.add("  %s: %s rows in the backup, %s in the copy"
                        .formatted(table.name(), number(table.expected()), number(table.restored()))));
    }

    private static String number(java.util.OptionalLong rows) {
        return rows.isPresent() ? Words.count(rows.getAsLong()) : "none";
    }
}
