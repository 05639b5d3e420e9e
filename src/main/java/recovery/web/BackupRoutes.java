package recovery.web;

import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import recovery.core.backup.Backup;
import recovery.core.inspect.Inspection;

/** Listing, looking into and adding backups. */
final class BackupRoutes {
    private final Restores restores;
    private final Answers answers;
    private final Pages pages;
    private final RequestReader reader;

    BackupRoutes(Restores restores, Answers answers, Pages pages, RequestReader reader) {
        this.restores = restores;
        this.answers = answers;
        this.pages = pages;
        this.reader = reader;
    }

    void register(RoutesConfig routes) {
        routes.get("/list-backups", this::list);
        routes.head("/list-backups", this::list);
        routes.get("/backups/{name}", this::inspect);
        routes.head("/backups/{name}", this::inspect);
        routes.post("/backups", this::add);
    }

    private void list(Context context) {
        List<Backup> backups = restores.backups();
        ObjectNode answer = answers.json().object().put("success", true);
        answer.put("directory", restores.directory().toString()).put("total", backups.size());
        answer.set("backups", answers.json().tree(backups));
        answers.send(context, 200, answer);
    }

    private void inspect(Context context) {
        Backup backup = restores.find(context.pathParam("name"));
        Inspection inspection = restores.inspect(backup.name());
        if (Answers.wantsPage(context)) {
            Pages.send(context, 200, pages.backup(backup, inspection));
        } else {
            answers.send(context, 200, answers.json().answer(true, inspection));
        }
    }

    private void add(Context context) {
        Upload upload = reader.read(context)
                .upload()
                .orElseThrow(() -> problem(REQUEST_UNUSABLE, "the request holds no file")
                        .remedy("Choose a file first; other clients send it as a part of multipart/form-data."));
        if (Answers.wantsPage(context)) {
            Pages.goTo(context, "/?uploaded&backup=" + PageRoutes.encoded(upload.name()));
            return;
        }
        context.header("Location", "/backups/" + PageRoutes.encoded(upload.name()));
        answers.send(context, 201, answers.json().answer(true, upload));
    }
}
