package recovery.core.target.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import recovery.core.target.CopyFacts;
import recovery.core.target.CopyFacts.Measurement;
import recovery.core.target.LoadWatch;
import recovery.core.target.Work;

/** Measures a file that nobody writes any more, over two connections at once. For one thread. */
final class ParallelMeasure {
    /** Every row is looked up in every index, in an order that is none: that wants an index in memory. */
    private static final int CACHE_KB = 22 * 1024;

    private static final long PATIENCE_MS = 100;

    private final LoadWatch watch;
    private final Optional<Measurement> knownIntegrity;
    private final IntegrityWork integrity = new IntegrityWork();
    private final Queue<Consumer<Connection>> work = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Look> look = new AtomicReference<>();

    ParallelMeasure(LoadWatch watch) {
        this(watch, Optional.empty());
    }

    /** {@code knownIntegrity}: what SQLite said of the same bytes elsewhere, so that it is not asked again. */
    ParallelMeasure(LoadWatch watch, Optional<Measurement> knownIntegrity) {
        this.watch = watch;
        this.knownIntegrity = knownIntegrity;
    }

    /** {@code fromDatabaseFile}: the file came over as it is, and was not filled by a script. */
    CopyFacts of(Path file, boolean fromDatabaseFile, Collection<String> tables) throws SQLException {
        try (Connection first = SqliteConnections.immutable(file, CACHE_KB);
                Connection second = SqliteConnections.immutable(file, CACHE_KB);
                Statement firstEnder = first.createStatement();
                Statement secondEnder = second.createStatement()) {
            watch.object("integrity check");
            plan(first, fromDatabaseFile, tables);
            if (!fromDatabaseFile) {
                // what this program wrote is checked page by page anyway, and need not be at each of a million looks
                SqliteConnections.run(first, "PRAGMA cell_size_check = OFF");
                SqliteConnections.run(second, "PRAGMA cell_size_check = OFF");
            }
            List<Statement> enders = List.of(firstEnder, secondEnder);
            watch.cancellation().whenAsked(() -> enders.forEach(ParallelMeasure::end));
            CompletableFuture<Void> beside = begin(second);
            try {
                // in this thread, where the memory that the load gave back is used again
                workOff(first);
            } finally {
                await(beside, enders);
                watch.cancellation().whenAsked(() -> {});
            }
            rethrow(beside);
            return facts(new CopyMeasure(first, watch).pages());
        }
    }

    /** The looks that need no more than one pass go behind those that take long. */
    private void plan(Connection connection, boolean fromDatabaseFile, Collection<String> tables) {
        if (knownIntegrity.isPresent()) {
            work.add(free -> look.set(look(free, fromDatabaseFile, tables)));
            return;
        }
        Deque<IntegrityWork.Piece> pieces = new ArrayDeque<>(pieces(connection, fromDatabaseFile));
        IntegrityWork.Piece last = pieces.removeLast();
        pieces.forEach(this::addPiece);
        if (pieces.isEmpty()) {
            addPiece(last);
        }
        work.add(free -> look.set(look(free, fromDatabaseFile, tables)));
        if (!pieces.isEmpty()) {
            addPiece(last);
        }
    }

    private void addPiece(IntegrityWork.Piece piece) {
        work.add(free -> integrity.run(piece, free, watch.cancellation()::check));
    }

    /** A file that came from elsewhere may be damaged in any way: SQLite knows best how to look at it. */
    private static List<IntegrityWork.Piece> pieces(Connection connection, boolean fromDatabaseFile) {
        try {
            return fromDatabaseFile ? IntegrityWork.whole() : IntegrityWork.pieces(connection);
        } catch (SQLException unreadable) {
            return IntegrityWork.whole();
        }
    }

    private Look look(Connection connection, boolean fromDatabaseFile, Collection<String> tables) {
        CopyMeasure measure = new CopyMeasure(connection, watch);
        return new Look(
                fromDatabaseFile ? List.of(measure.bytes()) : List.of(),
                measure.count(tables),
                List.of(measure.orphans(fromDatabaseFile), measure.sequences()));
    }

    private CopyFacts facts(long pages) {
        Look taken = look.get();
        List<Measurement> all = new ArrayList<>(taken.before());
        all.add(knownIntegrity.orElseGet(() -> integrity.result(pages)));
        all.addAll(taken.behind());
        return new CopyFacts(taken.rows(), all);
    }

    private CompletableFuture<Void> begin(Connection connection) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        workOff(connection);
                        result.complete(null);
                    } catch (RuntimeException | Error failed) {
                        result.completeExceptionally(failed);
                    }
                },
                "copy-check");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private void workOff(Connection connection) {
        long began = System.nanoTime();
        for (Consumer<Connection> next = work.poll(); next != null; next = work.poll()) {
            watch.cancellation().check();
            next.accept(connection);
        }
        watch.spentSince(Work.VERIFY, began);
    }

    /**
     * Returns when it has ended, also if it or this thread has failed: its connection is about to be closed. Who asks to
     * stop is told to SQLite again and again, because it forgets it if it was between two statements.
     */
    private void await(CompletableFuture<Void> beside, List<Statement> enders) {
        boolean interrupted = false;
        while (!beside.isDone()) {
            try {
                beside.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
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
    }

    private static void rethrow(CompletableFuture<Void> beside) {
        try {
            beside.join();
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
