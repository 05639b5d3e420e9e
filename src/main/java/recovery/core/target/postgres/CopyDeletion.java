package recovery.core.target.postgres;

import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.SQLException;
import java.util.Optional;

/** Drops a copy, whoever is connected to it. For one thread. */
final class CopyDeletion {
    private final PostgresConnections connections;
    private final PostgresSession session;

    /** {@code session} is in another database than the copy. */
    CopyDeletion(PostgresConnections connections, PostgresSession session) {
        this.connections = connections;
        this.session = session;
    }

    /** Does nothing if it is not there. */
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
