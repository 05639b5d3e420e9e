package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.Optional;
import recovery.core.dump.SqlTokens;
import recovery.core.error.Note;

/**
 * TimescaleDB wants to be told before rows of a dump come and when they are all there: its own triggers and jobs stay
 * quiet in between. For one thread.
 */
final class TimescaleHooks {
    private final LoadConnection connection;
    private Optional<String> schema = Optional.empty();

    TimescaleHooks(LoadConnection connection) {
        this.connection = connection;
    }

    /** A statement of the dump has run. */
    void after(SqlTokens tokens) throws SQLException {
        int name = tokens.has(2, "if not exists") ? 5 : 2;
        if (schema.isEmpty()
                && tokens.begins("create extension")
                && tokens.get(name).text().equals("timescaledb")) {
            schema = connection.value("SELECT pg_catalog.quote_ident(n.nspname) FROM pg_catalog.pg_extension e"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'timescaledb'");
            call("timescaledb_pre_restore");
        }
    }

    /** TimescaleDB has been told, in this session. */
    boolean areOn() {
        return schema.isPresent();
    }

    /** Everything of the dump has run. */
    Optional<Note> atEnd() throws SQLException {
        call("timescaledb_post_restore");
        return schema.map(name -> new Note(
                "TIMESCALEDB_PREPARED",
                "TimescaleDB was told before the rows came and when all were there, as it wants."));
    }

    private void call(String function) throws SQLException {
        if (schema.isPresent()) {
            connection.run("SELECT " + schema.get() + "." + function + "()");
        }
    }
}
