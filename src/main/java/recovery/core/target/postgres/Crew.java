package recovery.core.target.postgres;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadWatch;
import recovery.core.target.postgres.postdata.Claim;
import recovery.core.target.postgres.tasks.Order;
import recovery.core.target.postgres.tasks.Task;
import recovery.core.target.postgres.tasks.TaskGraph;

/**
 * Connections beside the first one, each with a thread of its own, and the work that they share. One thread gives work
 * and waits; it may use the first connection meanwhile.
 */
final class Crew implements AutoCloseable {
    /** More is not planned ahead, since each statement that waits takes memory. */
    private static final int MOST_PLANNED = 4096;

    private static final int ALL_DONE = 0;
    private static final long MOMENT_MILLIS = 100;
    private static final int MOMENTS_OF_PATIENCE = 100;
    private static final int MOMENTS_BETWEEN_LOOKS = 10;

    private final int most;
    private final Connector connector;
    private final LoadWatch watch;
    private final TaskGraph<Job> graph;
    private final List<Worker> workers = new CopyOnWriteArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private Look often = () -> {};
    private Look meanwhile = () -> {};
    private boolean asked;

    /** Opens a connection to the copy, as the first one. */
    interface Connector {
        Connection open() throws SQLException;
    }

    /**
     * Nobody yet.
     *
     * @param most how many workers there may be, none if that is one
     */
    Crew(int most, Connector connector, Order order, LoadWatch watch) {
        this.most = most;
        this.connector = connector;
        this.graph = new TaskGraph<>(order);
        this.watch = watch;
    }

    /** Whether there are workers to share work among; the first call takes them on, as many as the server has room for. */
    boolean isThere() throws SQLException {
        if (!asked) {
            asked = true;
            hire();
        }
        return !workers.isEmpty();
    }

    private void hire() throws SQLException {
        while (most > 1 && workers.size() < most) {
            try {
                connections.add(connector.open());
            } catch (SQLException e) {
                if (PostgresErrors.isWithoutRoom(e)) {
                    break;
                }
                throw e;
            }
            workers.add(new Worker(connections.get(connections.size() - 1), false, most));
        }
        for (Worker worker : workers) {
            Thread thread = new Thread(() -> work(worker), "load-" + (threads.size() + 1));
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    /** How many workers there may be. */
    int most() {
        return most;
    }

    /** What to say if fewer workers came than were wanted. */
    Optional<Note> shortage() {
        return !asked || most == 1 || workers.size() == most
                ? Optional.empty()
                : Optional.of(new Note(
                        "CONNECTIONS_SCARCE",
                        "The server had room for %d of %d connections, so the load took longer than it could."
                                .formatted(Math.max(1, workers.size()), most)));
    }

    private void work(Worker worker) {
        try {
            for (Optional<Task<Job>> next = graph.take(); next.isPresent(); next = graph.take()) {
                Task<Job> task = next.get();
                task.job().on(worker, () -> graph.usedUp(task));
                graph.done(task);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            graph.fail(e);
        } catch (Throwable e) { // whatever it is, the one who waits must learn of it
            graph.fail(e);
        }
    }

    /** Whether a worker has nothing to do at this moment. Any thread may ask. */
    boolean hasIdle() {
        return graph.idle() > 0;
    }

    /** Gives work; returns at once, unless too much is planned already. */
    Task<Job> give(Job job, Map<String, Claim> claims, double weight, boolean divisible)
            throws SQLException, IOException {
        await(() -> graph.awaitAtMost(MOST_PLANNED, MOMENT_MILLIS));
        return graph.add(job, claims, weight, divisible);
    }

    /** Waits until all of {@code task} was begun; it may still be under way. */
    void awaitUsedUp(Task<Job> task) throws SQLException, IOException {
        await(() -> graph.awaitUsedUp(task, MOMENT_MILLIS));
    }

    /** Waits until everything is done. */
    void awaitAll() throws SQLException, IOException {
        await(() -> graph.awaitAtMost(ALL_DONE, MOMENT_MILLIS));
    }

    /** Throws what one of the workers has failed with. */
    void check() throws SQLException, IOException {
        watch.cancellation().check();
        Optional<Throwable> failure = graph.failure();
        if (failure.isPresent()) {
            watch.cancellation().check();
            rethrow(failure.get());
        }
    }

    /** What the one who waits does meanwhile. */
    interface Look {
        void look() throws SQLException;
    }

    /** {@code moment} is done at every moment, {@code second} about once a second. */
    void meanwhile(Look moment, Look second) {
        often = moment;
        meanwhile = second;
    }

    private interface Wait {
        boolean over() throws InterruptedException;
    }

    private void await(Wait wait) throws SQLException, IOException {
        try {
            for (int moment = 1; !wait.over(); moment++) {
                check();
                often.look();
                if (moment % MOMENTS_BETWEEN_LOOKS == 0) {
                    meanwhile.look();
                }
            }
            check();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static void rethrow(Throwable failure) throws SQLException, IOException {
        if (failure instanceof RecoveryException known) {
            throw known;
        }
        if (failure instanceof SQLException sql) {
            throw sql;
        }
        if (failure instanceof IOException io) {
            throw io;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        throw failure instanceof RuntimeException bug ? bug : new IllegalStateException(failure);
    }

    /** Stops what the server is doing for the workers. Any thread may call. */
    void cancel() {
        workers.forEach(Worker::cancel);
    }

    /** Stops everything that is under way and waits until nobody works any more. */
    void stop() {
        graph.close();
        for (int moment = 0; threads.stream().anyMatch(thread -> !ended(thread)); moment++) {
            if (moment < MOMENTS_OF_PATIENCE) {
                cancel();
            } else {
                // a server that is gone without a word answers no request to cancel either
                workers.forEach(Worker::abort);
            }
        }
    }

    private static boolean ended(Thread thread) {
        try {
            thread.join(MOMENT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    /** Sends all workers home, who have nothing to do any more or are stopped, and closes their connections. */
    @Override
    public void close() throws SQLException {
        stop();
        SQLException first = null;
        for (Connection connection : connections) {
            try {
                connection.close();
            } catch (SQLException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
