package recovery.core.target.postgres;

import static recovery.core.target.postgres.LoadNotes.Kind.DATABASE_SETTING_APPLIED;
import static recovery.core.target.postgres.LoadNotes.Kind.DATABASE_STATEMENT_SKIPPED;
import static recovery.core.target.postgres.LoadNotes.Kind.ROLE_STATEMENT_SKIPPED;
import static recovery.core.target.postgres.LoadNotes.Kind.TABLESPACE_STATEMENT_SKIPPED;

import java.util.Optional;
import java.util.Set;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;

/** Statements on what is more than the copy: other databases, roles, tablespaces. They never run. */
final class ClusterRules implements StatementRule {
    private static final Set<String> CHANGES = Set.of("create", "alter", "drop");
    private static final Set<String> ROLES = Set.of("role", "user", "group");
    private static final Set<String> ENDS_SESSIONS = Set.of("pg_terminate_backend", "pg_cancel_backend");

    private final LoadServer server;

    ClusterRules(LoadServer server) {
        this.server = server;
    }

    @Override
    public Optional<Ruling> rule(DumpPart.Statement statement, SqlTokens tokens) {
        if (isDatabaseSetting(tokens) && server.live().isEmpty()) {
            return Optional.of(onCopy(statement, tokens));
        }
        if (server.roles().keeps(tokens, statement.sql())) {
            return Optional.of(Ruling.skip(notes -> {}));
        }
        return kind(tokens)
                .map(kind -> Ruling.skip(notes -> notes.add(
                        kind, "statement", "statements", SqlTokens.summary(visible(tokens, statement)), statement)));
    }

    private static Optional<LoadNotes.Kind> kind(SqlTokens tokens) {
        String object = objectKind(tokens);
        if (object.equals("database") || endsSessions(tokens) || SharedCatalogs.isUpdateOfDatabases(tokens)) {
            return Optional.of(DATABASE_STATEMENT_SKIPPED);
        }
        if (object.equals("tablespace")) {
            return Optional.of(TABLESPACE_STATEMENT_SKIPPED);
        }
        boolean roles = ROLES.contains(object) || object.equals("parameter") || isMembership(tokens);
        return roles ? Optional.of(ROLE_STATEMENT_SKIPPED) : Optional.empty();
    }

    /** The word that says what a statement is about; {@code CREATE USER MAPPING} is about none of ours. */
    private static String objectKind(SqlTokens tokens) {
        String verb = tokens.get(0).text();
        if (CHANGES.contains(verb)) {
            return tokens.has(1, "user mapping") ? "" : tokens.get(1).text();
        }
        boolean on = verb.equals("comment") || verb.equals("security") || isGrant(tokens);
        int at = on ? tokens.find(1, "on") : -1;
        return at < 0 || !tokens.get(at + 1).isName() || tokens.get(at + 2).isSymbol('.')
                ? ""
                : tokens.get(at + 1).kind() == SqlTokens.Kind.WORD
                        ? tokens.get(at + 1).text()
                        : "";
    }

    private static boolean isGrant(SqlTokens tokens) {
        return tokens.begins("grant") || tokens.begins("revoke");
    }

    /** {@code GRANT role TO role} has no ON. */
    private static boolean isMembership(SqlTokens tokens) {
        return (isGrant(tokens) && tokens.find(1, "on") < 0)
                || tokens.begins("reassign owned")
                || tokens.begins("drop owned");
    }

    /** Exports by hand end the sessions of the database they are about to replace: that would be the live one. */
    private static boolean endsSessions(SqlTokens tokens) {
        if (!tokens.begins("select")) {
            return false;
        }
        for (int i = 1; i < tokens.size(); i++) {
            if (ENDS_SESSIONS.contains(tokens.get(i).text())
                    && tokens.get(i + 1).isSymbol('(')) {
                return true;
            }
        }
        return false;
    }

    private static boolean isDatabaseSetting(SqlTokens tokens) {
        return databaseName(tokens) > 0 && (tokens.find(2, "set") > 0 && tokens.find(2, "tablespace") < 0);
    }

    /** Index of the database's name in {@code ALTER DATABASE x SET …} or {@code ALTER ROLE r IN DATABASE x SET …}. */
    private static int databaseName(SqlTokens tokens) {
        if (tokens.begins("alter database")) {
            return 2;
        }
        boolean role = tokens.begins("alter role") || tokens.begins("alter user");
        return role && tokens.has(3, "in database") ? 5 : -1;
    }

    private Ruling onCopy(DumpPart.Statement statement, SqlTokens tokens) {
        SqlTokens.Token name = tokens.get(databaseName(tokens));
        String sql = statement.sql().substring(0, name.begin())
                + '"'
                + server.copy().replace("\"", "\"\"")
                + '"'
                + statement.sql().substring(name.end());
        String setting = tokens.get(tokens.find(2, "set") + 1).text();
        boolean ofRole = !tokens.begins("alter database") && !tokens.get(2).is("all");
        if (ofRole && !server.hasRole(tokens.get(2))) {
            return Ruling.skip(notes -> notes.roleMissing(tokens.get(2).text(), LoadNotes.RolePart.OTHER));
        }
        if (!server.knowsSetting(setting)) {
            return Ruling.skip(
                    notes -> notes.add(LoadNotes.Kind.SETTING_UNKNOWN, "setting", "settings", setting, statement));
        }
        return Ruling.changed(
                        sql, notes -> notes.add(DATABASE_SETTING_APPLIED, "setting", "settings", setting, statement))
                .forgiving(
                        Set.of("42501", "22023", "42704"),
                        notes -> notes.add(LoadNotes.Kind.SETTING_SKIPPED, "setting", "settings", setting, statement));
    }

    /** Without what comes behind the object's name: it may be a password. */
    private static String visible(SqlTokens tokens, DumpPart.Statement statement) {
        int last = Math.min(tokens.size(), 3) - 1;
        return statement.sql().substring(0, tokens.get(last).end());
    }
}
