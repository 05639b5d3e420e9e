package recovery.core.target.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import recovery.core.dump.SqlTokens;

/**
 * What the rules have to know of the server the copy is on.
 *
 * @param user the role that loads; what a missing role should own belongs to it
 * @param copy name of the database that is filled
 * @param live name of the live database, whose own settings will be carried over to the copy; empty without one
 * @param roles all roles of the server
 * @param settings all parameters of the server, in lower case
 */
record LoadServer(String user, String copy, Optional<String> live, Set<String> roles, Set<String> settings) {
    /** Known to every server but not listed in {@code pg_settings}. */
    private static final Set<String> UNLISTED = Set.of("role", "session_authorization", "seed", "is_superuser");

    /** Words that stand for a role wherever a role is named. */
    private static final Set<String> ROLE_WORDS = Set.of("public", "current_user", "session_user", "current_role");

    static LoadServer ask(Connection connection, Optional<String> live) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return new LoadServer(
                    column(statement, "SELECT current_user").iterator().next(),
                    column(statement, "SELECT current_database()").iterator().next(),
                    live,
                    column(statement, "SELECT rolname FROM pg_catalog.pg_roles"),
                    column(statement, "SELECT lower(name) FROM pg_catalog.pg_settings"));
        }
    }

    private static Set<String> column(Statement statement, String sql) throws SQLException {
        Set<String> values = new HashSet<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    /** Whether the role named by {@code token} exists or is a word for one. */
    boolean hasRole(SqlTokens.Token token) {
        boolean word = token.kind() == SqlTokens.Kind.WORD && ROLE_WORDS.contains(token.text());
        return word || roles.contains(token.text());
    }

    /** Parameters with a dot belong to extensions or applications; any server takes them. */
    boolean knowsSetting(String lowerCaseName) {
        return lowerCaseName.contains(".") || settings.contains(lowerCaseName) || UNLISTED.contains(lowerCaseName);
    }

    List<String> missing(List<SqlTokens.Token> roleTokens) {
        return roleTokens.stream()
                .filter(token -> !hasRole(token))
                .map(SqlTokens.Token::text)
                .distinct()
                .toList();
    }
}
