package recovery.web;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import recovery.core.backup.BackupFormat;
import recovery.core.error.ErrorCode;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.restore.LoadSettings;
import recovery.core.restore.RestorePlan;
import recovery.core.target.Strategy;

/** The confirmation: what will happen, what is kept, and a field for the name of the database. */
final class PlanView {
    private PlanView() {}

    /** {@code problem}: why the last try was not accepted. */
    static void write(Html html, RestorePlan plan, Optional<String> problem, LoadFields load) {
        boolean blocked = plan.refusals().stream().anyMatch(refusal -> !canBeOverridden(refusal));
        html.line("h1", "Restore " + plan.backup().name() + "?");
        problem.ifPresent(text -> html.line("div", Words.sentence(text), "class", "notice bad", "role", "alert"));
        refusals(html, plan.refusals());
        chosen(html, ChosenParts.sentences(load.options(Optional.empty(), LoadSettings.NONE)));
        BackupView.risks(html, plan.inspection().risks());
        steps(html, "What will happen", plan);
        html.end();
        if (blocked) {
            html.begin("p")
                    .line("a", "Choose another backup", "href", "/", "class", "button")
                    .end();
        } else {
            confirmation(html, plan, load);
        }
        details(html, plan);
        BackupView.contents(html, plan.inspection());
        notes(html, plan.notes());
    }

    /** At the end of a dry run: what a restore would do, and the way there. */
    static void proposal(Html html, RestorePlan plan) {
        steps(html, "What a restore would do", plan);
        questions(html, "Before it, you would be asked to agree to this:", plan);
        html.begin("form", "action", "/confirm", "class", "actions");
        backup(html, plan);
        html.line("button", "Restore…", "class", "primary");
        html.line("a", "Back to the list", "href", "/").end();
        html.end();
        BackupView.risks(html, plan.inspection().risks());
        BackupView.contents(html, plan.inspection());
    }

    private static void questions(Html html, String title, RestorePlan plan) {
        if (!plan.questions().isEmpty()) {
            html.begin("div", "class", "notice warn").line("strong", title).begin("ul");
            plan.questions().forEach(question -> html.line("li", question));
            html.end().end();
        }
    }

    private static void backup(Html html, RestorePlan plan) {
        String name = plan.backup().name();
        html.lone("input", "type", "hidden", "name", "backup", "value", name);
    }

    private static void steps(Html html, String title, RestorePlan plan) {
        html.begin("section", "class", "card").line("h2", title).begin("ol", "class", "steps");
        plan.steps().forEach(step -> html.line("li", step));
        html.end();
        kept(html, plan);
    }

    /** What is wrong with the backup itself is never overridden. */
    private static boolean canBeOverridden(RecoveryException refusal) {
        return refusal.code().kind() != ErrorCode.Kind.BACKUP;
    }

    private static void refusals(Html html, List<RecoveryException> refusals) {
        for (RecoveryException refusal : refusals) {
            html.begin("div", "class", "notice bad");
            html.line("strong", Words.sentence(refusal.getMessage()));
            remedies(html, refusal.remedies());
            html.line("span", refusal.code().name(), "class", "code").end();
        }
    }

    static void remedies(Html html, List<String> remedies) {
        html.line("p", "What you can do:");
        html.begin("ul");
        remedies.forEach(remedy -> html.line("li", remedy));
        html.end();
    }

    private static void kept(Html html, RestorePlan plan) {
        String text = plan.previousName()
                .map(name ->
                        "The data that is there now is not deleted. It is kept as '%s', and one button brings it back."
                                .formatted(name))
                .orElse("There is no live database now, so there is nothing to keep and nothing to go back to.");
        html.line("p", text, "class", plan.previousName().isPresent() ? "notice good" : "notice warn");
    }

    private static void chosen(Html html, List<String> sentences) {
        if (!sentences.isEmpty()) {
            html.begin("div", "class", "notice warn chosen")
                    .line("strong", "You chose:")
                    .begin("ul");
            sentences.forEach(sentence -> html.line("li", sentence));
            html.end().end();
        }
    }

    private static void confirmation(Html html, RestorePlan plan, LoadFields load) {
        boolean encrypted = SecretView.isFor(plan.backup());
        FileChoices.instead(html, plan, load);
        html.begin(
                "form",
                "action",
                "/emergency-restore",
                "method",
                "post",
                "enctype",
                SecretView.encoding(encrypted),
                "class",
                "card confirm");
        backup(html, plan);
        if (plan.strategy() == Strategy.VOLUME) {
            html.lone("input", "type", "hidden", "name", "wholeVolume", "value", "true");
        }
        load.values()
                .forEach((name, values) ->
                        values.forEach(value -> html.lone("input", "type", "hidden", "name", name, "value", value)));
        FileChoices.kept(html, plan);
        replaced(html, plan);
        salvage(html, plan);
        questions(html, "With your confirmation you agree to this:", plan);
        if (!plan.refusals().isEmpty()) {
            html.line("label", "Why should the refusal above be ignored? This stands in the report.", "for", "reason");
            html.lone("input", "id", "reason", "name", "overrideReason", "required", "", "autocomplete", "off");
        }
        if (encrypted) {
            SecretView.write(html, plan.backup(), true);
        }
        nameField(html, plan.target());
        html.begin("div", "class", "actions");
        html.line("button", "Restore now", "class", "danger");
        html.line("a", "Go back, change nothing", "href", "/").end().end();
    }

    private static void salvage(Html html, RestorePlan plan) {
        if (plan.options().files().salvage()) {
            html.lone("input", "type", "hidden", "name", "salvage", "value", "true");
        } else if (plan.backup().format() == BackupFormat.SQLITE_DATABASE && plan.strategy() == Strategy.FILE) {
            salvage(html);
        }
    }

    /** For a file that is damaged, with a warning. */
    static void salvage(Html html) {
        OptionsView.tick(
                html,
                "salvage",
                "true",
                false,
                "Salvage, if the file is damaged",
                "Only if there is no other backup: everything that can be read of it is taken, and some rows will be lost."
                        + " It is never a success, and can be undone.");
    }

    private static void replaced(Html html, RestorePlan plan) {
        html.begin("p").text("This replaces the data of").end();
        html.line("p", plan.target(), "class", "big-name");
        html.line("p", plan.address(), "class", "quiet");
        html.begin("p");
        html.text("with the backup ").line("strong", plan.backup().name());
        html.text(", taken " + Words.time(plan.backup().taken()) + " (");
        html.text(Words.age(plan.backup().taken(), Instant.now()) + "). What was written since then is not in it.");
        html.end();
    }

    private static void nameField(Html html, String target) {
        html.line("label", "To confirm, type the name of the database: " + target, "for", "confirm");
        html.lone(
                "input",
                "id",
                "confirm",
                "name",
                "confirm",
                "required",
                "",
                "autocomplete",
                "off",
                "autocapitalize",
                "none",
                "spellcheck",
                "false",
                "data-expected",
                target);
    }

    private static void details(Html html, RestorePlan plan) {
        html.begin("section", "class", "card").line("h2", "Details").begin("dl");
        BackupView.fact(html, "How", plan.strategy().toString());
        BackupView.fact(html, "Server", plan.serverVersion());
        BackupView.fact(html, "Data there now", plan.liveExists() ? Words.size(plan.liveSizeBytes()) : "none");
        BackupView.fact(html, "Room needed", room(plan.spaceNeededBytes()));
        BackupView.fact(html, "Room free", room(plan.freeBytes()));
        plan.connections().ifPresent(number -> BackupView.fact(html, "Connections that load", number));
        BackupView.fact(html, "The copy is made as", plan.copyName());
        BackupView.fact(html, "In use by", plan.sessions().isEmpty() ? "nobody" : String.join(", ", plan.sessions()));
        html.end();
        if (!plan.checks().isEmpty()) {
            html.line("h3", "Checks that the copy must pass before it takes the live name")
                    .begin("ul");
            plan.checks().forEach(check -> html.line("li", check));
            html.end();
        }
        html.end();
    }

    private static String room(OptionalLong bytes) {
        return bytes.isPresent() ? Words.size(bytes.getAsLong()) : "cannot be known from here";
    }

    static void notes(Html html, List<Note> notes) {
        NotesView.write(html, notes);
    }
}
