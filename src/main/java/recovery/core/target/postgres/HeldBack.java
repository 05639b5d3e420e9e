package recovery.core.target.postgres;

import static recovery.core.target.postgres.PostgresNames.literal;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;

/**
 * Statements that run when everything else is done, each under the search path of its place: event triggers, which
 * would fire for the rest of the load; row security that binds owners too, which would keep an owner from loading and
 * reading; subscriptions. For one thread.
 */
final class HeldBack {
    private final LoadConnection connection;
    private final List<Held> held = new ArrayList<>();

    private record Held(DumpPart.Statement statement, long part, String searchPath) {}

    /** Runs one statement. */
    interface Runner {
        void run(DumpPart.Statement statement, Place place) throws SQLException, IOException;
    }

    HeldBack(LoadConnection connection) {
        this.connection = connection;
    }

    /** Whether the statement is kept for the end. */
    boolean keeps(DumpPart.Statement statement, SqlTokens tokens, long part) throws SQLException {
        if (!isLate(tokens)) {
            return false;
        }
        held.add(new Held(statement, part, connection.value("SHOW search_path").orElse("")));
        return true;
    }

    void run(Runner runner) throws SQLException, IOException {
        if (!held.isEmpty()) {
            connection.run("RESET SESSION AUTHORIZATION");
        }
        for (Held one : held) {
            connection.run("SELECT pg_catalog.set_config('search_path', " + literal(one.searchPath()) + ", false)");
            runner.run(one.statement(), new Place(one.part(), Place.HELD));
        }
    }

    private static boolean isLate(SqlTokens tokens) {
        boolean changes = tokens.begins("create") || tokens.begins("alter");
        boolean comment = tokens.begins("comment on");
        return ((changes && tokens.has(1, "event trigger")) || (comment && tokens.has(2, "event trigger")))
                || ((changes && tokens.has(1, "subscription")) || (comment && tokens.has(2, "subscription")))
                || (tokens.begins("alter table")
                        && tokens.find(3, "force row level security") > 0
                        && tokens.find(3, "no force") < 0);
    }
}
