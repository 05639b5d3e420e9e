package recovery.core.target.postgres;

import static recovery.core.target.postgres.LoadNotes.Kind.OWNER_NOT_ALLOWED;
import static recovery.core.target.postgres.LoadNotes.RolePart.OTHER;
import static recovery.core.target.postgres.LoadNotes.RolePart.OWNERSHIP;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;
import recovery.core.dump.SqlTokens.Token;

/** Owners that this server lacks or that the restoring role may not set: then the restoring role stays the owner. */
final class OwnerRules implements StatementRule {
    private static final Set<String> NOT_ALLOWED = Set.of("42501");

    private final LoadServer server;

    OwnerRules(LoadServer server) {
        this.server = server;
    }

    @Override
    public Optional<Ruling> rule(DumpPart.Statement statement, SqlTokens tokens) {
        if (tokens.begins("alter")) {
            int owner = tokens.find(1, "owner to");
            return owner < 0 ? userMapping(tokens) : Optional.of(owner(statement, tokens.get(owner + 2)));
        }
        if (tokens.begins("create schema")) {
            int clause = tokens.find(2, "authorization");
            return clause < 0 ? Optional.empty() : Optional.of(schema(statement, tokens, clause));
        }
        return userMapping(tokens);
    }

    private Ruling owner(DumpPart.Statement statement, Token role) {
        if (!server.hasRole(role)) {
            return Ruling.skip(notes -> notes.roleMissing(role.text(), OWNERSHIP));
        }
        return Ruling.run(statement.sql()).forgiving(NOT_ALLOWED, notAllowed(statement, role));
    }

    private Ruling schema(DumpPart.Statement statement, SqlTokens tokens, int clause) {
        Token role = tokens.get(clause + 1);
        String sql = statement.sql();
        boolean named = tokens.get(clause - 1).isName()
                && clause > 2
                && !tokens.get(clause - 1).is("exists");
        String name = named ? "" : sql.substring(role.begin(), role.end());
        String without = sql.substring(0, tokens.get(clause).begin()) + name + sql.substring(role.end());
        if (!server.hasRole(role)) {
            return Ruling.changed(without, notes -> notes.roleMissing(role.text(), OWNERSHIP));
        }
        return Ruling.run(sql)
                .forgiving(NOT_ALLOWED, notAllowed(statement, role))
                .orElse(without);
    }

    private Optional<Ruling> userMapping(SqlTokens tokens) {
        int role = tokens.find(0, "user mapping") == 1 ? tokens.find(3, "for") + 1 : 0;
        if (role == 0 || tokens.get(role).is("user") || server.hasRole(tokens.get(role))) {
            return Optional.empty();
        }
        return Optional.of(
                Ruling.skip(notes -> notes.roleMissing(tokens.get(role).text(), OTHER)));
    }

    private static Consumer<LoadNotes> notAllowed(DumpPart.Statement statement, Token role) {
        return notes -> notes.add(OWNER_NOT_ALLOWED, "object", "objects", role.text(), statement);
    }
}
