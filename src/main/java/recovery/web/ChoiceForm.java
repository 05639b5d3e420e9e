package recovery.web;

import java.util.List;
import java.util.Optional;
import recovery.core.backup.Backup;
import recovery.core.backup.Engine;
import recovery.core.inspect.Inspection;
import recovery.core.target.OnConflict;

/** What to take of a backup that was looked into: its tables with boxes, options, and the way to the confirmation. */
final class ChoiceForm {
    /** By which buttons outside of the form send it. */
    static final String ID = "choice";
    /** More boxes than this are no help, and more than a form should send. */
    private static final int MOST_BOXES = 1_500;

    private ChoiceForm() {}

    /** {@code database}: which of several was looked into. */
    static void write(Html html, Backup backup, Inspection inspection, Optional<String> database) {
        boolean postgres = inspection.engine().filter(Engine.POSTGRESQL::equals).isPresent();
        boolean sqlite = inspection.engine().filter(Engine.SQLITE::equals).isPresent();
        boolean boxes = (postgres || sqlite)
                && inspection.tables().size() > 1
                && inspection.tables().size() <= MOST_BOXES;
        html.begin(
                "form",
                "action",
                "/confirm",
                "method",
                "post",
                "id",
                ID,
                "enctype",
                SecretView.encoding(SecretView.isFor(backup)));
        html.lone("input", "type", "hidden", "name", "backup", "value", backup.name());
        database.filter(name -> inspection.databases().size() > 1)
                .ifPresent(name -> html.lone("input", "type", "hidden", "name", "database", "value", name));
        BackupView.contents(html, inspection, boxes);
        if (postgres) {
            OptionsView.write(html, inspection.extensions(), boxes);
        }
        if (sqlite) {
            conflict(html, boxes);
        }
        if (inspection.notes().stream().anyMatch(note -> note.code().equals("OTHER_FILES"))) {
            wholeVolume(html);
        }
        if (SecretView.isFor(backup)) {
            SecretView.write(html, backup, backup.encrypted());
        }
        html.begin("div", "class", "actions").line("button", "Restore…", "class", "primary");
        html.line("span", "First shows what will happen and asks you to confirm it.", "class", "quiet");
        html.end().end();
    }

    private static void wholeVolume(Html html) {
        html.begin("section", "class", "card").line("h2", "The other files of the volume");
        html.begin("label");
        html.lone("input", "type", "checkbox", "name", "wholeVolume", "value", "true");
        html.line("span", "Restore every file of this archive").end();
        html.line(
                        "p",
                        "The folder of the live file is swapped as a whole, and kept. Without this only the database is restored.",
                        "class",
                        "quiet")
                .end();
    }

    private static void conflict(Html html, boolean boxes) {
        html.begin("details", "class", "card options").line("summary", "Options: single tables");
        if (!boxes) {
            html.line("label", "Only these tables", "for", "only-tables");
            html.lone("input", "id", "only-tables", "name", "tables", "autocomplete", "off", "spellcheck", "false");
            html.line("p", "Commas between several; * and ? stand for any letters.", "class", "quiet");
        }
        html.line("label", "If not all tables are chosen", "for", "on-conflict");
        html.begin("select", "id", "on-conflict", "name", "onConflict");
        html.line(
                "option",
                "All tables are restored, or the chosen ones become what they are in the backup",
                "value",
                "");
        html.line(
                "option",
                "Only rows whose key is gone are added to the chosen tables",
                "value",
                OnConflict.ADD_MISSING.toString());
        html.end();
        html.line(
                "p",
                "Single tables are written into the live file in one transaction, also while the application runs.",
                "class",
                "quiet");
        html.end();
    }

    /** Another database of the same file. */
    static void databases(Html html, Backup backup, List<String> databases, Optional<String> current) {
        if (databases.size() < 2) {
            return;
        }
        html.begin(
                "form",
                "action",
                "/look",
                "method",
                "post",
                "class",
                "card",
                "enctype",
                SecretView.encoding(SecretView.isFor(backup)));
        html.line("h2", "This file holds " + databases.size() + " databases");
        html.line(
                "p",
                current.map(name -> "Below is '%s'. Only that one is restored.".formatted(name))
                        .orElse("Only one of them is restored."),
                "class",
                "quiet");
        html.lone("input", "type", "hidden", "name", "backup", "value", backup.name());
        html.line("label", "Database", "for", "other-database");
        html.begin("select", "id", "other-database", "name", "database");
        for (String database : databases) {
            boolean selected = current.filter(database::equals).isPresent();
            html.line("option", database, "value", database, "selected", selected ? "" : null);
        }
        html.end();
        html.line("button", "Look into this one").end();
    }
}
