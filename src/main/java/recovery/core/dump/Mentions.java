package recovery.core.dump;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import recovery.core.dump.SelectionScope.Relation;
import recovery.core.dump.SqlTokens.Kind;
import recovery.core.dump.SqlTokens.Token;

/**
 * The tables, functions and types that a statement may speak of: names with a schema, names where only a table can
 * stand, and strings cast to {@code regclass}. The text of a function in quotes is not looked into.
 */
final class Mentions {
    private static final Set<String> BEFORE_TABLE = Set.of(
            "from",
            "join",
            "references",
            "into",
            "update",
            "only",
            "inherits",
            "of",
            "partition",
            "table",
            "setof",
            "on",
            "using");

    private Mentions() {}

    static Set<Relation> of(SqlTokens tokens, SchemaOfNames schemas) {
        Set<Relation> found = new LinkedHashSet<>();
        int at = 0;
        while (at < tokens.size()) {
            Token token = tokens.get(at);
            if (token.kind() == Kind.STRING && isRegclass(tokens, at)) {
                SqlTokens.of(token.text(), 5).name(0).map(schemas::of).ifPresent(found::add);
            }
            if (!token.isName()) {
                at++;
                continue;
            }
            SqlTokens.Name name = tokens.name(at).orElse(new SqlTokens.Name(List.of(token.text()), at + 1));
            add(found, name, isBeforeTable(tokens, at), schemas);
            at = Math.max(at + 1, name.next());
        }
        return found;
    }

    /** Each pair of neighbours may be a schema and what is in it: {@code sales.orders.id} is a column. */
    private static void add(Set<Relation> found, SqlTokens.Name name, boolean table, SchemaOfNames schemas) {
        List<String> parts = name.parts();
        for (int i = 0; i + 1 < parts.size(); i++) {
            found.add(new Relation(parts.get(i), parts.get(i + 1)));
        }
        if (parts.size() == 1 && table) {
            found.add(schemas.of(name));
        }
    }

    private static boolean isBeforeTable(SqlTokens tokens, int at) {
        if (at == 0) {
            return false;
        }
        Token before = tokens.get(at - 1);
        boolean parenthesis =
                before.isSymbol('(') && at > 1 && tokens.get(at - 2).is("inherits");
        return parenthesis || (before.kind() == Kind.WORD && BEFORE_TABLE.contains(before.text()));
    }

    private static boolean isRegclass(SqlTokens tokens, int at) {
        return tokens.get(at + 1).isSymbol(':') && tokens.get(at + 3).is("regclass");
    }
}
