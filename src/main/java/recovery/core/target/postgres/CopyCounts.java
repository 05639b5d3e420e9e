package recovery.core.target.postgres;

import static recovery.core.target.postgres.PostgresNames.literal;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import recovery.core.target.CopyFacts.Measurement;
import recovery.core.target.LoadWatch;
import recovery.core.target.Work;

/** Counts rows over several connections, one scan per table, the largest tables first. For one use. */
final class CopyCounts {
    /** Not with the rows of child tables, since a dump holds them apart; but a partitioned table has none of its own. */
    private static final String ONLY = "r";

    /** For names without a schema, since the search path is the server's own. */
    private static final String IN_PUBLIC =
            "CASE WHEN asked !~ '[.]' OR asked ~ '^\"[^\"]*\"$' THEN to_regclass('public.' || asked) END";

    private static final int LOOKED_UP_TOGETHER = 500;

    private final Reach reach;
    private final LoadWatch watch;
    private final Map<String, Long> rows = new ConcurrentHashMap<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    CopyCounts(Reach reach, LoadWatch watch) {
        this.reach = reach;
        this.watch = watch;
    }

    void count(Collection<String> tables) throws SQLException {
        List<TableGroups.Sized> found = find(List.copyOf(new LinkedHashSet<>(tables)));
        AtomicLong done = new AtomicLong();
        new Sessions(reach, watch).workOff(TableGroups.of(found), (session, group) -> {
            watch.object("rows of " + group.get(0).asked());
            long begun = System.nanoTime();
            count(session, group);
            watch.spentSince(Work.VERIFY, begun);
            watch.progress(Work.VERIFY, done.addAndGet(group.size()), found.size());
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

    /** Those of {@code names} that exist. */
    private List<TableGroups.Sized> find(List<String> names) throws SQLException {
        List<TableGroups.Sized> found = new ArrayList<>();
        try (PostgresSession session = reach.open()) {
            for (int from = 0; from < names.size(); from += LOOKED_UP_TOGETHER) {
                List<String> some = names.subList(from, Math.min(names.size(), from + LOOKED_UP_TOGETHER));
                found.addAll(find(session, some));
            }
        }
        return found;
    }

    private List<TableGroups.Sized> find(PostgresSession session, List<String> names) throws SQLException {
        try {
            return session.list(
                    row -> new TableGroups.Sized(row.getString(1), row.getString(2), row.getString(3), row.getLong(4)),
                    "SELECT asked, c.oid::regclass::text, c.relkind, CASE WHEN c.relkind IN ('r', 'm')"
                            + " THEN pg_relation_size(c.oid) ELSE 1000000000 END"
                            + " FROM unnest(ARRAY[" + literals(names) + "]) asked JOIN pg_class c"
                            + " ON c.oid = coalesce(to_regclass(asked), " + IN_PUBLIC + ")::oid"
                            + " WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')");
        } catch (SQLException e) {
            failedOn(e, names);
        }
        List<TableGroups.Sized> found = new ArrayList<>();
        for (int i = 0; names.size() > 1 && i < names.size(); i++) {
            found.addAll(find(session, names.subList(i, i + 1)));
        }
        return found;
    }

    /** Of several names or tables it is not known which one is at fault; then each is tried alone. */
    private void failedOn(SQLException e, List<String> names) throws SQLException {
        watch.cancellation().check();
        if (PostgresErrors.isConnectionLost(e)) {
            throw e;
        }
        if (names.size() == 1) {
            failures.add("rows of %s: %s".formatted(names.get(0), PostgresErrors.said(e)));
        }
    }

    private static String literals(List<String> names) {
        return names.stream().map(PostgresNames::literal).collect(Collectors.joining(", "));
    }

    private void count(PostgresSession session, List<TableGroups.Sized> group) throws SQLException {
        try {
            String sql = group.stream()
                    .map(table -> "SELECT " + literal(table.asked()) + ", count(*) FROM "
                            + (table.kind().equals(ONLY) ? "ONLY " : "") + table.sql())
                    .collect(Collectors.joining(" UNION ALL "));
            for (Map.Entry<String, Long> one : session.list(row -> Map.entry(row.getString(1), row.getLong(2)), sql)) {
                rows.put(one.getKey(), one.getValue());
            }
            return;
        } catch (SQLException e) {
            failedOn(e, group.stream().map(TableGroups.Sized::asked).toList());
        }
        for (int i = 0; group.size() > 1 && i < group.size(); i++) {
            count(session, group.subList(i, i + 1));
        }
    }
}
