package recovery.core.dump;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one statement of a PostgreSQL dump says about roles, extensions, schemas, databases and tables, read off its
 * tokens. What it does not understand it leaves out. Immutable.
 *
 * @param roles owners and grantees that must exist for the statement to work
 * @param createdTable a table that can hold rows of its own: no partitioned and no foreign one
 */
public record StatementFacts(
        List<String> roles,
        Optional<String> extension,
        Optional<String> schema,
        Optional<String> database,
        Optional<SqlTokens.Name> createdTable) {
    /** Longer statements are read no further; the roles of a GRANT on 500 columns still are. */
    private static final int MOST_TOKENS = 2000;

    private static final Set<String> NO_ROLES =
            Set.of("public", "current_user", "session_user", "current_role", "none", "default");
    private static final Set<String> BEFORE_TABLE =
            Set.of("global", "local", "temporary", "temp", "unlogged", "table", "if", "not", "exists");

    public StatementFacts {
        roles = List.copyOf(roles);
    }

    /** Reads the facts off {@code sql}. */
    public static StatementFacts of(String sql) {
        return of(SqlTokens.of(sql, MOST_TOKENS));
    }

    /** Reads the facts off tokens that begin with the statement's first word. */
    public static StatementFacts of(SqlTokens tokens) {
        return new StatementFacts(
                new Roles(tokens).all(),
                created(tokens, "extension"),
                createdSchema(tokens),
                created(tokens, "database"),
                createdTable(tokens));
    }

    private static Optional<String> created(SqlTokens tokens, String kind) {
        if (!tokens.begins("create " + kind)) {
            return Optional.empty();
        }
        return tokens.name(tokens.has(2, "if not exists") ? 5 : 2).map(SqlTokens.Name::last);
    }

    private static Optional<String> createdSchema(SqlTokens tokens) {
        Optional<String> name = created(tokens, "schema");
        int at = tokens.has(2, "if not exists") ? 5 : 2;
        return name.isPresent() && tokens.get(at).is("authorization")
                ? tokens.name(at + 1).map(SqlTokens.Name::last)
                : name;
    }

    private static Optional<SqlTokens.Name> createdTable(SqlTokens tokens) {
        int at = 1;
        boolean table = false;
        while (BEFORE_TABLE.contains(tokens.get(at).text()) && tokens.get(at).kind() == SqlTokens.Kind.WORD) {
            table |= tokens.get(at).is("table");
            at++;
        }
        boolean rows = tokens.begins("create") && table && tokens.find(at, "partition by") < 0;
        return rows ? tokens.name(at) : Optional.empty();
    }

    /** Finds the places of a statement where roles stand. */
    private static final class Roles {
        private final SqlTokens tokens;
        private final List<String> found = new ArrayList<>();

        Roles(SqlTokens tokens) {
            this.tokens = tokens;
        }

        List<String> all() {
            switch (tokens.get(0).kind() == SqlTokens.Kind.WORD ? tokens.get(0).text() : "") {
                case "alter" -> ofAlter();
                case "create" -> ofCreate();
                case "grant" -> ofGrant(1, "to");
                case "revoke" -> ofGrant(1, "from");
                case "set" -> ofSet();
                case "reassign", "drop" -> ofOwned();
                default -> {}
            }
            return found;
        }

        private void ofAlter() {
            if (tokens.begins("alter database")) {
                return;
            }
            behind(tokens.find(1, "owner to"), 2);
            if (tokens.begins("alter default privileges")) {
                behind(tokens.find(3, "for role"), 2);
                behind(tokens.find(3, "for user"), 2);
                ofGrant(tokens.find(3, "grant"), "to");
                ofGrant(tokens.find(3, "revoke"), "from");
            } else if (tokens.begins("alter policy")) {
                behind(tokens.find(4, "to"), 1);
            } else if (tokens.begins("alter role") && tokens.find(2, "in database") == 3) {
                behind(1, 1);
            } else if (tokens.begins("alter user mapping")) {
                behind(tokens.find(3, "for"), 1);
            }
        }

        private void ofCreate() {
            if (tokens.begins("create schema")) {
                behind(tokens.find(2, "authorization"), 1);
            } else if (tokens.begins("create policy")) {
                behind(tokens.find(4, "to"), 1);
            } else if (tokens.begins("create user mapping")) {
                behind(tokens.find(3, "for"), 1);
            }
        }

        /** {@code GRANT … ON … TO a, b}; without ON also the roles that are granted. */
        private void ofGrant(int at, String word) {
            int roles = at < 0 ? -1 : tokens.find(at, word);
            if (roles < 0) {
                return;
            }
            behind(roles, tokens.get(roles + 1).is("group") ? 2 : 1);
            behind(tokens.find(roles, "granted by"), 2);
            int on = tokens.find(at, "on");
            if (tokens.get(0).is("alter") || (on >= 0 && on < roles)) {
                return;
            }
            behind(at, tokens.has(at, "admin option for") ? 3 : 0);
        }

        private void ofSet() {
            if (tokens.begins("set role")) {
                behind(1, 1);
            } else if (tokens.begins("set session authorization")) {
                behind(2, 1);
            }
        }

        private void ofOwned() {
            if (tokens.begins("reassign owned by") || tokens.begins("drop owned by")) {
                behind(2, 1);
                behind(tokens.find(3, "to"), 1);
            }
        }

        /** The list of roles that begins {@code ahead} tokens behind {@code place}; nothing if that is negative. */
        private void behind(int place, int ahead) {
            int at = place + ahead;
            while (place >= 0 && (tokens.get(at).isName() || tokens.get(at).kind() == SqlTokens.Kind.STRING)) {
                add(tokens.get(at));
                if (!tokens.get(at + 1).isSymbol(',')) {
                    return;
                }
                at += 2;
            }
        }

        private void add(SqlTokens.Token token) {
            boolean role = token.kind() != SqlTokens.Kind.WORD || !NO_ROLES.contains(token.text());
            if (role && !found.contains(token.text())) {
                found.add(token.text());
            }
        }
    }
}
