package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds what a swap closed and could not open again, because its process died. */
final class ClosedDatabases {
    private final PostgresSession session;
    private final PostgresNames names;

    ClosedDatabases(PostgresSession session, PostgresNames names) {
        this.session = session;
        this.names = names;
    }

    /** Opens the live database and its companion; sentences on what was opened. */
    List<String> openAgain(String live) throws SQLException {
        List<DatabaseRow> closed = closedBySwap(live);
        if (closed.isEmpty()) {
            return List.of();
        }
        List<String> said = new ArrayList<>();
        StringBuilder sql = new StringBuilder();
        for (DatabaseRow row : closed) {
            sql.append("ALTER DATABASE ")
                    .append(PostgresNames.quoted(row.name()))
                    .append(" ALLOW_CONNECTIONS true;");
            said.add("'%s' refused connections since a swap was cut off; it accepts them again.".formatted(row.name()));
        }
        session.inTransaction(sql.toString());
        return said;
    }

    /** The live database and the copy or previous one that was closed with it; empty if no swap was cut off. */
    List<DatabaseRow> closedBySwap(String live) throws SQLException {
        Optional<DatabaseRow> row = DatabaseRow.find(session, live).filter(found -> !found.open());
        if (row.isEmpty()) {
            return List.of();
        }
        List<DatabaseRow> closed = new ArrayList<>(List.of(row.get()));
        List<String> others = session.texts(
                "SELECT datname FROM pg_database WHERE NOT datallowconn AND datname <> ? AND xmin::text = ?",
                live,
                row.get().closedBy());
        for (String other : others) {
            if (names.isCopy(other) || names.isPrevious(other)) {
                DatabaseRow.find(session, other).ifPresent(closed::add);
            }
        }
        return closed.size() > 1 ? closed : List.of();
    }
}
