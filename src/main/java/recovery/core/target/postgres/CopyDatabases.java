package recovery.core.target.postgres;

import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The copies beside the live database. For one thread. */
final class CopyDatabases {
    private final PostgresConnections connections;
    private final PostgresSession session;
    private final PostgresNames names;

    /** {@code session} is in another database than the copies. */
    CopyDatabases(PostgresConnections connections, PostgresSession session, PostgresNames names) {
        this.connections = connections;
        this.session = session;
        this.names = names;
    }

    /** The names of those at which nobody works who holds the lock. */
    List<String> abandoned() throws SQLException {
        String holder = PostgresLock.holder(session, names.lockKey()).orElse("");
        return session
                .texts("SELECT datname FROM pg_database WHERE datname LIKE '%\\_restoring\\_%' ORDER BY datname")
                .stream()
                .filter(names::isCopy)
                .filter(name -> holder.isEmpty() || !holder.startsWith(names.idOf(name)))
                .toList();
    }

    /** Drops it, whoever is connected to it; does nothing if it is not there. */
    void drop(String copyName) throws SQLException {
        Optional<DatabaseRow> copy = DatabaseRow.find(session, copyName);
        if (copy.isPresent()) {
            CopySubscriptions.drop(connections, session, copy.get());
            new DatabaseGates(Optional.empty(), copy.get()).close(session);
            new SessionEnder(connections.settings(), session, copyName, copyName).endAll();
            session.execute(
                    "DROP DATABASE IF EXISTS " + quoted(copyName) + (session.version() >= 13 ? " WITH (FORCE)" : ""));
        }
    }
}
