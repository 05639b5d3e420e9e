package recovery.core.restore;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * What {@link Findings} found, for all who ask, without making them wait: it looks once, and again after somebody cleaned
 * up or, if not everything could be looked at, some seconds later. Any thread may use it.
 */
final class FindingsWatch {
    /** A server that was started before its database is looked at again when somebody asks. */
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(3);

    private final Findings findings;
    private Optional<CompletableFuture<Findings.Look>> looking = Optional.empty();
    private final Set<String> last = new LinkedHashSet<>();
    private long begunAtNanos;

    FindingsWatch(Findings findings) {
        this.findings = findings;
    }

    /** The sentences of the last look that has ended; begins the first one. */
    List<String> now() {
        return result(looking());
    }

    /** As above, but waits for a look that goes on, at most {@code limit}. */
    List<String> within(Duration limit) {
        CompletableFuture<Findings.Look> look = looking();
        try {
            look.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException notYet) {
            return result(look);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return result(look);
    }

    /** What was found before does not count any more. */
    synchronized void lookAgain() {
        last.clear();
        looking = Optional.empty();
    }

    private synchronized List<String> result(CompletableFuture<Findings.Look> look) {
        if (!look.isDone() || look.isCompletedExceptionally()) {
            return List.copyOf(last);
        }
        // a journal that got its end by a look that was not complete is not told of by the next one
        last.addAll(look.join().sentences());
        return Stream.concat(last.stream(), look.join().problem().stream()).toList();
    }

    private synchronized CompletableFuture<Findings.Look> looking() {
        boolean stale = looking.filter(CompletableFuture::isDone)
                .filter(look -> look.isCompletedExceptionally() || !look.join().complete())
                .isPresent();
        if (looking.isEmpty() || (stale && System.nanoTime() - begunAtNanos > AGAIN_AFTER.toNanos())) {
            begunAtNanos = System.nanoTime();
            looking = Optional.of(CompletableFuture.supplyAsync(findings::look));
        }
        return looking.get();
    }
}
