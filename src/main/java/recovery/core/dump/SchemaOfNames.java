package recovery.core.dump;

import recovery.core.dump.SelectionScope.Relation;

/** In which schema the names of a dump are that say none: follows {@code search_path}. For one thread. */
final class SchemaOfNames {
    private String current = "public";

    /** Looks at a statement; does nothing if it is another one. */
    void follow(SqlTokens tokens) {
        if (tokens.begins("set search_path")) {
            use(tokens.get(3).text());
        } else if (isSetting(tokens)) {
            int at = tokens.name(1).orElseThrow().next() + 1;
            if (tokens.get(at).text().equals("search_path")) {
                SqlTokens path = SqlTokens.of(tokens.get(at + 2).text(), 1);
                use(path.get(0).text());
            }
        }
    }

    /** {@code SELECT pg_catalog.set_config(…)}. */
    static boolean isSetting(SqlTokens tokens) {
        return tokens.begins("select")
                && tokens.name(1)
                        .filter(name -> name.last().equals("set_config"))
                        .isPresent();
    }

    private void use(String schema) {
        current = schema;
    }

    Relation of(SqlTokens.Name name) {
        return new Relation(name.qualifier().orElse(current), name.last());
    }
}
