package recovery.web;

import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import recovery.core.backup.Backup;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.core.restore.HistoryEntry;
import recovery.core.restore.RestorePlan;
import recovery.core.restore.RestoreStatus;

/** Every page as text. They only show; what they show comes from the core. */
final class Pages {
    private final Layout layout;
    private final Restores restores;

    Pages(WebSettings settings, Restores restores) {
        this.layout = new Layout(settings, restores);
        this.restores = restores;
    }

    static void send(Context context, int status, String page) {
        context.status(status).header("Cache-Control", "no-store").html(page);
    }

    /** See Other: the browser asks for {@code address} with GET. */
    static void goTo(Context context, String address) {
        context.status(303).header("Location", address).header("Cache-Control", "no-store");
    }

    String home(Optional<String> chosen, boolean uploaded) {
        return layout.page("Backups", html -> new HomeView(restores).write(html, chosen, uploaded));
    }

    String backup(Backup backup, Inspection inspection, LoadFields load) {
        Optional<String> database =
                load.database().or(() -> Optional.of(restores.targetName()).filter(inspection.databases()::contains));
        return layout.page(backup.name(), html -> BackupView.write(html, backup, inspection, database));
    }

    /** {@code problem}: what is missing or wrong. */
    String open(Backup backup, Optional<RecoveryException> problem, LoadFields load) {
        return layout.page(backup.name(), html -> OpenView.write(html, backup, problem, load));
    }

    /** {@code problem}: why the last try was not accepted. */
    String confirm(RestorePlan plan, Optional<String> problem, LoadFields load) {
        return layout.page("Restore?", html -> PlanView.write(html, plan, problem, load));
    }

    String restore(RestoreStatus status) {
        String title = HistoryView.title(status.kind());
        if (restores.goesOn(status)) {
            return layout.page(title, Optional.of(status), html -> RestoreView.progress(html, status));
        }
        Optional<HistoryEntry> past = restores.past(status.id());
        return layout.page(title, html -> {
            status.report()
                    .ifPresentOrElse(
                            report -> RestoreView.result(html, report, past),
                            () -> RestoreView.past(html, status, past));
            past.filter(HistoryEntry::resumable).ifPresent(entry -> ResumeView.write(html, restores, entry));
        });
    }

    String history() {
        return layout.page("Past restores", html -> HistoryView.write(html, restores.history()));
    }

    /** {@code done}: sentences on what was deleted. */
    String cleaned(List<String> done) {
        return layout.page("Cleaned up", html -> {
            html.begin("section", "class", "result good", "role", "status");
            html.line("h1", done.isEmpty() ? CleanupRoute.NOTHING : "Cleaned up.")
                    .begin("ul");
            done.forEach(sentence -> html.line("li", sentence));
            html.end().line("p", CleanupRoute.KEPT, "class", "quiet").end();
            html.begin("p")
                    .line("a", "Back to the backups", "href", "/", "class", "button")
                    .end();
        });
    }

    String error(String code, String problem, List<String> remedies) {
        return layout.page("Refused", html -> {
            html.begin("section", "class", "result bad", "role", "alert");
            html.line("h1", Words.sentence(problem));
            PlanView.remedies(html, remedies);
            html.line("span", code, "class", "code").end();
            html.begin("p")
                    .line("a", "Back to the backups", "href", "/", "class", "button")
                    .end();
        });
    }

    /** {@code problem} is empty at the first time. */
    String login(String problem) {
        return layout.bare("Log in", html -> {
            html.line("h1", "Emergency recovery");
            html.begin("form", "action", "/login", "method", "post", "class", "card confirm");
            if (!problem.isEmpty()) {
                html.line("div", Words.sentence(problem), "class", "notice bad", "role", "alert");
            }
            html.line("label", "Token of this server", "for", "token");
            html.lone("input", "type", "password", "id", "token", "name", "token", "required", "", "autofocus", "");
            html.line("p", "It is the value of RECOVERY_TOKEN in the settings of this server.", "class", "quiet");
            html.line("button", "Go on", "class", "primary").end();
        });
    }
}
