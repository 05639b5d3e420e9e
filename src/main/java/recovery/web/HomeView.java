package recovery.web;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Compression;
import recovery.core.backup.Contents;
import recovery.core.backup.Engine;
import recovery.core.restore.HistoryEntry;

/** The first page: the backups, what can be done with one of them, and how to add one. */
final class HomeView {
    private static final int RECENT = 3;
    private static final Duration ASK_LIVE_FOR = Duration.ofMillis(700);
    private static final int MOST_ROWS = 200;
    private static final String MORE =
            "The newest %d of %d are shown. For another one, add ?backup=NAME to the address of this page.";

    private final Restores restores;

    HomeView(Restores restores) {
        this.restores = restores;
    }

    /** {@code chosen}: the backup that is marked, if it can be; {@code uploaded}: it has just arrived. */
    void write(Html html, Optional<String> chosen, boolean uploaded) {
        findings(html);
        if (uploaded && chosen.isPresent()) {
            html.begin("div", "class", "notice good", "role", "status");
            html.text("The upload is complete and stored as ")
                    .line("strong", chosen.get())
                    .text(". It is marked below.");
            html.end();
        }
        List<Backup> backups = restores.backups();
        Engine engine = restores.liveStatus(ASK_LIVE_FOR).engine();
        html.begin("form", "action", "/confirm", "method", "get", "class", "card");
        html.begin("fieldset").line("legend", "1. Choose a backup");
        if (backups.isEmpty()) {
            html.begin("p")
                    .text("There is no backup in ")
                    .line("code", restores.directory().toString());
            html.text(" yet. Add one below, or copy one into that folder.").end();
        } else {
            Optional<String> marked = marked(backups, chosen, engine);
            List<Backup> shown = newest(backups, marked);
            table(html, shown, marked, engine);
            if (shown.size() < backups.size()) {
                html.line("p", MORE.formatted(shown.size(), backups.size()), "class", "quiet");
            }
        }
        html.end();
        if (!backups.isEmpty()) {
            actions(html);
        }
        html.end();
        upload(html);
        recent(html);
    }

    private void findings(Html html) {
        List<String> findings = restores.findings();
        if (!findings.isEmpty()) {
            html.begin("div", "class", "notice warn", "role", "status")
                    .line("strong", "Left by what was cut off:")
                    .begin("ul");
            findings.forEach(finding -> html.line("li", finding));
            html.end();
            html.begin("form", "action", "/cleanup", "method", "post");
            html.line("button", "Clean up");
            html.line("p", "Deletes what is left over. Never the live database, nor a previous one.", "class", "quiet");
            html.end().end();
        }
    }

    /** A folder with thousands of files must not become a page that no phone can show. */
    private static List<Backup> newest(List<Backup> backups, Optional<String> marked) {
        return IntStream.range(0, backups.size())
                .filter(i -> i < MOST_ROWS
                        || marked.filter(backups.get(i).name()::equals).isPresent())
                .mapToObj(backups::get)
                .toList();
    }

    /** The one that was chosen, else the newest with rows for this kind of database: as {@code restore --latest}. */
    private static Optional<String> marked(List<Backup> backups, Optional<String> chosen, Engine engine) {
        return backups.stream()
                // a safety copy holds what is to be replaced; the order among the others stays
                .sorted(Comparator.comparing(Backup::savesWhatWasLive))
                .filter(Backup::restorable)
                .filter(backup -> backup.engine().orElse(engine) == engine)
                .filter(backup -> chosen.isPresent()
                        || (backup.contents() != Contents.SCHEMA && backup.contents() != Contents.DATA))
                .map(Backup::name)
                .filter(name -> chosen.isEmpty() || name.equals(chosen.get()))
                .findFirst();
    }

    private static void table(Html html, List<Backup> backups, Optional<String> marked, Engine engine) {
        Instant now = Instant.now();
        html.begin("div", "class", "scroll").begin("table", "class", "backups");
        html.begin("thead").begin("tr");
        html.begin("th", "scope", "col")
                .line("span", "Choose", "class", "unseen")
                .end();
        for (String title : List.of("Backup", "Taken", "Size", "What it is")) {
            html.line("th", title, "scope", "col");
        }
        html.end().end().begin("tbody");
        for (int i = 0; i < backups.size(); i++) {
            row(html, backups.get(i), "backup-" + i, marked, engine, now);
        }
        html.end().end().end();
    }

    private static void row(Html html, Backup backup, String id, Optional<String> marked, Engine engine, Instant now) {
        Optional<String> reason = backup.reason().or(() -> otherEngine(backup, engine));
        boolean usable = reason.isEmpty();
        boolean checked = marked.filter(backup.name()::equals).isPresent();
        html.begin("tr", "class", usable ? null : "unusable");
        html.begin("td", "class", "choice");
        html.lone(
                "input",
                "type",
                "radio",
                "name",
                "backup",
                "id",
                id,
                "value",
                backup.name(),
                "required",
                "",
                "checked",
                checked ? "" : null,
                "disabled",
                usable ? null : "");
        html.end();
        html.begin("td", "class", "name")
                .line("label", backup.name(), "for", id)
                .end();
        html.begin("td", "data-label", "Taken");
        html.begin("time", "datetime", backup.taken().toString());
        html.line("strong", Words.age(backup.taken(), now), "class", "age");
        html.line("span", Words.time(backup.taken()), "class", "quiet").end().end();
        html.begin("td", "data-label", "Size", "class", "number")
                .text(Words.size(backup.sizeBytes()))
                .end();
        html.begin("td", "data-label", "What it is").text(what(backup));
        reason.ifPresent(text -> html.line("span", Words.sentence(text), "class", "reason"));
        html.end().end();
    }

    private static Optional<String> otherEngine(Backup backup, Engine engine) {
        return backup.engine()
                .filter(its -> its != engine)
                .map(its -> "for %s, and this database is %s".formatted(its.title(), engine.title()));
    }

    static String what(Backup backup) {
        if (backup.encrypted() && backup.format() == BackupFormat.UNKNOWN) {
            return "encrypted";
        }
        StringBuilder what = new StringBuilder();
        backup.engine()
                .filter(engine -> !backup.format().title().startsWith(engine.title()))
                .ifPresent(engine -> what.append(engine.title()).append(", "));
        what.append(backup.format().title());
        if (backup.compression() != Compression.NONE) {
            what.append(", ").append(backup.compression().toString().toLowerCase(Locale.ROOT));
        }
        if (backup.encrypted()) {
            what.append(", encrypted");
        }
        if (backup.contents() == Contents.SCHEMA) {
            what.append(", definitions without rows");
        } else if (backup.contents() == Contents.DATA) {
            what.append(", rows without definitions");
        }
        return what.toString();
    }

    private static void actions(Html html) {
        html.line("h2", "2. Decide what to do with it");
        html.begin("div", "class", "choices");
        html.begin("div").line("button", "Look inside", "formaction", "/look");
        html.line("p", "Shows the tables and rows in it. Changes nothing.").end();
        html.begin("div")
                .line(
                        "button",
                        "Dry run",
                        "formaction",
                        "/emergency-restore",
                        "formmethod",
                        "post",
                        "name",
                        "dryRun",
                        "value",
                        "true");
        html.line("p", "Reads all of it and shows what a restore would do. Changes nothing.")
                .end();
        html.begin("div").line("button", "Restore…", "class", "primary");
        html.line("p", "First shows what will happen and asks you to confirm it.")
                .end();
        html.end();
    }

    private static void upload(Html html) {
        html.begin("section", "class", "card").line("h2", "The backup is not in the list?");
        html.begin("form", "action", "/backups", "method", "post", "enctype", "multipart/form-data", "class", "upload");
        html.line("label", "Add one from this computer", "for", "file");
        html.lone("input", "type", "file", "id", "file", "name", "file", "required", "");
        html.line("button", "Upload");
        html.line("p", "Stores the file among the backups and restores nothing.", "class", "quiet");
        html.begin("p", "class", "sending", "role", "status", "hidden", "").end();
        html.end().end();
    }

    private void recent(Html html) {
        List<HistoryEntry> history = restores.history();
        if (history.isEmpty()) {
            return;
        }
        html.begin("section", "class", "card").line("h2", "Past restores");
        HistoryView.table(html, history.subList(0, Math.min(RECENT, history.size())));
        if (history.size() > RECENT) {
            html.begin("p")
                    .line("a", "All " + history.size(), "href", "/restores")
                    .end();
        }
        html.end();
    }
}
