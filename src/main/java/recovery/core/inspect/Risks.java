package recovery.core.inspect;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;

/** Finds statements that reach beyond the database that is restored. For one thread. */
final class Risks {
    private static final int MOST = 100;
    private static final int MOST_TOKENS = 2000;
    private static final Set<String> TRUSTED_LANGUAGES = Set.of("sql", "plpgsql", "plperl", "pltcl", "plv8", "plls");

    private final Set<String> sentences = new LinkedHashSet<>();

    /** One sentence each, in the order of the dump. */
    List<String> sentences() {
        return List.copyOf(sentences);
    }

    void look(DumpPart.Statement statement) {
        if (sentences.size() >= MOST) {
            return;
        }
        SqlTokens tokens = SqlTokens.of(statement.sql(), MOST_TOKENS);
        String what = SqlTokens.summary(statement.sql());
        if (tokens.begins("alter system")) {
            add("Line %d changes the configuration of the whole server: %s.", statement, what);
        } else if (tokens.begins("create subscription")) {
            add("Line %d creates a subscription, which connects to another server: %s.", statement, what);
        } else if (tokens.begins("do")) {
            add("Line %d runs code that cannot be looked into: %s.", statement, what);
        } else if (tokens.begins("load")) {
            add("Line %d loads a program library into the server: %s.", statement, what);
        } else if (createsRoutine(tokens)) {
            language(tokens, statement);
        }
    }

    private static boolean createsRoutine(SqlTokens tokens) {
        int at = tokens.begins("create or replace") ? 3 : 1;
        return tokens.begins("create")
                && (tokens.get(at).is("function") || tokens.get(at).is("procedure"));
    }

    private void language(SqlTokens tokens, DumpPart.Statement statement) {
        int at = tokens.find(2, "language");
        String language = at < 0 ? "sql" : tokens.get(at + 1).text();
        if (!TRUSTED_LANGUAGES.contains(language)) {
            add(
                    "Line %d creates a function in the language '%s', which may do anything on the server.",
                    statement, language);
        }
    }

    private void add(String format, DumpPart.Statement statement, String what) {
        sentences.add(format.formatted(statement.line(), what));
    }
}
