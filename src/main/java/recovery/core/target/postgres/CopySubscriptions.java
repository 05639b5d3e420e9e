package recovery.core.target.postgres;

import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.SQLException;
import java.util.List;

/** A database with subscriptions cannot be dropped; those that a load made are switched off and have no slot. */
final class CopySubscriptions {
    private CopySubscriptions() {}

    /** Removes such subscriptions from {@code copy}; {@code session} is in another database. */
    static void drop(PostgresConnections connections, PostgresSession session, DatabaseRow copy) throws SQLException {
        List<String> names = session.texts(
                "SELECT quote_ident(subname) FROM pg_subscription WHERE subdbid = ?::oid AND NOT subenabled"
                        + " AND subslotname IS NULL",
                copy.oid());
        if (names.isEmpty()) {
            return;
        }
        if (!copy.open()) {
            session.execute("ALTER DATABASE " + quoted(copy.name()) + " ALLOW_CONNECTIONS true");
        }
        try (PostgresSession inside = new PostgresSession(connections.database(copy.name()))) {
            for (String name : names) {
                inside.execute("DROP SUBSCRIPTION " + name);
            }
        }
    }
}
