package recovery.core.target.postgres;

import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Closes databases to new connections for the moment of a swap, and opens them again.
 *
 * <p>All are closed in one transaction, so after a crash they can be told from a database that an administrator closed:
 * their rows in {@code pg_database} were written by the same transaction.
 */
final class DatabaseGates {
    /** A lock of somebody else on {@code pg_database} must not keep us waiting with the gates half closed. */
    private static final String BRIEFLY = "SET LOCAL lock_timeout = '300ms'; SET LOCAL synchronous_commit = local; ";

    /** Open gates are worth waiting for. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String PATIENTLY =
            "SET LOCAL lock_timeout = '" + PATIENCE.toSeconds() + "s'; SET LOCAL synchronous_commit = local; ";

    private final List<String> closing;
    private final List<String> opening;

    /**
     * {@code live} is left alone if it accepts no connections anyway. {@code copy} is closed in any case, since its
     * row marks the swap, but opened again only if it was open.
     */
    DatabaseGates(Optional<DatabaseRow> live, DatabaseRow copy) {
        closing = Stream.concat(live.stream().filter(DatabaseRow::open), Stream.of(copy))
                .map(DatabaseRow::name)
                .toList();
        opening = Stream.concat(live.stream(), Stream.of(copy))
                .filter(DatabaseRow::open)
                .map(DatabaseRow::name)
                .toList();
    }

    void close(PostgresSession session) throws SQLException {
        alter(session, BRIEFLY, closing, false);
    }

    void open(PostgresSession session) throws SQLException {
        List<String> closed = new ArrayList<>();
        for (String name : opening) {
            if (session.yes("SELECT NOT datallowconn FROM pg_database WHERE datname = ?", name)) {
                closed.add(name);
            }
        }
        alter(session, PATIENTLY, closed, true);
    }

    /** What an operator can run by hand if we could not. */
    String openStatements() {
        return String.join(
                " ",
                opening.stream()
                        .map(name -> "ALTER DATABASE " + quoted(name) + " ALLOW_CONNECTIONS true;")
                        .toList());
    }

    private static void alter(PostgresSession session, String patience, List<String> names, boolean allow)
            throws SQLException {
        if (names.isEmpty()) {
            return;
        }
        StringBuilder sql = new StringBuilder(patience);
        for (String name : names) {
            sql.append("ALTER DATABASE ")
                    .append(quoted(name))
                    .append(" ALLOW_CONNECTIONS ")
                    .append(allow)
                    .append(';');
        }
        session.inTransaction(sql.toString());
    }
}
