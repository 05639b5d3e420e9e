package recovery.core.inspect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;
import recovery.core.dump.StatementFacts;

/**
 * Finds the tables that need an extension: in an archive by its dependencies, in a script by the names of what
 * well-known extensions bring. For one thread, in the order of the dump.
 */
final class ExtensionUse {
    private static final int MOST_TOKENS = 20_000;
    private static final int MOST_TABLES = 10_000;
    private static final Map<String, String> EXTENSION_OF = new HashMap<>();

    static {
        brings("hstore", "hstore", "gin_hstore_ops", "gist_hstore_ops");
        brings("citext", "citext");
        brings("postgis", "geometry", "geography", "box2d", "box3d", "gist_geometry_ops_2d", "gist_geometry_ops_nd");
        brings("postgis_raster", "raster");
        brings("postgis_topology", "topogeometry");
        brings("vector", "vector", "halfvec", "sparsevec", "vector_l2_ops", "vector_cosine_ops", "vector_ip_ops");
        brings("ltree", "ltree", "lquery", "ltxtquery");
        brings("cube", "cube");
        brings("seg", "seg");
        brings("intarray", "query_int", "gist__int_ops", "gin__int_ops");
        brings("isn", "ean13", "isbn", "isbn13", "issn", "issn13", "ismn", "ismn13", "upc");
        brings("pg_trgm", "gin_trgm_ops", "gist_trgm_ops");
        brings(
                "uuid-ossp",
                "uuid_generate_v1",
                "uuid_generate_v1mc",
                "uuid_generate_v3",
                "uuid_generate_v4",
                "uuid_generate_v5");
        brings("timescaledb", "create_hypertable");
    }

    private final Map<Integer, String> entries = new HashMap<>();
    private final Set<String> created = new LinkedHashSet<>();
    private final Map<String, Set<String>> tables = new LinkedHashMap<>();

    private static void brings(String extension, String... names) {
        for (String name : names) {
            EXTENSION_OF.put(name, extension);
        }
    }

    void look(DumpPart.Statement statement, StatementFacts facts) {
        facts.extension().ifPresent(name -> {
            created.add(name);
            if (statement.entry().dumpId() > 0) {
                entries.put(statement.entry().dumpId(), name);
            }
        });
        if (created.isEmpty()) {
            return;
        }
        SqlTokens tokens = SqlTokens.of(statement.sql(), 4);
        boolean index = tokens.begins("create index") || tokens.begins("create unique index");
        if (facts.createdTable().isPresent() || index) {
            SqlTokens all = SqlTokens.of(statement.sql(), MOST_TOKENS);
            int on = all.find(2, "on") + 1;
            String table = index
                    ? all.name(all.get(on).is("only") ? on + 1 : on)
                            .map(SqlTokens.Name::sql)
                            .orElse("")
                    : facts.createdTable().get().sql();
            used(statement, all).forEach(extension -> add(extension, table));
        }
    }

    private Set<String> used(DumpPart.Statement statement, SqlTokens tokens) {
        Set<String> used = new LinkedHashSet<>();
        for (int needed : statement.entry().dependencies()) {
            if (entries.containsKey(needed)) {
                used.add(entries.get(needed));
            }
        }
        for (int i = 2; i < tokens.size(); i++) {
            String extension =
                    tokens.get(i).isName() ? EXTENSION_OF.get(tokens.get(i).text()) : null;
            // a column may be called like a type; a type of an extension stands behind its schema or behind a name
            boolean first = tokens.get(i - 1).isSymbol('(') || tokens.get(i - 1).isSymbol(',');
            if (extension != null && created.contains(extension) && !first) {
                used.add(extension);
            }
        }
        return used;
    }

    private void add(String extension, String table) {
        Set<String> known = tables.computeIfAbsent(extension, name -> new LinkedHashSet<>());
        if (known.size() < MOST_TABLES) {
            known.add(table);
        }
    }

    /** By extension, in the order of the dump. */
    Map<String, List<String>> tables() {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        tables.forEach((extension, names) -> lists.put(extension, new ArrayList<>(names)));
        return lists;
    }
}
