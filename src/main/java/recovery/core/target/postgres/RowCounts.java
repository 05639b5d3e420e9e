package recovery.core.target.postgres;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import recovery.core.target.LoadResult.TableRows;

/**
 * How many rows the dump has for each table, as far as it says so.
 *
 * <p>Rows that were loaded into a partitioned table are counted for that table, and its partitions have no number of
 * their own; a partitioned table without such rows is not listed, because it holds none itself. A parent of
 * inheritance is counted without its children. For one thread.
 */
final class RowCounts {
    private static final long UNKNOWN = -1;

    private final Map<TableName, Long> rows = new HashMap<>();
    private boolean allUnknown;

    /** A table that was created empty. */
    void created(TableName table) {
        rows.putIfAbsent(table, 0L);
    }

    /** The dump has made the table and put no rows into it. */
    boolean isEmpty(TableName table) {
        return !allUnknown && rows.getOrDefault(table, UNKNOWN) == 0;
    }

    void added(TableName table, long more) {
        rows.merge(table, more, (before, added) -> before == UNKNOWN ? UNKNOWN : before + added);
    }

    /** The dump changed the rows of {@code table} in a way that cannot be counted. */
    void unknown(TableName table) {
        rows.put(table, UNKNOWN);
    }

    void dropped(TableName table) {
        rows.remove(table);
    }

    void schemaDropped(String schema) {
        rows.keySet().removeIf(table -> table.schema().equals(schema));
    }

    /** The dump did something after which no number can be told. */
    void allUnknown() {
        allUnknown = true;
    }

    /** Nothing has happened yet after which no number can be told. */
    boolean areKnown() {
        return !allUnknown;
    }

    /** The tables that exist in the end, in the order of {@code existing}. */
    List<TableRows> tables(List<LoadCatalog.Table> existing) {
        // Rows that were loaded through a view are in a table that nobody named.
        allUnknown |= existing.stream().anyMatch(table -> table.isView() && rows.getOrDefault(table.name(), 0L) != 0);
        Map<TableName, LoadCatalog.Table> byName = new LinkedHashMap<>();
        existing.forEach(table -> byName.put(table.name(), table));
        Map<TableName, Set<TableName>> leaves = new HashMap<>();
        for (LoadCatalog.Table table : existing) {
            for (TableName root : roots(table, byName)) {
                leaves.computeIfAbsent(root, name -> new HashSet<>()).add(table.name());
            }
        }
        List<TableRows> tables = new ArrayList<>();
        for (LoadCatalog.Table table : existing) {
            boolean throughRoot = roots(table, byName).stream().anyMatch(root -> rows.getOrDefault(root, 0L) != 0);
            if (table.isPartitioned()) {
                if (rows.getOrDefault(table.name(), 0L) != 0) {
                    OptionalLong all = throughRoot
                            ? OptionalLong.empty()
                            : sum(table.name(), leaves.getOrDefault(table.name(), Set.of()));
                    tables.add(new TableRows(table.sql(), all));
                }
            } else if (!table.isView()) {
                OptionalLong own = throughRoot ? OptionalLong.empty() : sum(table.name(), Set.of());
                tables.add(new TableRows(table.sql(), own));
            }
        }
        return tables;
    }

    /** The partitioned tables above {@code table}, nearest first. */
    private static List<TableName> roots(LoadCatalog.Table table, Map<TableName, LoadCatalog.Table> byName) {
        List<TableName> roots = new ArrayList<>();
        Optional<TableName> parent = table.parent();
        while (parent.isPresent()) {
            roots.add(parent.get());
            LoadCatalog.Table above = byName.get(parent.get());
            parent = above == null ? Optional.empty() : above.parent();
        }
        return roots;
    }

    private OptionalLong sum(TableName table, Set<TableName> more) {
        if (allUnknown || !rows.containsKey(table)) {
            return OptionalLong.empty();
        }
        long sum = rows.get(table);
        for (TableName part : more) {
            long count = rows.getOrDefault(part, 0L);
            sum = sum == UNKNOWN || count == UNKNOWN ? UNKNOWN : sum + count;
        }
        return sum == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(sum);
    }
}
