package recovery.core.target.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Copies that the server is still creating for a process that has died meanwhile: it notices that only when it is done, and
 * then they would appear behind the back of whoever looked for leftovers. For the holder of the lock.
 */
final class AbandonedCreations {
    private static final Pattern CREATION = Pattern.compile("CREATE DATABASE \"((?:[^\"]|\"\")+)\".*", Pattern.DOTALL);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(20);

    private final PostgresSession session;
    private final PostgresNames names;

    AbandonedCreations(PostgresSession session, PostgresNames names) {
        this.session = session;
        this.names = names;
    }

    /** Ends them, and returns when they are gone; a server undoes what it has created so far. */
    void end() throws SQLException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (asked() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private boolean asked() throws SQLException {
        List<String> queries = session.texts("SELECT query FROM pg_stat_activity WHERE state = 'active'"
                + " AND usename = current_user AND query LIKE 'CREATE DATABASE %'");
        boolean any = false;
        for (String query : queries) {
            Matcher creation = CREATION.matcher(query);
            if (creation.matches() && names.isCopy(creation.group(1).replace("\"\"", "\""))) {
                any = true;
                session.texts(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'active' AND query = ?",
                        query);
            }
        }
        return any;
    }
}
