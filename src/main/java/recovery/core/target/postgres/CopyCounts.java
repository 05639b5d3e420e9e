package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import recovery.core.target.CopyFacts.Measurement;
import recovery.core.target.LoadWatch;

/** Counts rows over two connections, one scan per table. For one use. */
final class CopyCounts {
    /** Not with the rows of child tables, since a dump holds them apart; but a partitioned table has none of its own. */
    private static final String ONLY = "r";

    private final PostgresConnections connections;
    private final String database;
    private final LoadWatch watch;
    private final Map<String, Long> rows = new ConcurrentHashMap<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    CopyCounts(PostgresConnections connections, String database, LoadWatch watch) {
        this.connections = connections;
        this.database = database;
        this.watch = watch;
    }

    void count(Collection<String> tables) throws SQLException {
        new TwoSessions(connections, database, watch).workOff(new LinkedHashSet<>(tables), (session, table) -> {
            watch.object("rows of " + table);
            try {
                count(session, table);
            } catch (SQLException e) {
                watch.cancellation().check();
                if (PostgresErrors.isConnectionLost(e)) {
                    throw e;
                }
                failures.add("rows of %s: %s".formatted(table, PostgresErrors.said(e)));
            }
        });
    }

    Map<String, Long> rows() {
        return rows;
    }

    /** Tables that exist but could not be counted; empty if all could. */
    Optional<Measurement> problem() {
        return failures.isEmpty()
                ? Optional.empty()
                : Optional.of(new Measurement(
                        "rows", rows.size(), List.of(), Optional.of(String.join("; ", List.copyOf(failures)))));
    }

    private record Found(String name, String kind) {}

    private void count(PostgresSession session, String table) throws SQLException {
        Optional<Found> found = session.first(
                row -> new Found(row.getString(1), row.getString(2)),
                "SELECT c.oid::regclass::text, c.relkind FROM pg_class c WHERE c.oid = coalesce(to_regclass(?), to_regclass('public.' || ?))::oid"
                        + " AND c.relkind IN ('r', 'p', 'f', 'v', 'm')",
                table,
                table);
        if (found.isPresent()) {
            String only = found.get().kind().equals(ONLY) ? "ONLY " : "";
            rows.put(
                    table,
                    session.number("SELECT count(*) FROM " + only + found.get().name()));
        }
    }
}
