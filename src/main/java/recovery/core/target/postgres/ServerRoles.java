package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.LOAD_FAILED;
import static recovery.core.error.RecoveryException.problem;
import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import recovery.core.dump.SqlTokens;
import recovery.core.dump.SqlTokens.Token;
import recovery.core.target.RoleOptions;

/**
 * The roles of the server, and those that a restore adds because it was asked to. A role is made at the moment when
 * something is to belong or to be granted to it; roles that were there before are never changed. For one thread.
 */
final class ServerRoles {
    /** Words that stand for a role wherever a role is named. */
    private static final Set<String> WORDS = Set.of("public", "current_user", "session_user", "current_role");

    private final Set<String> known;
    private final boolean create;
    private final RoleDefinitions definitions;
    private final Server server;
    private final List<String> refused = new ArrayList<>();
    private final Set<String> made = new LinkedHashSet<>();

    /** Where roles are made. */
    interface Server {
        void run(String sql) throws SQLException;
    }

    ServerRoles(Set<String> existing, RoleOptions options, int version, Server server) {
        this.known = new HashSet<>(existing);
        this.create = options.create();
        this.definitions = new RoleDefinitions(options.createAsDumped(), version);
        this.server = server;
    }

    /** Only those that are there. */
    static ServerRoles existing(Set<String> names) {
        return new ServerRoles(names, RoleOptions.AS_THEY_ARE, 0, sql -> {});
    }

    /** Whether the role exists, now if it may be made; or the token is a word for one. */
    boolean has(Token token) {
        boolean word = token.kind() == SqlTokens.Kind.WORD && WORDS.contains(token.text());
        return word || known.contains(token.text()) || isMade(token.text());
    }

    List<String> missing(List<Token> tokens) {
        return tokens.stream()
                .filter(token -> !has(token))
                .map(Token::text)
                .distinct()
                .toList();
    }

    /** Whether the statement defines a role that may be made later; what it says is kept. */
    boolean keeps(SqlTokens tokens, String sql) {
        return create && definitions.keep(tokens, sql, known);
    }

    /** What completes a role and was not accepted by the server. */
    List<String> refused() {
        return List.copyOf(refused);
    }

    /** In the order in which they were made. */
    List<String> made() {
        return List.copyOf(made);
    }

    /** A setting that this server does not know is no reason to do without the role. */
    private void complete(String sql) throws SQLException {
        try {
            server.run(sql);
        } catch (SQLException e) {
            if (!Set.of("42704", "22023", "42501").contains(PostgresErrors.state(e))) {
                throw e;
            }
            refused.add(SqlTokens.summary(sql));
        }
    }

    private boolean isMade(String name) {
        // names that begin so belong to the server itself
        if (!create || name.isEmpty() || name.startsWith("pg_")) {
            return false;
        }
        try {
            server.run("CREATE ROLE " + quoted(name) + definitions.attributes(name));
            known.add(name);
            made.add(name);
            for (String sql : new ArrayList<>(definitions.toRunFor(name, made))) {
                complete(sql);
            }
            return true;
        } catch (SQLException e) {
            throw problem(LOAD_FAILED, "the role '%s' cannot be created: %s", name, PostgresErrors.said(e))
                    .causedBy(e)
                    .remedy(
                            "Create the role by hand, then start the restore again.",
                            "Or restore without creating roles; the report then lists what belonged to missing ones.");
        }
    }
}
