package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.DATABASE_IN_USE;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;
import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import recovery.core.target.Target.Previous;

/** The databases that swaps kept beside the live one. For one thread. */
final class PreviousDatabases {
    private final PostgresSession session;
    private final PostgresNames names;

    PreviousDatabases(PostgresSession session, PostgresNames names) {
        this.session = session;
        this.names = names;
    }

    /** Oldest first. */
    List<Previous> all() throws SQLException {
        List<Previous> found = new ArrayList<>();
        for (String name : session.texts("SELECT datname FROM pg_database WHERE datname LIKE '%\\_before\\_%'")) {
            OptionalLong size = DatabaseRow.find(session, name).isPresent() ? size(name) : OptionalLong.empty();
            names.timeOf(name).ifPresent(since -> found.add(new Previous(name, since, size)));
        }
        found.sort(Comparator.comparing(Previous::since).thenComparing(Previous::name));
        return found;
    }

    /** Empty without the right to connect to it. */
    private OptionalLong size(String name) throws SQLException {
        String allowed = "SELECT true WHERE has_database_privilege(?, 'CONNECT')"
                + " OR pg_has_role('pg_read_all_stats', 'MEMBER')";
        return session.yes(allowed, name)
                ? OptionalLong.of(session.number("SELECT pg_database_size(?)", name))
                : OptionalLong.empty();
    }

    /** Fails if somebody is connected to it, as the server does. */
    void drop(String name) throws SQLException {
        if (!names.isPrevious(name)) {
            throw problem(REQUEST_UNUSABLE, "'%s' is not the name of a previous database", name)
                    .remedy("Drop other databases with the tools of the server.");
        }
        try {
            session.execute("DROP DATABASE " + quoted(name));
        } catch (SQLException e) {
            if (!PostgresErrors.state(e).equals("55006")) {
                throw e;
            }
            throw problem(DATABASE_IN_USE, "'%s' is in use and was not deleted: %s", name, PostgresErrors.said(e))
                    .causedBy(e)
                    .remedy("End what uses it, or keep it; nobody's session is ended for that.");
        }
    }
}
