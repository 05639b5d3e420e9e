package recovery.core.target.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The settings under which a dump is loaded. They hold for the whole load, whatever the dump sets. */
final class LoadSession {
    private static final List<String> SETTINGS = List.of(
            // Safe: the swap commits synchronously, and the log of the server is one stream.
            "synchronous_commit = off",
            "statement_timeout = 0",
            "lock_timeout = 0",
            "idle_in_transaction_session_timeout = 0",
            "transaction_timeout = 0",
            "idle_session_timeout = 0",
            "check_function_bodies = off",
            "row_security = off",
            // Compiling a check takes longer than it saves.
            "jit = off");

    /** The dump may set these, it changes nothing. */
    static final Set<String> MANAGED = Set.of(
            "synchronous_commit",
            "statement_timeout",
            "lock_timeout",
            "idle_in_transaction_session_timeout",
            "transaction_timeout",
            "idle_session_timeout",
            "check_function_bodies",
            "row_security",
            "client_encoding");

    private LoadSession() {}

    /** The statements that make the settings, for a server that knows {@code server}'s parameters. */
    static String sql(LoadServer server) {
        String all = SETTINGS.stream()
                .filter(setting -> server.knowsSetting(setting.substring(0, setting.indexOf(' '))))
                .map(setting -> "SET " + setting)
                .collect(Collectors.joining("; "));
        return all + "; SET maintenance_work_mem = '" + server.maintenanceKilobytes() + "kB'";
    }

    /** The same for a session that may have had any before. */
    static String fresh(LoadServer server) {
        return "RESET SESSION AUTHORIZATION; RESET ALL; SET client_min_messages = warning; " + sql(server);
    }

    static void begin(Connection connection, LoadServer server) throws SQLException {
        run(connection, "SET client_min_messages = warning; " + sql(server));
    }

    /** Takes back what the dump set, such as the search path and a role taken on. */
    static void end(Connection connection, LoadServer server) throws SQLException {
        run(connection, "RESET SESSION AUTHORIZATION; RESET ALL; " + sql(server));
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }
}
