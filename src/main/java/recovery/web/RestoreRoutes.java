package recovery.web;

import static recovery.core.error.ErrorCode.CHECKSUM_MISMATCH;
import static recovery.core.error.ErrorCode.CONFIRMATION_MISSING;
import static recovery.core.error.ErrorCode.NOTHING_TO_RESUME;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.ErrorCode.RESTORE_ALREADY_RUNNING;
import static recovery.core.error.RecoveryException.problem;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import recovery.core.backup.Backup;
import recovery.core.error.RecoveryException;
import recovery.core.restore.HistoryEntry;
import recovery.core.restore.LoadSettings;
import recovery.core.restore.RestoreJob;
import recovery.core.restore.RestoreReport;
import recovery.core.restore.RestoreRequest;
import recovery.core.restore.Resumable;

/** Starting, watching, cancelling and undoing restores. */
final class RestoreRoutes {
    private final Restores restores;
    private final Answers answers;
    private final Pages pages;
    private final Looking looking;
    private final RequestReader reader;
    private final UploadStore store;
    private final LoadSettings settings;
    private final EventStream events;
    private final CountDownLatch stopping;

    RestoreRoutes(
            Restores restores,
            Answers answers,
            Pages pages,
            Looking looking,
            RequestReader reader,
            UploadStore store,
            LoadSettings settings,
            CountDownLatch stopping) {
        this.looking = looking;
        this.settings = settings;
        this.restores = restores;
        this.answers = answers;
        this.pages = pages;
        this.reader = reader;
        this.store = store;
        this.stopping = stopping;
        this.events = new EventStream(restores, answers, stopping);
    }

    void register(RoutesConfig routes) {
        routes.post("/emergency-restore", this::restore);
        routes.get("/restores", this::history);
        routes.head("/restores", this::history);
        routes.get("/restores/{id}", this::show);
        routes.head("/restores/{id}", this::show);
        routes.get("/restores/{id}/events", context -> events.send(context, context.pathParam("id")));
        routes.head("/restores/{id}/events", context -> restores.status(context.pathParam("id")));
        routes.post("/restores/{id}/rollback", this::rollBack);
        routes.post("/restores/{id}/cancel", this::cancel);
        routes.post("/restores/{id}/resume", this::resume);
    }

    private void restore(Context context) throws InterruptedException {
        refuseSecond();
        Multipart.Content content = reader.read(context);
        content.upload().ifPresent(upload -> context.attribute(Answers.UPLOAD, upload));
        Optional<RestoreJob> job;
        try (Fields sent = content.fields()) {
            job = begin(context, new RestoreFields(sent), content.upload());
        }
        if (job.isPresent()) {
            answer(context, job.get());
        }
    }

    /** Empty if a page asked a question instead. What was not handed over to a job is wiped by the caller. */
    private Optional<RestoreJob> begin(Context context, RestoreFields fields, Optional<Upload> upload) {
        Backup backup = restores.find(backup(fields, upload));
        boolean page = Answers.wantsPage(context);
        RestoreRequest request;
        try {
            request = fields.toRequest(backup.name(), restores.targetName(), page, page ? "page" : "api", settings);
        } catch (RecoveryException e) {
            if (!page || e.code() != CONFIRMATION_MISSING) {
                throw e;
            }
            looking.confirm(context, 400, fields, backup, Optional.of(e.getMessage()));
            return Optional.empty();
        }
        if (page && backup.encrypted() && !fields.hasSecrets()) {
            looking.confirm(context, 400, fields, backup, Optional.of("what opens the backup was not entered"));
            return Optional.empty();
        }
        RestoreJob job = restores.start(request);
        fields.handedOver();
        return Optional.of(job);
    }

    /** Before an upload of hours is read; the service looks again. */
    private void refuseSecond() {
        restores.running().ifPresent(running -> {
            throw problem(RESTORE_ALREADY_RUNNING, "restore '%s' is running", running.id())
                    .remedy("Wait until it has ended, or cancel it at '/restores/%s'.".formatted(running.id()));
        });
    }

    private String backup(RestoreFields fields, Optional<Upload> upload) {
        if (upload.isPresent() && fields.backup().isPresent()) {
            throw problem(REQUEST_UNUSABLE, "the request names a backup and holds a file as well")
                    .remedy("Send either the file or the name of a backup.");
        }
        upload.ifPresent(file -> compare(file, fields.sha256()));
        return upload.map(Upload::name)
                .or(fields::backup)
                .orElseThrow(() -> problem(REQUEST_UNUSABLE, "the request names no backup")
                        .remedy("Send a file, or the name of a backup as 'backup'; '/list-backups' shows the names."));
    }

    private void compare(Upload upload, Optional<String> expected) {
        if (expected.isPresent() && !expected.get().equals(upload.sha256())) {
            store.remove(upload);
            throw problem(
                            CHECKSUM_MISMATCH,
                            "the uploaded file has the SHA-256 '%s', not '%s'",
                            upload.sha256(),
                            expected.get())
                    .remedy("Compare the file with its original and upload it again, nothing of it was kept.");
        }
    }

    private void answer(Context context, RestoreJob job) throws InterruptedException {
        String address = "/restores/" + job.id();
        String prefer = context.header("Prefer");
        if (Answers.wantsPage(context)) {
            Pages.goTo(context, address);
        } else if (Answers.wantsEvents(context)) {
            events.send(context, job.id());
        } else if (prefer != null && prefer.contains("respond-async")) {
            context.header("Location", address).header("Preference-Applied", "respond-async");
            ObjectNode accepted = answers.json().object().put("success", true);
            accepted.put("message", "Started; '%s' tells how far it is.".formatted(address));
            answers.send(context, 202, accepted.put("id", job.id()));
        } else {
            Optional<RestoreReport> report = await(job);
            if (report.isEmpty()) {
                answers.send(context, 503, stopped(job.id()));
                return;
            }
            answers.send(context, Answers.status(report.get()), answers.ended(report.get()));
        }
    }

    /** Empty if the server stops before the job ends. The job does not depend on the one who waits. */
    private Optional<RestoreReport> await(RestoreJob job) throws InterruptedException {
        RestoreReport[] report = new RestoreReport[1];
        Thread waiter = new Thread(
                () -> {
                    try {
                        report[0] = job.await();
                    } catch (InterruptedException stop) {
                        Thread.currentThread().interrupt();
                    }
                },
                "wait-for-" + job.id());
        waiter.setDaemon(true);
        waiter.start();
        while (waiter.isAlive()) {
            waiter.join(100);
            if (waiter.isAlive() && stopping.getCount() == 0) {
                return Optional.empty();
            }
        }
        return Optional.ofNullable(report[0]);
    }

    private ObjectNode stopped(String id) {
        ObjectNode answer = answers.refused(
                "CANCELLED",
                "the server is being stopped while restore '%s' runs".formatted(id),
                List.of("Ask for '/restores/%s' after the next start, it says how it ended.".formatted(id)));
        answer.withObject("/details")
                .put("liveDatabase", "What became of '%s' is not known here.".formatted(restores.targetName()));
        return answer;
    }

    private void history(Context context) {
        if (Answers.wantsPage(context)) {
            Pages.send(context, 200, pages.history());
            return;
        }
        List<HistoryEntry> history = restores.history();
        answers.send(context, 200, answers.json().answer(true, Map.of("total", history.size(), "restores", history)));
    }

    private void show(Context context) {
        var status = restores.status(context.pathParam("id"));
        if (Answers.wantsPage(context)) {
            Pages.send(context, 200, pages.restore(status));
        } else {
            answers.send(context, 200, answers.json().answer(true, status));
        }
    }

    private void rollBack(Context context) throws InterruptedException {
        boolean page = Answers.wantsPage(context);
        answer(context, restores.rollback(Optional.of(context.pathParam("id")), page ? "page" : "api"));
    }

    private void cancel(Context context) {
        String id = context.pathParam("id");
        restores.cancel(id);
        if (Answers.wantsPage(context)) {
            Pages.goTo(context, "/restores/" + id);
        } else {
            ObjectNode answer = answers.json().object().put("success", true);
            answer.put("message", "Asked '%s' to stop; it stops before the swap or not at all.".formatted(id));
            answers.send(context, 202, answer.put("id", id));
        }
    }

    private void resume(Context context) throws InterruptedException {
        refuseSecond();
        boolean page = Answers.wantsPage(context);
        Resumable before = restores.resumable(context.pathParam("id"));
        refuseElsewhere(before);
        Multipart.Content content = reader.read(context);
        RestoreJob job;
        try (RestoreFields fields = new RestoreFields(content.fields())) {
            job = restores.resume(before, fields.secrets(), page ? "page" : "api");
            fields.handedOver();
        }
        answer(context, job);
    }

    /** A backup that a terminal named by its path is none of this server's list. */
    private void refuseElsewhere(Resumable before) {
        if (!before.isOf(restores.directory())) {
            throw problem(NOTHING_TO_RESUME, "the backup of restore '%s' is not in the backup directory", before.id())
                    .remedy("Go on in a terminal: resume %s.".formatted(before.id()));
        }
    }
}
