package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import recovery.core.target.postgres.postdata.Relations;
import recovery.core.target.postgres.postdata.Step;

/**
 * Which tables of the copy are partitioned or inherit from each other, so that what is done to one is done to others
 * too. Asks the database at the first {@link #look}, and again after {@link #mayHaveChanged}. For one thread.
 */
final class TableFamilies implements Relations {
    private static final String PARENTS = "SELECT cn.nspname || E'\\u0001' || c.relname || E'\\u0001' || pn.nspname"
            + " || E'\\u0001' || p.relname FROM pg_catalog.pg_inherits i"
            + " JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace"
            + " JOIN pg_catalog.pg_class p ON p.oid = i.inhparent JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace"
            + " WHERE c.relkind IN ('r', 'p', 'f')";
    private static final String PARTITIONED = "SELECT n.nspname || E'\\u0001' || c.relname FROM pg_catalog.pg_class c"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'p'";
    private static final String BETWEEN = "\u0001";

    private final LoadConnection connection;
    private final Map<String, Set<String>> parents = new HashMap<>();
    private final Map<String, Set<String>> children = new HashMap<>();
    private final Set<String> partitioned = new HashSet<>();
    private boolean known;

    TableFamilies(LoadConnection connection) {
        this.connection = connection;
    }

    @Override
    public boolean isPartitioned(String schema, String table) {
        return partitioned.contains(Step.name(schema, table));
    }

    @Override
    public Set<String> below(String schema, String table) {
        return reached(Step.name(schema, table), children);
    }

    @Override
    public Set<String> above(String schema, String table) {
        return reached(Step.name(schema, table), parents);
    }

    private static Set<String> reached(String from, Map<String, Set<String>> steps) {
        Set<String> found = new LinkedHashSet<>();
        Deque<String> left = new ArrayDeque<>(Set.of(from));
        while (!left.isEmpty()) {
            for (String next : steps.getOrDefault(left.poll(), Set.of())) {
                if (found.add(next)) {
                    left.add(next);
                }
            }
        }
        return found;
    }

    void mayHaveChanged() {
        known = false;
    }

    /** Sees to it that what this tells is true now. */
    void look() throws SQLException {
        if (known) {
            return;
        }
        parents.clear();
        children.clear();
        partitioned.clear();
        for (String row : connection.values(PARENTS)) {
            List<String> names = List.of(row.split(BETWEEN, -1));
            String child = Step.name(names.get(0), names.get(1));
            String parent = Step.name(names.get(2), names.get(3));
            parents.computeIfAbsent(child, key -> new HashSet<>()).add(parent);
            children.computeIfAbsent(parent, key -> new HashSet<>()).add(child);
        }
        for (String row : connection.values(PARTITIONED)) {
            List<String> names = List.of(row.split(BETWEEN, -1));
            partitioned.add(Step.name(names.get(0), names.get(1)));
        }
        known = true;
    }
}
