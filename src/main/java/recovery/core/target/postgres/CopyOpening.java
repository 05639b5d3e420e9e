package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.NOTHING_TO_RESUME;
import static recovery.core.error.RecoveryException.problem;
import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.SQLException;

/** Opens the copy that an earlier restore has begun. */
final class CopyOpening {
    private final PostgresConnections connections;
    private final String name;

    CopyOpening(PostgresConnections connections, String name) {
        this.connections = connections;
        this.name = name;
    }

    /** {@code session}: in the maintenance database. */
    PostgresCopy open(PostgresSession session) throws SQLException {
        if (DatabaseRow.find(session, name).isEmpty()) {
            throw problem(NOTHING_TO_RESUME, "there is no database '%s' any more", name)
                    .remedy("Start the restore again, from the beginning.");
        }
        // a swap that was cut off may have closed it
        session.execute("ALTER DATABASE " + quoted(name) + " ALLOW_CONNECTIONS true");
        // what a dead process has begun may still run, such as an index build
        new SessionEnder(connections.settings(), session, name, name).endAll();
        try (PostgresSession copy = new PostgresSession(connections.database(name))) {
            return new PostgresCopy(connections, name, LedgerTable.read(copy));
        }
    }
}
