package recovery.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import recovery.core.error.ErrorCode;
import recovery.core.restore.RestoreStatus;

/** Live progress as server-sent events: {@code progress} four times a second, one {@code result}, then the end. */
final class EventStream {
    private static final long PAUSE_MS = 250;
    /** Each holds a thread of the server. */
    private static final int MOST_CLIENTS = 12;

    private final Restores restores;
    private final Answers answers;
    private final CountDownLatch stopping;
    private final Semaphore places = new Semaphore(MOST_CLIENTS);

    EventStream(Restores restores, Answers answers, CountDownLatch stopping) {
        this.restores = restores;
        this.answers = answers;
        this.stopping = stopping;
    }

    /** Returns when restore {@code id} has ended, the client is gone or the server stops. */
    void send(Context context, String id) throws InterruptedException {
        RestoreStatus status = restores.status(id);
        if (!places.tryAcquire()) {
            context.status(503)
                    .header("Retry-After", "5")
                    .contentType("application/json")
                    .result(answers.json()
                            .write(answers.refused(
                                    ErrorCode.REQUEST_UNUSABLE.name(),
                                    "too many clients watch this restore",
                                    java.util.List.of("Ask for '/restores/%s' every few seconds.".formatted(id)))));
            return;
        }
        try {
            context.header("Cache-Control", "no-cache").header("X-Accel-Buffering", "no");
            context.contentType("text/event-stream;charset=utf-8");
            ServletOutputStream out = context.res().getOutputStream();
            out.write("retry: 2000\n\n".getBytes(UTF_8));
            follow(out, status);
        } catch (IOException gone) {
            return; // the restore goes on without the one who watched
        } finally {
            places.release();
        }
    }

    private void follow(ServletOutputStream out, RestoreStatus first) throws IOException, InterruptedException {
        RestoreStatus status = first;
        while (restores.goesOn(status)) {
            event(out, "progress", progress(status));
            if (stopping.await(PAUSE_MS, TimeUnit.MILLISECONDS)) {
                return;
            }
            status = restores.status(status.id());
        }
        event(out, "result", result(restores.status(status.id())));
    }

    private void event(ServletOutputStream out, String name, ObjectNode data) throws IOException {
        out.write(("event: " + name + "\ndata: ").getBytes(UTF_8));
        out.write(answers.json().write(data));
        out.write("\n\n".getBytes(UTF_8));
        out.flush();
    }

    private ObjectNode progress(RestoreStatus status) {
        long elapsed = Duration.between(status.startedAt(), Instant.now()).toSeconds();
        ObjectNode event = answers.json().object().put("id", status.id()).put("kind", status.kind());
        event.put("state", status.state().toString()).put("sentence", status.sentence());
        event.put("elapsedSeconds", Math.max(0, elapsed));
        event.set("progress", answers.json().tree(status.progress()));
        ObjectNode words = event.putObject("words");
        ProgressWords.of(status.progress()).forEach(words::put);
        return event;
    }

    /** The answer that a waiting request would get; from the journal if the process that ran it is gone. */
    private ObjectNode result(RestoreStatus status) {
        return status.report()
                .map(answers::ended)
                .orElseGet(
                        () -> answers.json().answer(status.state() == recovery.core.restore.RestoreState.DONE, status));
    }
}
