package recovery.core.target.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;

/** The connections that somebody may be waiting on, so that they can be given up all at once. Any thread may use it. */
final class OpenConnections {
    private static final System.Logger LOG = System.getLogger(OpenConnections.class.getName());

    private final Set<Connection> connections = Collections.newSetFromMap(new WeakHashMap<>());

    synchronized void add(Connection connection) {
        connections.removeIf(OpenConnections::isClosed);
        connections.add(connection);
    }

    /** Without a word to the server. */
    synchronized void abortAll() {
        for (Connection connection : connections) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.log(System.Logger.Level.DEBUG, "abort", e);
            }
        }
        connections.clear();
    }

    private static boolean isClosed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            return true;
        }
    }
}
