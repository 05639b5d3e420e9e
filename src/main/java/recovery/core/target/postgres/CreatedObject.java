package recovery.core.target.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import recovery.core.dump.SqlTokens;

/**
 * What a statement would make, as far as later statements name it.
 *
 * @param kind e.g. {@code table}, {@code foreign data wrapper}
 * @param name with its schema where it has one
 */
record CreatedObject(String kind, List<String> name) {
    private static final Set<String> BEFORE_KIND = Set.of(
            "or",
            "replace",
            "unlogged",
            "temporary",
            "temp",
            "global",
            "local",
            "unique",
            "recursive",
            "trusted",
            "procedural",
            "default",
            "constraint");
    private static final List<String> LONG_KINDS = List.of(
            "foreign data wrapper",
            "text search configuration",
            "text search dictionary",
            "text search parser",
            "text search template",
            "operator class",
            "operator family",
            "materialized view",
            "foreign table",
            "event trigger",
            "access method",
            "user mapping");
    private static final Set<String> WITH_TABLE = Set.of("index", "trigger", "policy", "rule");

    CreatedObject {
        name = List.copyOf(name);
    }

    /** Empty for statements that make nothing with a name. */
    static Optional<CreatedObject> of(SqlTokens tokens) {
        if (tokens.begins("alter table")) {
            return constraint(tokens);
        }
        if (!tokens.begins("create")) {
            return Optional.empty();
        }
        int at = 1;
        while (BEFORE_KIND.contains(tokens.get(at).text())) {
            at++;
        }
        int start = at;
        String kind = LONG_KINDS.stream()
                .filter(words -> tokens.has(start, words))
                .findFirst()
                .orElse(tokens.get(at).text());
        at += kind.split(" ", -1).length;
        at += tokens.has(at, "concurrently") ? 1 : 0;
        at += tokens.has(at, "if not exists") ? 3 : 0;
        return tokens.name(at).map(name -> new CreatedObject(kind, name(tokens, kind, name)));
    }

    private static List<String> name(SqlTokens tokens, String kind, SqlTokens.Name name) {
        if (!WITH_TABLE.contains(kind)) {
            return name.parts();
        }
        // the schema is that of its table
        int on = Math.max(tokens.find(name.next(), "on"), tokens.find(name.next(), "to"));
        Optional<SqlTokens.Name> table =
                on < 0 ? Optional.empty() : tokens.name(tokens.has(on + 1, "only") ? on + 2 : on + 1);
        List<String> parts = new ArrayList<>();
        table.flatMap(SqlTokens.Name::qualifier).ifPresent(parts::add);
        parts.add(name.last());
        return parts;
    }

    private static Optional<CreatedObject> constraint(SqlTokens tokens) {
        int at = tokens.find(3, "add constraint");
        return at < 0 || !tokens.get(at + 2).isName()
                ? Optional.empty()
                : Optional.of(new CreatedObject(
                        "constraint", List.of(tokens.get(at + 2).text())));
    }

    /** Rows of the dump go into it. */
    boolean holdsRows() {
        return kind.equals("table");
    }

    /** E.g. {@code table 'sales.users'}. */
    String title() {
        return kind + " '" + String.join(".", name) + "'";
    }
}
