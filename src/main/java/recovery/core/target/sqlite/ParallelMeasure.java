package recovery.core.target.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import recovery.core.target.CopyFacts;
import recovery.core.target.CopyFacts.Measurement;
import recovery.core.target.LoadWatch;
import recovery.core.target.Work;

/** Measures a file that nobody writes any more: the check of its structure beside everything else. For one thread. */
final class ParallelMeasure {
    /** The check looks up every row in every index, in an order that is none: that wants an index in memory. */
    private static final int CHECK_CACHE_KB = 24 * 1024;

    private static final int OTHER_CACHE_KB = 16 * 1024;
    private static final long PATIENCE_MS = 100;

    private final LoadWatch watch;

    ParallelMeasure(LoadWatch watch) {
        this.watch = watch;
    }

    /** {@code fromDatabaseFile}: the file came over as it is, and was not filled by a script. */
    CopyFacts of(Path file, boolean fromDatabaseFile, Collection<String> tables) throws SQLException {
        try (Connection checking = SqliteConnections.immutable(file, CHECK_CACHE_KB);
                Connection looking = SqliteConnections.immutable(file, OTHER_CACHE_KB);
                Statement checkEnder = checking.createStatement();
                Statement lookEnder = looking.createStatement()) {
            CompletableFuture<Measurement> integrity =
                    begin("integrity-check", () -> new CopyMeasure(checking, watch).integrity());
            CompletableFuture<Look> look = begin("copy-look", () -> look(looking, fromDatabaseFile, tables));
            await(CompletableFuture.allOf(integrity, look), List.of(checkEnder, lookEnder));
            return facts(integrity.join(), look.join());
        }
    }

    private Look look(Connection connection, boolean fromDatabaseFile, Collection<String> tables) {
        CopyMeasure measure = new CopyMeasure(connection, watch);
        return new Look(
                fromDatabaseFile ? List.of(measure.bytes()) : List.of(),
                measure.count(tables),
                List.of(measure.orphans(fromDatabaseFile), measure.sequences()));
    }

    private static CopyFacts facts(Measurement integrity, Look look) {
        List<Measurement> all = new ArrayList<>(look.before());
        all.add(integrity);
        all.addAll(look.behind());
        return new CopyFacts(look.rows(), all);
    }

    private <T> CompletableFuture<T> begin(String name, Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    long began = System.nanoTime();
                    try {
                        result.complete(work.get());
                    } catch (RuntimeException | Error failed) {
                        result.completeExceptionally(failed);
                    } finally {
                        watch.spent(Work.VERIFY, Duration.ofNanos(System.nanoTime() - began));
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    /**
     * Returns when both have ended, also if one has failed: their connections are about to be closed. Who asks to stop is
     * told to SQLite again and again, because it forgets it if it was between two statements.
     */
    private void await(CompletableFuture<Void> both, List<Statement> enders) {
        boolean interrupted = false;
        while (!both.isDone()) {
            try {
                both.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException busy) {
                if (interrupted || watch.cancellation().isAsked()) {
                    enders.forEach(ParallelMeasure::end);
                }
            } catch (InterruptedException asked) {
                interrupted = true;
            } catch (ExecutionException failed) {
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        try {
            both.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException reason) {
                throw reason;
            }
            throw failed;
        }
    }

    private static void end(Statement statement) {
        try {
            statement.cancel();
        } catch (SQLException closed) {
            // then there is nothing left to stop
        }
    }

    private record Look(List<Measurement> before, Map<String, Long> rows, List<Measurement> behind) {}
}
