package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import recovery.core.target.LoadWatch;

/** Works off a list over several connections to one copy, for work of which each item takes a core of the server. */
final class Sessions {
    /** Work on one item; called by several threads, each with a session of its own. */
    interface Work<T> {
        void on(PostgresSession session, T item) throws SQLException;
    }

    private final Reach reach;
    private final LoadWatch watch;

    /** Over as many connections as {@code reach} says, or fewer if the server has no more. */
    Sessions(Reach reach, LoadWatch watch) {
        this.reach = reach;
        this.watch = watch;
    }

    /** Begins the items in their order and returns when all are done; the first failure ends it. Can be cancelled. */
    <T> void workOff(Collection<T> items, Work<T> work) throws SQLException {
        Queue<T> waiting = new ConcurrentLinkedQueue<>(items);
        List<PostgresSession> sessions = new CopyOnWriteArrayList<>();
        try {
            sessions.add(reach.open());
            watch.cancellation().whenAsked(() -> sessions.forEach(PostgresSession::cancel));
            addMore(sessions, Math.min(reach.jobs(), items.size()));
            List<CompletableFuture<Void>> others = new ArrayList<>();
            for (PostgresSession other : sessions.subList(1, sessions.size())) {
                others.add(begin(waiting, other, work));
            }
            try {
                drain(waiting, sessions.get(0), work);
            } finally {
                waiting.clear();
                join(others);
            }
        } finally {
            for (PostgresSession session : sessions) {
                session.close();
            }
        }
    }

    private void addMore(List<PostgresSession> sessions, int wanted) throws SQLException {
        try {
            while (sessions.size() < wanted) {
                sessions.add(reach.another());
            }
        } catch (SQLException e) {
            if (!PostgresErrors.isWithoutRoom(e)) {
                throw e;
            }
        }
    }

    private <T> CompletableFuture<Void> begin(Queue<T> waiting, PostgresSession session, Work<T> work) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        drain(waiting, session, work);
                        result.complete(null);
                    } catch (SQLException | RuntimeException e) {
                        waiting.clear();
                        result.completeExceptionally(e);
                    }
                },
                "session");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private <T> void drain(Queue<T> waiting, PostgresSession session, Work<T> work) throws SQLException {
        for (T item = waiting.poll(); item != null; item = waiting.poll()) {
            watch.cancellation().check();
            work.on(session, item);
        }
    }

    private static void join(List<CompletableFuture<Void>> others) throws SQLException {
        try {
            CompletableFuture.allOf(others.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof SQLException sql) {
                throw sql;
            }
            throw e.getCause() instanceof RuntimeException runtime ? runtime : e;
        }
    }
}
