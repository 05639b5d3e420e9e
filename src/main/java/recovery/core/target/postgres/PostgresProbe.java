package recovery.core.target.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;

/**
 * Asks whether the live database answers, on a thread of its own, so that a server that hangs does not hang the asker.
 * However many ask, at most one question is under way.
 */
final class PostgresProbe {
    /** A session of the pool outlives the moment the database is closed to new ones, so the answer alone proves little. */
    private static final String ASK = "SELECT datallowconn FROM pg_database WHERE datname = current_database()";

    private static final Duration LIMIT_OF_ONE = Duration.ofSeconds(5);

    private final PostgresConnections connections;
    private final Optional<DataSource> pool;
    private CompletableFuture<Optional<String>> underWay = CompletableFuture.completedFuture(Optional.empty());

    PostgresProbe(PostgresConnections connections, Optional<DataSource> pool) {
        this.connections = connections;
        this.pool = pool;
    }

    /** Why the live database is offline; empty if it answers. Returns after {@code limit} at the latest. */
    Optional<String> error(Duration limit) {
        try {
            return question().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return Optional.of("the server %s did not answer within %d ms"
                    .formatted(connections.settings().server(), limit.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("the question was interrupted");
        } catch (ExecutionException e) {
            return Optional.of(String.valueOf(e.getCause().getMessage()));
        }
    }

    private synchronized CompletableFuture<Optional<String>> question() {
        if (underWay.isDone()) {
            underWay = new CompletableFuture<>();
            CompletableFuture<Optional<String>> answer = underWay;
            Thread thread = new Thread(() -> ask(answer), "database-probe");
            thread.setDaemon(true);
            thread.start();
        }
        return underWay;
    }

    private void ask(CompletableFuture<Optional<String>> answer) {
        try (Connection connection = open();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(ASK)) {
            boolean open = row.next() && row.getBoolean(1);
            answer.complete(open ? Optional.empty() : Optional.of("the database takes no new connections"));
        } catch (SQLException e) {
            answer.complete(Optional.of(why(e)));
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    private Connection open() throws SQLException {
        return pool.isPresent()
                ? pool.get().getConnection()
                : connections.probing(connections.settings().database(), LIMIT_OF_ONE);
    }

    /** A pool says only that it got no connection in time; the reason stands behind that. */
    private String why(SQLException e) {
        SQLException reason = e.getCause() instanceof SQLException cause ? cause : e;
        String server = connections.settings().server();
        return PostgresErrors.surroundings(reason, server)
                .map(Throwable::getMessage)
                .orElseGet(() -> "the server %s says: %s".formatted(server, PostgresErrors.said(reason)));
    }
}
