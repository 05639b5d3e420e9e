package recovery.web;

import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import recovery.core.backup.Backup;

/** Listing, looking into and adding backups. */
final class BackupRoutes {
    private final Restores restores;
    private final Answers answers;
    private final Looking looking;
    private final RequestReader reader;
    private final UploadStore store;

    BackupRoutes(Restores restores, Answers answers, Looking looking, RequestReader reader, UploadStore store) {
        this.restores = restores;
        this.answers = answers;
        this.looking = looking;
        this.reader = reader;
        this.store = store;
    }

    void register(RoutesConfig routes) {
        routes.get("/list-backups", this::list);
        routes.head("/list-backups", this::list);
        routes.get("/backups/{name}", this::inspect);
        routes.head("/backups/{name}", this::inspect);
        routes.post("/backups/{name}", this::open);
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
        try (RestoreFields nothing = new RestoreFields(new Fields())) {
            inspect(context, restores.find(context.pathParam("name")), nothing);
        }
    }

    /** The same with what opens it, which has no place in an address. */
    private void open(Context context) {
        try (RestoreFields fields = new RestoreFields(reader.read(context).withoutUpload(store))) {
            inspect(context, restores.find(context.pathParam("name")), fields);
        }
    }

    private void inspect(Context context, Backup backup, RestoreFields fields) {
        if (Answers.wantsPage(context)) {
            looking.show(context, backup, fields);
        } else {
            answers.send(context, 200, answers.json().answer(true, looking.into(backup, fields)));
        }
    }

    private void add(Context context) {
        Upload upload = uploaded(context)
                .orElseThrow(() -> problem(REQUEST_UNUSABLE, "the request holds no file")
                        .remedy("Choose a file first; other clients send it as a part of multipart/form-data."));
        if (Answers.wantsPage(context)) {
            Pages.goTo(context, "/?uploaded&backup=" + PageRoutes.encoded(upload.name()));
            return;
        }
        context.header("Location", "/backups/" + PageRoutes.encoded(upload.name()));
        answers.send(context, 201, answers.json().answer(true, upload));
    }

    /** Secrets that came with it are of no use here. */
    private Optional<Upload> uploaded(Context context) {
        Multipart.Content content = reader.read(context);
        content.fields().close();
        return content.upload();
    }
}
