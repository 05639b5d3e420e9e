package recovery.web;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import recovery.core.restore.HistoryEntry;
import recovery.core.restore.RestoreReport;
import recovery.core.restore.RestoreState;
import recovery.core.restore.RestoreStatus;
import recovery.core.verify.Verification;

/** One restore: how far it is, or how it ended. */
final class RestoreView {
    private RestoreView() {}

    static void progress(Html html, RestoreStatus status) {
        int percent = ProgressWords.percent(status.progress());
        html.line("h1", heading(status));
        html.begin("section", "class", "card progress", "data-events", "/restores/" + status.id() + "/events");
        html.line(
                "p",
                status.sentence(),
                "class",
                "sentence",
                "role",
                "status",
                "aria-live",
                "polite",
                "data-word",
                "sentence");
        html.begin("progress", "max", "100", "aria-label", "Done of the whole", "value", Integer.toString(percent))
                .end();
        measures(html, status);
        html.end();
        if (status.state() != RestoreState.SWAPPING) {
            cancel(html, status);
        }
        html.line(
                "p",
                "You can close this page. It goes on without it, and this address shows it again.",
                "class",
                "quiet");
    }

    private static void measures(Html html, RestoreStatus status) {
        html.begin("dl");
        Map<String, String> words = ProgressWords.of(status.progress());
        word(html, "Step", "phase", words);
        word(html, "Done", "stages", words);
        word(html, "Remaining", "left", words);
        word(html, "Backup read", "read", words);
        word(html, "Rows", "rows", words);
        word(html, "Working on", "object", words);
        word(html, "Speed", "rate", words);
        long elapsed =
                Math.max(0, Duration.between(status.startedAt(), Instant.now()).toSeconds());
        html.begin("div")
                .line("dt", "Time so far")
                .line("dd", Words.seconds(elapsed), "data-word", "elapsed")
                .end();
        html.end();
    }

    private static void cancel(Html html, RestoreStatus status) {
        html.begin("form", "action", "/restores/" + status.id() + "/cancel", "method", "post", "class", "card cancel");
        html.line("button", "Cancel");
        html.line(
                "p",
                "Cancelling is safe: until the last step everything happens in a copy, and the live database "
                        + "stays as it is.");
        html.end();
    }

    private static String heading(RestoreStatus status) {
        return switch (status.kind()) {
            case "dry-run" -> "Dry run of " + status.backup();
            case "rollback" -> "Bringing back what was there before";
            default -> "Restoring " + status.backup();
        };
    }

    private static void word(Html html, String title, String key, Map<String, String> words) {
        html.begin("div")
                .line("dt", title)
                .line("dd", words.get(key), "data-word", key)
                .end();
    }

    static void result(Html html, RestoreReport report, Optional<HistoryEntry> past) {
        String colour = report.success() ? "good" : report.state() == RestoreState.CANCELLED ? "calm" : "bad";
        html.begin("section", "class", "result " + colour, "role", "status");
        html.line("p", verdict(report), "class", "verdict");
        html.line("h1", report.liveDatabase());
        if (report.success()) {
            html.line("p", Answers.message(report));
        }
        report.error().ifPresent(failure -> {
            html.line("p", Words.sentence(failure.problem()), "class", "problem");
            PlanView.remedies(html, failure.remedies());
            html.line("span", failure.code().name(), "class", "code");
        });
        html.end();
        boolean available = past.map(HistoryEntry::rollbackAvailable)
                .orElse(report.rollback().available());
        if (available) {
            undo(html, report.id(), report.target(), report.rollback().previous());
        }
        if (report.success() && report.kind().equals("dry-run")) {
            report.plan().ifPresent(plan -> PlanView.proposal(html, plan));
        }
        next(html, report);
        verification(html, report.verification());
        tables(html, report);
        PlanView.notes(html, report.notes());
        facts(html, report);
    }

    private static String verdict(RestoreReport report) {
        String what = HistoryView.title(report.kind());
        if (report.success()) {
            return what + ": done";
        }
        return switch (report.state()) {
            case CANCELLED -> what + ": cancelled";
            case SALVAGED -> what + ": salvaged, not whole";
            default -> what + ": failed";
        };
    }

    /** One of an earlier run of this server: its report is in the logs, the journal knows the rest. */
    static void past(Html html, RestoreStatus status, Optional<HistoryEntry> past) {
        boolean done = status.state() == RestoreState.DONE;
        String colour = done ? "good" : status.state().isFinal() ? "bad" : "calm";
        html.begin("section", "class", "result " + colour);
        html.line("p", HistoryView.title(status.kind()) + " of " + Words.time(status.startedAt()), "class", "verdict");
        html.line("h1", past.map(HistoryEntry::liveDatabase).orElse(status.sentence()));
        past.flatMap(HistoryEntry::error).ifPresent(error -> html.line("p", Words.sentence(error), "class", "problem"));
        if (!status.state().isFinal()) {
            html.line("p", "Another program is at it: " + status.state().sentence());
        }
        html.end();
        past.filter(HistoryEntry::rollbackAvailable)
                .ifPresent(entry -> undo(html, entry.id(), entry.target(), entry.previous()));
        html.begin("section", "class", "card").begin("dl");
        BackupView.fact(html, "Backup", status.backup());
        BackupView.fact(html, "Database", status.target());
        BackupView.fact(html, "Number", status.id());
        html.end()
                .line("p", "The log folder holds its full report.", "class", "quiet")
                .end();
    }

    private static void undo(Html html, String id, String target, Optional<String> previous) {
        html.begin("section", "class", "card undo").line("h2", "Was it the wrong backup?");
        html.line(
                "p",
                "What '%s' held before is kept%s. The button brings it back within a second, whatever its size. "
                                .formatted(
                                        target,
                                        previous.map(name -> " as '" + name + "'")
                                                .orElse(""))
                        + "The data that is there now is kept as well, so this can be undone too.");
        html.begin("form", "action", "/restores/" + id + "/rollback", "method", "post");
        html.line("button", "Undo: bring back the previous data").end().end();
    }

    private static void next(Html html, RestoreReport report) {
        boolean said = report.error()
                .filter(failure -> failure.remedies().equals(report.nextSteps()))
                .isPresent();
        if (said || report.nextSteps().isEmpty()) {
            return;
        }
        html.begin("section", "class", "card").line("h2", "What to do next").begin("ol", "class", "steps");
        report.nextSteps().forEach(step -> html.line("li", step));
        html.end().end();
    }

    private static void verification(Html html, Verification verification) {
        if (verification.checks().isEmpty()) {
            return;
        }
        html.begin("section", "class", "card");
        html.line("h2", "Checks: " + word(verification.status()));
        html.begin("ul", "class", "checks");
        for (Verification.Check check : verification.checks()) {
            html.begin("li", "class", check.status().toString());
            html.line("strong", word(check.status())).text(" ");
            html.text(check.name() + ": " + check.detail()).end();
        }
        html.end().end();
    }

    private static String word(Verification.Status status) {
        return switch (status) {
            case PASSED -> "passed";
            case FAILED -> "failed";
            case INCOMPLETE -> "could not be verified";
        };
    }

    private static void tables(Html html, RestoreReport report) {
        if (report.tables().isEmpty()) {
            return;
        }
        html.begin("section", "class", "card");
        long restored = report.tables().stream()
                .mapToLong(table -> table.restored().orElse(0))
                .sum();
        long rows = Math.max(report.rows(), restored);
        html.line("h2", Words.plural(report.tables().size(), "table") + ", " + Words.plural(rows, "row"));
        html.begin("div", "class", "scroll")
                .begin("table", "class", "plain")
                .begin("thead")
                .begin("tr");
        html.line("th", "Table", "scope", "col");
        html.line("th", "Rows in the backup", "scope", "col", "class", "number");
        html.line("th", "Rows restored", "scope", "col", "class", "number")
                .end()
                .end()
                .begin("tbody");
        for (Verification.TableCheck table : report.tables()) {
            boolean same = table.expected().isEmpty() || table.expected().equals(table.restored());
            html.begin("tr", "class", same || report.kind().equals("dry-run") ? null : "differs");
            html.line("td", table.name());
            html.line("td", BackupView.count(table.expected()), "class", "number");
            html.line("td", BackupView.count(table.restored()), "class", "number")
                    .end();
        }
        html.end().end().end().end();
    }

    private static void facts(Html html, RestoreReport report) {
        html.begin("section", "class", "card").line("h2", "Details").begin("dl");
        BackupView.fact(html, "Number", report.id());
        BackupView.fact(html, "Backup", report.backup());
        BackupView.fact(html, "SHA-256 of the backup", report.backupSha256());
        BackupView.fact(html, "Database", report.address());
        BackupView.fact(html, "Started", Words.time(report.startedAt()));
        BackupView.fact(html, "Took", Words.milliseconds(report.durationMs()));
        BackupView.fact(html, "Time", Optional.of(report.timings().words()).filter(words -> !words.isEmpty()));
        if (report.downtimeMs() > 0) {
            BackupView.fact(html, "Live database not usable for", Words.milliseconds(report.downtimeMs()));
        }
        BackupView.fact(html, "Reason to ignore refusals", report.overrideReason());
        BackupView.fact(html, "Undo in a terminal", report.rollback().command());
        html.end().end();
    }
}
