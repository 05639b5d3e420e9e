package recovery.core.target.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A moment in which others take all connections of a server: a long load must not end for that. Stateless. */
final class Rush {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(250);

    /** Something that connects. */
    interface Opening<T> {
        T open() throws SQLException;
    }

    private Rush() {}

    /** Opens it; asks again for some seconds while the server has no connection left. */
    static <T> T outlasted(Opening<T> opening) throws SQLException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                return opening.open();
            } catch (SQLException e) {
                if (!PostgresErrors.isWithoutRoom(e) || System.nanoTime() > deadline) {
                    throw e;
                }
            }
            LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
        }
    }
}
