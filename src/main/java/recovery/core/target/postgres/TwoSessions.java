package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import recovery.core.target.LoadWatch;

/** Works off a list over two connections to one database, for work of which each item takes a core of the server. */
final class TwoSessions {
    /** Work on one item; called by two threads, each with a session of its own. */
    interface Work {
        void on(PostgresSession session, String item) throws SQLException;
    }

    private final PostgresConnections connections;
    private final String database;
    private final LoadWatch watch;

    TwoSessions(PostgresConnections connections, String database, LoadWatch watch) {
        this.connections = connections;
        this.database = database;
        this.watch = watch;
    }

    /** Begins the items in their order and returns when all are done; the first failure ends it. Can be cancelled. */
    void workOff(Collection<String> items, Work work) throws SQLException {
        Queue<String> waiting = new ConcurrentLinkedQueue<>(items);
        try (PostgresSession first = PostgresSession.measuring(connections, database);
                PostgresSession second = PostgresSession.measuring(connections, database)) {
            watch.cancellation().whenAsked(() -> {
                first.cancel();
                second.cancel();
            });
            CompletableFuture<Void> helper = new CompletableFuture<>();
            Thread thread = new Thread(
                    () -> {
                        try {
                            drain(waiting, second, work);
                            helper.complete(null);
                        } catch (SQLException | RuntimeException e) {
                            helper.completeExceptionally(e);
                        }
                    },
                    "second-session");
            thread.setDaemon(true);
            thread.start();
            try {
                drain(waiting, first, work);
            } finally {
                waiting.clear();
                join(helper);
            }
        }
    }

    private void drain(Queue<String> waiting, PostgresSession session, Work work) throws SQLException {
        for (String item = waiting.poll(); item != null; item = waiting.poll()) {
            watch.cancellation().check();
            work.on(session, item);
        }
    }

    private static void join(CompletableFuture<Void> helper) throws SQLException {
        try {
            helper.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof SQLException sql) {
                throw sql;
            }
            throw e.getCause() instanceof RuntimeException runtime ? runtime : e;
        }
    }
}
