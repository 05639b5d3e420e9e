package recovery.web;

import java.util.List;
import recovery.core.restore.HistoryEntry;
import recovery.core.restore.RestoreState;

/** Past restores in a table. */
final class HistoryView {
    private HistoryView() {}

    static void write(Html html, List<HistoryEntry> history) {
        html.line("h1", "Past restores");
        html.begin("section", "class", "card");
        if (history.isEmpty()) {
            html.line("p", "Nothing was restored yet.");
        } else {
            table(html, history);
        }
        html.end();
    }

    static void table(Html html, List<HistoryEntry> history) {
        html.begin("div", "class", "scroll").begin("table", "class", "history");
        html.begin("thead").begin("tr");
        for (String title : List.of("Started", "What", "Ending", "Undo")) {
            html.line("th", title, "scope", "col");
        }
        html.end().end().begin("tbody");
        history.forEach(entry -> row(html, entry));
        html.end().end().end();
    }

    private static void row(Html html, HistoryEntry entry) {
        html.begin("tr");
        html.begin("td", "data-label", "Started");
        html.line("a", Words.time(entry.startedAt()), "href", "/restores/" + entry.id())
                .end();
        html.begin("td", "data-label", "What").line("strong", title(entry.kind()));
        if (!entry.backup().isEmpty()) {
            html.line("span", entry.backup(), "class", "file");
        }
        html.end();
        html.begin("td", "data-label", "Ending");
        html.line("strong", ending(entry), "class", entry.state() == RestoreState.DONE ? "ok" : "not-ok");
        html.line("span", entry.liveDatabase(), "class", "quiet");
        entry.error().ifPresent(error -> html.line("span", Words.sentence(error), "class", "reason"));
        html.end();
        html.begin("td", "data-label", "Undo", "class", "undo");
        if (entry.rollbackAvailable()) {
            html.begin("form", "action", "/restores/" + entry.id() + "/rollback", "method", "post");
            html.line("button", "Undo", "aria-label", "Undo the " + title(entry.kind()) + " of " + entry.startedAt());
            html.end();
            entry.keptUntil()
                    .ifPresent(
                            until -> html.line("span", "kept at least until " + Words.time(until), "class", "quiet"));
        } else if (entry.resumable()) {
            html.line("a", "Go on…", "href", "/restores/" + entry.id());
        } else if (entry.resumedAs().isPresent()) {
            String next = entry.resumedAs().get();
            html.line("a", "Resumed as " + next, "href", "/restores/" + next);
        } else {
            html.text("–");
        }
        html.end().end();
    }

    static String title(String kind) {
        return switch (kind) {
            case "dry-run" -> "Dry run";
            case "rollback" -> "Undo";
            default -> "Restore";
        };
    }

    private static String ending(HistoryEntry entry) {
        return entry.state().isFinal()
                ? entry.state().sentence()
                : "Not ended: " + entry.state().sentence();
    }
}
