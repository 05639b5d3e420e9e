package recovery.core.target.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * A session in the live database that does nothing: as long as it is there, the server renames or drops that database
 * for nobody, whatever a function in the backup may try.
 */
final class LiveGuard implements AutoCloseable {
    private final Optional<Connection> session;

    private LiveGuard(Optional<Connection> session) {
        this.session = session;
    }

    /** Without a session if the live database is missing, closed or too broken to let anybody in: that must not stop a rescue. */
    static LiveGuard of(PostgresConnections connections) {
        try {
            return new LiveGuard(
                    Optional.of(connections.database(connections.settings().database())));
        } catch (SQLException unreachable) {
            return new LiveGuard(Optional.empty());
        }
    }

    @Override
    public void close() throws SQLException {
        if (session.isPresent()) {
            session.get().close();
        }
    }
}
