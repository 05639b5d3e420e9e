package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.BACKUP_FAILED;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadWatch;

/**
 * One transaction that sees the live database as it is when it begins, and reads only. Its tables are locked against
 * changes of their definitions, not of their rows. Closing ends it. For one thread, except {@link #cancel}.
 */
final class LiveSnapshot implements AutoCloseable {
    private static final int LOCKED_AT_ONCE = 200;

    /** As pg_dump sets them, so that values are written in full and the same everywhere. */
    private static final String SETTINGS =
            "SET DateStyle = ISO; SET IntervalStyle = postgres; SET extra_float_digits = 3;"
                    + " SET synchronize_seqscans = off; SET row_security = off; SET quote_all_identifiers = off;"
                    + " SET bytea_output = hex; SELECT pg_catalog.set_config('search_path', '', false)";

    /** What belongs to an extension comes with it, but for the rows that users added to its tables. */
    private static final String TABLES = "SELECT n.nspname, c.relname, pg_catalog.pg_get_userbyid(c.relowner),"
            + " pg_catalog.format('%I.%I', n.nspname, c.relname),"
            + " (SELECT '(' || pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum) || ')'"
            + " FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
            + " AND a.attgenerated = ''), coalesce(x.condition, '')"
            + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " LEFT JOIN (SELECT e.member, e.condition FROM pg_catalog.pg_extension p,"
            + " LATERAL unnest(p.extconfig, p.extcondition) AS e(member, condition)) x ON x.member = c.oid"
            + " WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'"
            + " AND n.nspname <> 'information_schema' AND (x.member IS NOT NULL OR NOT EXISTS (SELECT 1"
            + " FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
            + " AND d.objid = c.oid AND d.deptype = 'e')) ORDER BY 1, 2";

    private final Connection connection;
    private final PostgresSession session;
    private final String server;
    private final List<LiveTable> tables;

    private LiveSnapshot(Connection connection, PostgresSession session, String server) throws SQLException {
        this.connection = connection;
        this.session = session;
        this.server = server;
        session.execute(SETTINGS);
        session.execute(
                "SET default_transaction_isolation = 'repeatable read'; SET default_transaction_read_only = on");
        connection.setAutoCommit(false);
        this.tables = session.list(
                row -> new LiveTable(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5) == null ? "" : row.getString(5),
                        row.getString(6)),
                TABLES);
        lock();
    }

    /** Begins it; waits for those who are changing definitions, until somebody asks to stop. */
    static LiveSnapshot begin(PostgresConnections connections, LoadWatch watch) {
        String live = connections.settings().database();
        String server = connections.settings().server();
        Connection connection = null;
        try {
            connection = connections.database(live);
            PostgresSession session = new PostgresSession(connection);
            watch.cancellation().whenAsked(session::cancel);
            watch.object("definitions");
            return new LiveSnapshot(connection, session, server);
        } catch (SQLException e) {
            closeAfter(connection, e);
            watch.cancellation().check();
            throw PostgresErrors.failed(BACKUP_FAILED, "looking at '" + live + "'", e, server);
        } finally {
            watch.cancellation().whenAsked(() -> {});
        }
    }

    private static void closeAfter(Connection connection, SQLException e) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException closing) {
            e.addSuppressed(closing);
        }
    }

    private void lock() throws SQLException {
        List<String> names =
                new ArrayList<>(tables.stream().map(LiveTable::name).toList());
        while (!names.isEmpty()) {
            List<String> some = names.subList(0, Math.min(LOCKED_AT_ONCE, names.size()));
            session.execute("LOCK TABLE ONLY " + String.join(", ONLY ", some) + " IN ACCESS SHARE MODE");
            some.clear();
        }
    }

    Connection connection() {
        return connection;
    }

    PostgresSession session() {
        return session;
    }

    /** In the order of their names. */
    List<LiveTable> tables() {
        return tables;
    }

    /** By which other sessions see the same. */
    String export() throws SQLException {
        return session.text("SELECT pg_catalog.pg_export_snapshot()");
    }

    String serverVersion() throws SQLException {
        return session.text("SHOW server_version");
    }

    String encoding() throws SQLException {
        return session.text("SHOW server_encoding");
    }

    RecoveryException failed(String doing, SQLException e) {
        return PostgresErrors.failed(BACKUP_FAILED, doing, e, server);
    }

    /** Stops a statement that runs. Any thread may call. */
    void cancel() {
        session.cancel();
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (SQLException e) {
            // nothing was written, so nothing can be lost with it
            System.getLogger(LiveSnapshot.class.getName()).log(System.Logger.Level.DEBUG, "close", e);
        }
    }
}
