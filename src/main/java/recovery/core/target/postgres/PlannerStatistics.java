package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import recovery.core.target.LoadWatch;
import recovery.core.target.Work;

/** ANALYZE of all that is in a copy, the largest tables first and several at a time. */
final class PlannerStatistics {
    /** A partitioned table takes its partitions along. */
    private static final String TABLES = """
            SELECT format('%%I.%%I', n.nspname, c.relname), c.relkind,
              coalesce((SELECT sum(pg_relation_size(p.relid)) FROM pg_partition_tree(c.oid) p), pg_relation_size(c.oid))
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'm', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
              AND n.nspname NOT LIKE 'pg\\_toast%%' AND n.nspname NOT LIKE 'pg\\_temp%%'
              AND n.nspname <> 'information_schema'%s
            ORDER BY 1""";

    private final Reach reach;
    private final LoadWatch watch;

    PlannerStatistics(Reach reach, LoadWatch watch) {
        this.reach = reach;
        this.watch = watch;
    }

    void collect() throws SQLException {
        List<TableGroups.Sized> tables;
        try (PostgresSession session = reach.open()) {
            tables = session.list(
                    row -> new TableGroups.Sized(row.getString(1), row.getString(1), row.getString(2), row.getLong(3)),
                    TABLES.formatted(session.neighbours().without("n.oid")));
        }
        AtomicLong done = new AtomicLong();
        new Sessions(reach, watch).workOff(TableGroups.of(tables), (session, group) -> {
            watch.object("statistics of " + group.get(0).sql());
            long begun = System.nanoTime();
            session.execute(
                    "ANALYZE " + group.stream().map(TableGroups.Sized::sql).collect(Collectors.joining(", ")));
            watch.spentSince(Work.ANALYZE, begun);
            watch.progress(Work.ANALYZE, done.addAndGet(group.size()), tables.size());
        });
    }
}
