package recovery.core.target.postgres;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import recovery.core.dump.SqlTokens;

/**
 * The settings that the dump has made for its session up to here, so that other connections can work under the same.
 * For one thread.
 */
final class DumpSession {
    private static final String ROLE = "role";
    private static final String USER = "session authorization";

    private final LoadServer server;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private String sql;

    DumpSession(LoadServer server) {
        this.server = server;
        sql = joined();
    }

    /** Whether {@code tokens} are a statement that only changes settings of the session. */
    static boolean isSetting(SqlTokens tokens) {
        return !name(tokens).isEmpty();
    }

    /** A statement of the dump, {@code sql} as it was run, has succeeded. */
    void ran(SqlTokens tokens, String statement) {
        String name = name(tokens);
        if (name.isEmpty()) {
            return;
        }
        if (name.equals("all")) {
            settings.clear();
        } else {
            settings.put(name, statement);
        }
        if (name.equals(USER)) {
            settings.remove(ROLE);
        }
        sql = joined();
    }

    /** Statements that give another session these settings, whatever it had before. */
    String sql() {
        return sql;
    }

    private String joined() {
        StringBuilder all = new StringBuilder(LoadSession.fresh(server));
        settings.values().forEach(statement -> all.append(";\n").append(statement));
        return all.toString();
    }

    /** Of what is set, in lower case; empty if nothing is. A setting for one transaction is none of the session. */
    private static String name(SqlTokens tokens) {
        if (tokens.begins("reset all") || tokens.begins("discard all")) {
            return "all";
        }
        boolean set = tokens.begins("set");
        if (set || tokens.begins("reset")) {
            int at = set && tokens.has(1, "session") && !tokens.has(1, USER) ? 2 : 1;
            boolean local =
                    set && (tokens.has(1, "local") || tokens.has(1, "transaction") || tokens.has(1, "constraints"));
            return local ? "" : tokens.has(at, USER) ? USER : setting(tokens, at);
        }
        int call = tokens.begins("select") ? (tokens.has(1, "pg_catalog") ? 3 : 1) : -1;
        boolean config = call > 0 && tokens.get(call).is("set_config") && tokens.find(call, "from") < 0;
        return config ? tokens.get(call + 2).text().toLowerCase(Locale.ROOT) : "";
    }

    private static String setting(SqlTokens tokens, int at) {
        return tokens.name(at)
                .map(name -> String.join(".", name.parts()).toLowerCase(Locale.ROOT))
                .orElse("");
    }
}
