package recovery.web;

import recovery.core.restore.RestorePlan;
import recovery.core.target.Strategy;

/** What an operator can choose on the confirmation of a restore into an SQLite file. */
final class FileChoices {
    private FileChoices() {}

    /** A way to the plan that leaves the programs running that have the live file open. */
    static void instead(Html html, RestorePlan plan, LoadFields load) {
        if (plan.strategy() != Strategy.FILE || plan.sessions().isEmpty()) {
            return;
        }
        html.begin("form", "action", "/confirm", "method", "post", "class", "card");
        html.line("h2", "Somebody has the file open");
        html.line(
                "p",
                "%s: stop it and load this page again. Or leave it running and write into the file while it is open."
                        .formatted(String.join(", ", plan.sessions())));
        hidden(html, "backup", plan.backup().name());
        hidden(html, "strategy", Strategy.ONLINE.toString());
        load.values().forEach((name, values) -> values.forEach(value -> hidden(html, name, value)));
        html.begin("div", "class", "actions")
                .line("button", "Write into the open file…")
                .end();
        html.end();
    }

    /** What was chosen there goes with the confirmation. */
    static void kept(Html html, RestorePlan plan) {
        if (plan.strategy() != Strategy.ONLINE) {
            return;
        }
        hidden(html, "strategy", Strategy.ONLINE.toString());
        html.begin("div", "class", "tick");
        html.lone("input", "type", "checkbox", "id", "skip-backup", "name", "skipBackup", "value", "true");
        html.begin("label", "for", "skip-backup")
                .text("Without a safety copy")
                .line(
                        "span",
                        "What is live is kept as a file beside all the same; the safety copy lies in the backup directory.",
                        "class",
                        "quiet")
                .end();
        html.end();
    }

    private static void hidden(Html html, String name, String value) {
        html.lone("input", "type", "hidden", "name", name, "value", value);
    }
}
