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
import recovery.core.target.postgres.postdata.Step;

/**
 * Which tables of the copy are partitioned or inherit from each other, so that what is done to one is done to others
 * too. Asks the database once, and again after {@link #mayHaveChanged}. For one thread.
 */
final class TableFamilies {
    private static final String PARENTS = "SELECT cn.nspname || E'\\u0001' || c.relname || E'\\u0001' || pn.nspname"
            + " || E'\\u0001' || p.relname FROM pg_catalog.pg_inherits i"
            + " JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace"
            + " JOIN pg_catalog.pg_class p ON p.oid = i.inhparent JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace"
            + " WHERE c.relkind IN ('r', 'p', 'f')";
    private static final String PARTITIONED = "SELECT n.nspname || E'\\u0001' || c.relname FROM pg_catalog.pg_class c"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'p'";
    private static final String BETWEEN = "\u0001";

    private final LoadConnection connection;
    private final Map<String, Set<String>> neighbours = new HashMap<>();
    private final Set<String> partitioned = new HashSet<>();
    private boolean known;

    TableFamilies(LoadConnection connection) {
        this.connection = connection;
    }

    /** The table itself, and all above and below it, by {@link Step#name}. */
    Set<String> of(String name) throws SQLException {
        look();
        Set<String> family = new LinkedHashSet<>(Set.of(name));
        Deque<String> left = new ArrayDeque<>(family);
        while (!left.isEmpty()) {
            for (String neighbour : neighbours.getOrDefault(left.poll(), Set.of())) {
                if (family.add(neighbour)) {
                    left.add(neighbour);
                }
            }
        }
        return family;
    }

    boolean isPartitioned(String name) throws SQLException {
        look();
        return partitioned.contains(name);
    }

    void mayHaveChanged() {
        known = false;
    }

    private void look() throws SQLException {
        if (known) {
            return;
        }
        neighbours.clear();
        partitioned.clear();
        for (String row : connection.values(PARENTS)) {
            List<String> names = List.of(row.split(BETWEEN, -1));
            String child = Step.name(names.get(0), names.get(1));
            String parent = Step.name(names.get(2), names.get(3));
            neighbours.computeIfAbsent(child, key -> new HashSet<>()).add(parent);
            neighbours.computeIfAbsent(parent, key -> new HashSet<>()).add(child);
        }
        for (String row : connection.values(PARTITIONED)) {
            List<String> names = List.of(row.split(BETWEEN, -1));
            partitioned.add(Step.name(names.get(0), names.get(1)));
        }
        known = true;
    }
}
