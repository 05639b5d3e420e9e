package recovery.core.target.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import recovery.core.target.LoadOptions;

/** Over how many connections a copy is loaded if nobody says it. Stateless. */
final class Jobs {
    /** Sessions of processes that serve no client have no database. */
    private static final String FREE = "SELECT current_setting('max_connections')::int"
            + " - current_setting('superuser_reserved_connections')::int"
            + " - (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datid IS NOT NULL)";

    private Jobs() {}

    /** One for each core of this host. */
    static int ofThisHost() {
        return Math.min(Runtime.getRuntime().availableProcessors(), LoadOptions.MOST_JOBS);
    }

    /**
     * One for each core of this host, which is often the server's too, since a server does not tell how many it has; and
     * half of the connections that the server has free, since others want to come back.
     */
    static int fitting(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(FREE)) {
            row.next();
            return Math.max(1, Math.min(ofThisHost(), row.getInt(1) / 2));
        }
    }
}
