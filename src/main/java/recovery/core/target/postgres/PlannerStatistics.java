package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.List;
import recovery.core.target.LoadWatch;

/** ANALYZE of all that is in a database, the largest tables first and two at a time. */
final class PlannerStatistics {
    /** A partitioned table takes its partitions along. */
    private static final String LARGEST_FIRST = """
            SELECT format('%I.%I', n.nspname, c.relname)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'm', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
              AND n.nspname NOT LIKE 'pg\\_toast%' AND n.nspname NOT LIKE 'pg\\_temp%'
              AND n.nspname <> 'information_schema'
            ORDER BY (SELECT sum(pg_relation_size(p.relid)) FROM pg_partition_tree(c.oid) p) DESC NULLS LAST,
              pg_relation_size(c.oid) DESC, 1""";

    private final PostgresConnections connections;
    private final String database;
    private final LoadWatch watch;

    PlannerStatistics(PostgresConnections connections, String database, LoadWatch watch) {
        this.connections = connections;
        this.database = database;
        this.watch = watch;
    }

    void collect() throws SQLException {
        List<String> tables;
        try (PostgresSession session = PostgresSession.measuring(connections, database)) {
            tables = session.texts(LARGEST_FIRST);
        }
        new TwoSessions(connections, database, watch).workOff(tables, (session, table) -> {
            watch.object("statistics of " + table);
            session.execute("ANALYZE " + table);
        });
    }
}
