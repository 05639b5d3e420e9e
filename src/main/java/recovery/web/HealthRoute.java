package recovery.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import recovery.core.backup.Backup;
import recovery.core.restore.LiveDatabase;
import recovery.core.restore.RestoreStatus;

/** {@code /health}: 200 as long as this server works, within a second although the database or the disk hangs. */
final class HealthRoute {
    private static final long ASK_MS = 700;

    private final WebSettings settings;
    private final Restores restores;
    private final Answers answers;
    private final Instant started = Instant.now();
    private CompletableFuture<List<Backup>> listing = CompletableFuture.completedFuture(List.of());

    HealthRoute(WebSettings settings, Restores restores, Answers answers) {
        this.settings = settings;
        this.restores = restores;
        this.answers = answers;
    }

    void register(RoutesConfig routes) {
        routes.get("/health", this::health);
        routes.head("/health", this::health);
    }

    private void health(Context context) throws InterruptedException, ExecutionException {
        Instant now = Instant.now();
        CompletableFuture<List<Backup>> backups = listing();
        LiveDatabase live = restores.liveStatus(Duration.ofMillis(ASK_MS));
        ObjectNode answer = answers.json().object().put("success", true);
        answer.put("status", "ok").put("mode", "emergency_recovery").put("version", settings.version());
        answer.put("timestamp", now.toString());
        answer.put("uptimeSeconds", Duration.between(started, now).toSeconds());
        ObjectNode database = answer.putObject("database");
        database.put("engine", live.engine().toString()).put("name", live.name());
        database.put("status", live.online() ? "online" : "offline");
        live.error().ifPresent(error -> database.put("error", error));
        backups(answer.putObject("backups"), backups, now);
        ObjectNode restore = answer.putObject("restore");
        Optional<RestoreStatus> running = restores.running();
        restore.put("state", running.map(status -> status.state().toString()).orElse("idle"));
        running.ifPresent(status -> restore.put("id", status.id()));
        answers.send(context, 200, answer);
    }

    /** One reading of the folder at a time: a disk that hangs must not take a thread for every probe. */
    private synchronized CompletableFuture<List<Backup>> listing() {
        if (listing.isDone()) {
            CompletableFuture<List<Backup>> next = new CompletableFuture<>();
            Thread reader = new Thread(
                    () -> {
                        try {
                            next.complete(restores.backups());
                        } catch (RuntimeException e) {
                            next.completeExceptionally(e);
                        }
                    },
                    "list-backups");
            reader.setDaemon(true);
            reader.start();
            listing = next;
        }
        return listing;
    }

    private static void backups(ObjectNode answer, CompletableFuture<List<Backup>> listing, Instant now)
            throws InterruptedException {
        try {
            List<Backup> backups = listing.get(200, TimeUnit.MILLISECONDS);
            answer.put("count", backups.size());
            // a picture that somebody uploaded must not hide that the backups have stopped
            backups.stream().filter(Backup::restorable).findFirst().ifPresent(newest -> {
                answer.put("newest", newest.name());
                answer.put(
                        "newestAgeSeconds",
                        Duration.between(newest.taken(), now).toSeconds());
            });
        } catch (TimeoutException slow) {
            answer.put("error", "the backup directory is still being read");
        } catch (ExecutionException e) {
            answer.put(
                    "error",
                    "the backup directory cannot be read: " + e.getCause().getMessage());
        }
    }
}
