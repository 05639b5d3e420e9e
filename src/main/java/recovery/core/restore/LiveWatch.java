package recovery.core.restore;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import recovery.core.target.Target;

/**
 * Asks the live database whether it answers, at most one question at a time, however many ask and however long it
 * hangs. Any thread may use it.
 */
final class LiveWatch {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Target target;
    private CompletableFuture<LiveDatabase> question;

    LiveWatch(Target target) {
        this.target = target;
    }

    /** Returns after {@code limit} at the latest; a database that has not answered by then is offline. */
    LiveDatabase ask(Duration limit) {
        try {
            return question().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return offline("it did not answer within %d ms".formatted(limit.toMillis()));
        } catch (ExecutionException e) {
            return offline(String.valueOf(e.getCause().getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return offline("the question was interrupted");
        }
    }

    private LiveDatabase offline(String why) {
        return new LiveDatabase(target.engine(), target.name(), false, Optional.of(why));
    }

    private synchronized CompletableFuture<LiveDatabase> question() {
        if (question == null || question.isDone()) {
            CompletableFuture<LiveDatabase> asked = new CompletableFuture<>();
            Thread thread = new Thread(() -> answer(asked), "live-database-probe");
            thread.setDaemon(true);
            thread.start();
            question = asked;
        }
        return question;
    }

    private void answer(CompletableFuture<LiveDatabase> asked) {
        try {
            Target.LiveStatus status = target.probe(PATIENCE);
            asked.complete(new LiveDatabase(status.engine(), status.name(), status.online(), status.error()));
        } catch (RuntimeException | Error e) {
            asked.completeExceptionally(e);
        }
    }
}
