package recovery.core.target.postgres;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;
import recovery.core.dump.SqlTokens.Token;
import recovery.core.target.RoleOptions;

/** Puts the roles that the operator chose in the place of those a dump names. Stateless after it was made. */
final class RoleNames {
    private static final Set<String> WORDS =
            Set.of("public", "current_user", "session_user", "current_role", "none", "default", "user");

    private final RoleOptions options;

    RoleNames(RoleOptions options) {
        this.options = options;
    }

    boolean areAsInTheDump() {
        return options.owner().isEmpty() && options.renamed().isEmpty();
    }

    DumpPart.Statement apply(DumpPart.Statement statement, SqlTokens tokens) {
        List<RolePlaces.Place> places = areAsInTheDump() ? List.of() : RolePlaces.of(tokens);
        StringBuilder sql = new StringBuilder(statement.sql());
        for (int i = places.size() - 1; i >= 0; i--) {
            Token role = tokens.get(places.get(i).token());
            replacement(role, places.get(i).owner())
                    .ifPresent(name -> sql.replace(
                            role.begin(), role.end(), schemaBefore(tokens, role) + PostgresNames.quoted(name)));
        }
        return places.isEmpty() ? statement : with(statement, sql.toString());
    }

    static DumpPart.Statement with(DumpPart.Statement statement, String sql) {
        return new DumpPart.Statement(statement.entry(), sql, statement.position(), statement.line(), statement.rows());
    }

    private Optional<String> replacement(Token role, boolean owner) {
        if (role.kind() == SqlTokens.Kind.WORD && WORDS.contains(role.text())) {
            return Optional.empty();
        }
        Optional<String> everythings = owner ? options.owner() : Optional.empty();
        return everythings.or(() -> Optional.ofNullable(options.renamed().get(role.text())));
    }

    /** {@code CREATE SCHEMA AUTHORIZATION ann} makes a schema ann, whoever is to own it. */
    private static String schemaBefore(SqlTokens tokens, Token role) {
        boolean nameless =
                tokens.has(0, "create schema authorization") && tokens.get(3).begin() == role.begin();
        return nameless ? PostgresNames.quoted(role.text()) + " AUTHORIZATION " : "";
    }
}
