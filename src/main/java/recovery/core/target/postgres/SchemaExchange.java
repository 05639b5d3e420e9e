package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.NAME_TAKEN;
import static recovery.core.error.ErrorCode.SWAP_FAILED;
import static recovery.core.error.RecoveryException.problem;
import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The renames of a swap within one database. For one thread. */
final class SchemaExchange {
    private final PostgresConnections connections;
    private final PostgresSwap.Limits limits;

    SchemaExchange(PostgresConnections connections, PostgresSwap.Limits limits) {
        this.connections = connections;
        this.limits = limits;
    }

    /** Commits what was loaded; what it replaces is kept as {@code keepAs}. */
    Duration commit(SchemaTransaction transaction, String keepAs) throws SQLException {
        PostgresSession session = transaction.session();
        refuseTaken(session, keepAs);
        session.execute("SET search_path = pg_catalog");
        List<String> kept = new ArrayList<>();
        for (Map.Entry<String, SchemaTransaction.Aside> one :
                transaction.replaced().entrySet()) {
            kept.add(keep(session, one.getKey(), one.getValue().name(), keepAs));
        }
        for (String name : transaction.fresh()) {
            if (!transaction.replaced().containsKey(name)) {
                standIn(session, name, keepAs);
            }
        }
        return swap(transaction.connection(), session, keepAs).commit(kept, transaction.liftGuard());
    }

    /** Gives the schemas of a set their names again; what has these names now is kept as {@code keepAs}. */
    Duration bringBack(String set, String keepAs) throws SQLException {
        try (Connection connection = connections.database(connections.settings().database());
                PostgresSession session = new PostgresSession(connection)) {
            connection.setAutoCommit(false);
            session.execute("SET LOCAL search_path = pg_catalog; SET LOCAL lock_timeout = '10s'");
            List<PreviousSchemas.Kept> incoming = new PreviousSchemas(session).members(set);
            if (incoming.isEmpty()) {
                throw problem(
                                SWAP_FAILED,
                                "there are no schemas '%s' in '%s'",
                                set,
                                connections.settings().database())
                        .remedy("Look at the history; nothing was renamed.");
            }
            refuseTaken(session, keepAs);
            LiveSchemas live = LiveSchemas.look(session);
            List<String> leaving = new ArrayList<>();
            for (PreviousSchemas.Kept one : incoming) {
                leaving.addAll(exchange(session, live, one, keepAs));
            }
            return swap(connection, session, keepAs).commit(leaving, "RESET search_path");
        }
    }

    /** The name of what leaves; empty if nothing does. */
    private static Collection<String> exchange(
            PostgresSession session, LiveSchemas live, PreviousSchemas.Kept one, String keepAs) throws SQLException {
        String name = one.mark().name();
        Optional<String> leaving = Optional.empty();
        if (live.find(name).isPresent()) {
            leaving = Optional.of(keep(session, name, name, keepAs));
        } else {
            standIn(session, name, keepAs);
        }
        if (one.mark().absent()) {
            session.execute(PreviousSchemas.dropEmpty(one.name()));
            return leaving.stream().toList();
        }
        session.execute("ALTER SCHEMA %s RENAME TO %s;".formatted(quoted(one.name()), quoted(name))
                + one.mark().erase(one.name()));
        for (LiveSchemas.Extension extension : live.movableIn(name)) {
            session.execute("ALTER EXTENSION %s SET SCHEMA %s".formatted(quoted(extension.name()), quoted(name)));
        }
        return leaving.stream().toList();
    }

    /** Renames the schema {@code from}, which live knows as {@code name}; returns what it is called then. */
    private static String keep(PostgresSession session, String name, String from, String keepAs) throws SQLException {
        String kept = SchemaNames.kept(name, keepAs);
        Optional<String> comment = session.first(
                row -> row.getString(1),
                "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = "
                        + PostgresNames.literal(from));
        session.execute("ALTER SCHEMA %s RENAME TO %s;".formatted(quoted(from), quoted(kept))
                + new KeptMark(false, name, comment).write(kept));
        return kept;
    }

    /** An empty schema says that there was none of that name. */
    private static void standIn(PostgresSession session, String name, String keepAs) throws SQLException {
        String kept = SchemaNames.kept(name, keepAs);
        session.execute("CREATE SCHEMA " + quoted(kept) + ";" + new KeptMark(true, name, Optional.empty()).write(kept));
    }

    private static void refuseTaken(PostgresSession session, String keepAs) throws SQLException {
        if (new PreviousSchemas(session).exists(keepAs)) {
            throw problem(NAME_TAKEN, "there are schemas '%s' already, so the live ones cannot be kept so", keepAs)
                    .remedy("Wait a second and try again; the name holds the time.");
        }
    }

    private SchemaSwap swap(Connection connection, PostgresSession session, String keepAs) {
        return new SchemaSwap(connections, limits, connection, session, keepAs);
    }
}
