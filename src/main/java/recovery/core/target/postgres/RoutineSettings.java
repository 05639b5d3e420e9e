package recovery.core.target.postgres;

import static recovery.core.target.postgres.LoadNotes.Kind.SETTING_UNKNOWN;

import java.util.Locale;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;
import recovery.core.dump.SqlTokens.Token;

/**
 * {@code CREATE FUNCTION … SET x TO …}: the server checks the settings when the routine is created, so what it does not
 * know is left out. Stateless after it was made.
 */
final class RoutineSettings {
    private final LoadServer server;

    RoutineSettings(LoadServer server) {
        this.server = server;
    }

    DumpPart.Statement apply(DumpPart.Statement statement, SqlTokens tokens, LoadNotes notes) {
        int kind = tokens.begins("create or replace") ? 3 : 1;
        boolean routine = tokens.get(kind).is("function") || tokens.get(kind).is("procedure");
        if (!tokens.begins("create") || !routine) {
            return statement;
        }
        StringBuilder sql = new StringBuilder();
        int kept = 0;
        int body = tokens.find(kind, "begin atomic");
        int end = body < 0 ? tokens.size() : body;
        int at = tokens.find(kind, "set");
        while (at > 0 && at < end) {
            int next = behind(tokens, at);
            String name = tokens.name(at + 1)
                    .map(found -> String.join(".", found.parts()))
                    .orElse("")
                    .toLowerCase(Locale.ROOT);
            if (next > 0 && !server.knowsSetting(name)) {
                sql.append(statement.sql(), kept, tokens.get(at).begin());
                kept = tokens.get(next - 1).end();
                notes.add(SETTING_UNKNOWN, "setting", "settings", name, statement);
            }
            at = tokens.find(Math.max(next, at + 1), "set");
        }
        return kept == 0
                ? statement
                : RoleNames.with(
                        statement, sql.append(statement.sql().substring(kept)).toString());
    }

    /** Index of the token behind the clause whose SET stands at {@code set}; -1 if it is no such clause. */
    private static int behind(SqlTokens tokens, int set) {
        int sign = tokens.name(set + 1).map(SqlTokens.Name::next).orElse(-1);
        if (sign < 0) {
            return -1;
        }
        if (tokens.has(sign, "from current")) {
            return sign + 2;
        }
        if (!tokens.get(sign).is("to") && !tokens.get(sign).isSymbol('=')) {
            return -1;
        }
        int at = value(tokens, sign + 1);
        while (tokens.get(at).isSymbol(',')) {
            at = value(tokens, at + 1);
        }
        return at;
    }

    private static int value(SqlTokens tokens, int at) {
        Token first = tokens.get(at);
        return first.isSymbol('-') || first.isSymbol('+') ? at + 2 : at + 1;
    }
}
