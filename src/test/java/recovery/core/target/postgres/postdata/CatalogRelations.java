package recovery.core.target.postgres.postdata;

import java.util.HashSet;
import java.util.Set;

/** {@link Relations} of a database, asked anew each time. */
record CatalogRelations(Session session) implements Relations {
    @Override
    public boolean isPartitioned(String schema, String table) {
        return !session.query("SELECT 1 FROM pg_class WHERE relkind = 'p' AND oid = " + oid(schema, table))
                .isEmpty();
    }

    @Override
    public Set<String> below(String schema, String table) {
        return keys("inhparent", "inhrelid", schema, table);
    }

    @Override
    public Set<String> above(String schema, String table) {
        return keys("inhrelid", "inhparent", schema, table);
    }

    private Set<String> keys(String from, String to, String schema, String table) {
        Set<String> keys = new HashSet<>();
        for (String name :
                session.query("WITH RECURSIVE found AS (SELECT " + to + " AS oid FROM pg_inherits WHERE " + from + " = "
                        + oid(schema, table)
                        + " UNION SELECT " + to + " FROM pg_inherits JOIN found ON " + from + " = found.oid)"
                        + " SELECT nspname || '.' || relname FROM found JOIN pg_class USING (oid)"
                        + " JOIN pg_namespace n ON n.oid = relnamespace")) {
            keys.add(name.replace('.', '\0'));
        }
        return keys;
    }

    private static String oid(String schema, String table) {
        return "coalesce(to_regclass(format('%I.%I', '" + schema.replace("'", "''") + "', '" + table.replace("'", "''")
                + "')), 0)";
    }
}
