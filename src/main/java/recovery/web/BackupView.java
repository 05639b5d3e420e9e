package recovery.web;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import recovery.core.backup.Backup;
import recovery.core.inspect.Inspection;

/** What is in a backup. */
final class BackupView {
    private BackupView() {}

    /** {@code database}: which of several was looked into. */
    static void write(Html html, Backup backup, Inspection inspection, Optional<String> database) {
        html.line("h1", backup.name());
        html.begin("section", "class", "card");
        facts(html, backup, inspection);
        html.begin("div", "class", "actions");
        if (backup.restorable() && !backup.encrypted()) {
            html.line("button", "Restore…", "class", "primary", "form", ChoiceForm.ID);
        }
        html.line("a", "Back to the list", "href", "/").end();
        html.end();
        risks(html, inspection.risks());
        ChoiceForm.databases(html, backup, inspection.databases(), database);
        if (backup.restorable()) {
            ChoiceForm.write(html, backup, inspection, database);
        } else {
            contents(html, inspection);
        }
        PlanView.notes(html, inspection.notes());
    }

    /** What the list knows without opening it. */
    static void known(Html html, Backup backup) {
        fact(html, "Taken", Words.time(backup.taken()) + ", " + Words.age(backup.taken(), java.time.Instant.now()));
        fact(html, "Size", Words.size(backup.sizeBytes()));
        fact(html, "What it is", HomeView.what(backup));
    }

    private static void facts(Html html, Backup backup, Inspection inspection) {
        html.begin("dl");
        known(html, backup);
        inspection.serverVersion().ifPresent(version -> fact(html, "From a server of version", version));
        inspection.dumpVersion().ifPresent(version -> fact(html, "Written by version", version));
        fact(html, "Whole?", whole(inspection));
        list(html, "Owners and roles", inspection.roles());
        list(html, "Extensions", inspection.extensions());
        list(html, "Databases", inspection.databases());
        backup.sha256().ifPresent(hash -> fact(html, "SHA-256", hash));
        html.end();
    }

    private static String whole(Inspection inspection) {
        if (!inspection.complete()) {
            return "Only its beginning was read.";
        }
        return inspection.proven()
                ? "Yes: all of it was read, and it proves its end."
                : "All of it was read, but this kind of file carries no proof that nothing is missing at its end.";
    }

    static void contents(Html html, Inspection inspection) {
        contents(html, inspection, false);
    }

    /** {@code boxes}: each table has a box for the form around them. */
    static void contents(Html html, Inspection inspection, boolean boxes) {
        html.begin("section", "class", "card");
        String tables = Words.plural(inspection.tables().size(), "table");
        html.line("h2", inspection.complete() ? "In it: " + tables + rows(inspection) : "At its beginning: " + tables);
        if (!inspection.complete()) {
            html.line("p", "“Look inside” and “Dry run” read all of it and count its rows.", "class", "quiet");
        }
        if (!inspection.tables().isEmpty()) {
            if (boxes) {
                html.line("p", "Only what is ticked is restored.", "class", "quiet boxes");
            }
            table(html, inspection, boxes);
        }
        html.end();
    }

    private static void table(Html html, Inspection inspection, boolean boxes) {
        boolean counted = inspection.complete();
        html.begin("div", "class", "scroll")
                .begin("table", "class", "plain")
                .begin("thead")
                .begin("tr");
        if (boxes) {
            html.begin("th", "scope", "col")
                    .line("span", "Restore", "class", "unseen")
                    .end();
        }
        html.line("th", "Table", "scope", "col");
        if (counted) {
            html.line("th", "Rows", "scope", "col", "class", "number");
        }
        html.end().end().begin("tbody");
        for (Inspection.TableContent table : inspection.tables()) {
            html.begin("tr");
            if (boxes) {
                box(html, table.name());
            } else {
                html.line("td", table.name());
            }
            if (counted) {
                html.line("td", count(table.rows()), "class", "number");
            }
            html.end();
        }
        html.end().end().end();
    }

    private static void box(Html html, String table) {
        String id = "table " + table;
        html.begin("td", "class", "box");
        html.lone("input", "type", "hidden", "name", LoadFields.SHOWN, "value", table);
        html.lone("input", "type", "checkbox", "id", id, "name", LoadFields.KEPT, "value", table, "checked", "");
        html.end().begin("td").line("label", table, "for", id).end();
    }

    static String count(OptionalLong rows) {
        return rows.isPresent() ? Words.number(rows.getAsLong()) : "–";
    }

    private static String rows(Inspection inspection) {
        boolean counted = inspection.complete()
                && inspection.tables().stream().anyMatch(table -> table.rows().isPresent());
        return counted ? ", " + Words.plural(inspection.rows(), "row") : "";
    }

    static void risks(Html html, List<String> risks) {
        if (!risks.isEmpty()) {
            html.begin("div", "class", "notice warn")
                    .line("strong", "Worth knowing before it is restored:")
                    .begin("ul");
            risks.forEach(risk -> html.line("li", risk));
            html.end().end();
        }
    }

    static void fact(Html html, String name, String value) {
        html.begin("div").line("dt", name).line("dd", value).end();
    }

    static void fact(Html html, String name, Optional<String> value) {
        value.ifPresent(text -> fact(html, name, text));
    }

    private static void list(Html html, String name, List<String> values) {
        if (!values.isEmpty()) {
            fact(html, name, String.join(", ", values));
        }
    }
}
