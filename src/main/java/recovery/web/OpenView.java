package recovery.web;

import java.util.Optional;
import recovery.core.backup.Backup;
import recovery.core.error.RecoveryException;
import recovery.core.restore.SalvageOffer;

/** A backup that cannot be looked into yet: what is known of it, and fields for what is missing. */
final class OpenView {
    private OpenView() {}

    /** {@code problem}: what is missing or wrong; empty if nothing was tried. */
    static void write(Html html, Backup backup, Optional<RecoveryException> problem, LoadFields load) {
        html.line("h1", backup.name());
        problem.ifPresent(refusal -> {
            html.begin("div", "class", "notice warn", "role", "alert");
            html.line("strong", Words.sentence(refusal.getMessage()));
            PlanView.remedies(html, refusal.remedies());
            html.line("span", refusal.code().name(), "class", "code").end();
        });
        html.begin("section", "class", "card").begin("dl");
        BackupView.known(html, backup);
        html.end().end();
        html.begin(
                "form", "action", "/look", "method", "post", "enctype", SecretView.encoding(SecretView.isFor(backup)));
        html.lone("input", "type", "hidden", "name", "backup", "value", backup.name());
        if (SecretView.isFor(backup)) {
            SecretView.write(html, backup, false);
        }
        database(html, problem, load.database());
        if (problem.filter(refusal -> SalvageOffer.isOffered(refusal.remedies()))
                .isPresent()) {
            PlanView.salvage(html);
        }
        html.begin("div", "class", "actions").line("button", "Look inside");
        html.line("button", "Dry run", "formaction", "/emergency-restore", "name", "dryRun", "value", "true");
        html.line("button", "Restore…", "class", "primary", "formaction", "/confirm");
        html.line("a", "Back to the list", "href", "/").end().end();
    }

    private static void database(Html html, Optional<RecoveryException> problem, Optional<String> chosen) {
        if (chosen.isEmpty() && problem.filter(Opening::isWithoutDatabase).isEmpty()) {
            return;
        }
        html.begin("section", "class", "card").line("h2", "Which database");
        html.line("label", "Name of the database in this file", "for", "database");
        html.lone(
                "input",
                "id",
                "database",
                "name",
                "database",
                "value",
                chosen.orElse(""),
                "autocomplete",
                "off",
                "autocapitalize",
                "none",
                "spellcheck",
                "false");
        html.line("p", "The file holds several. Only this one is restored.", "class", "quiet")
                .end();
    }
}
