package recovery.core.target.postgres;

import static recovery.core.target.postgres.PostgresNames.literal;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import recovery.core.target.postgres.FinishedWork.Kind;

/**
 * The table in the copy in which a load notes what it has finished, in a schema of its own. Stateless.
 *
 * <p>It stands in the copy because then no crash can part it from what it tells of: the server keeps one log for all, so a
 * line that is there proves all that was committed before it, whatever was lost behind. Lines are only added, since a
 * publication of all tables would keep rows without a key from being changed.
 */
final class LedgerTable {
    /** Whoever lists what a dump has brought leaves it out. */
    static final String SCHEMA = "emergency_recovery_progress";

    private static final String TABLE = SCHEMA + ".done";

    /** The dump may have taken on any role when something is noted. */
    private static final String CREATE = "CREATE SCHEMA " + SCHEMA + ";\nCREATE TABLE " + TABLE
            + " (kind text, part bigint, last bigint, step integer, hash integer, rows bigint, bytes bigint, said text);\n"
            + "GRANT USAGE ON SCHEMA " + SCHEMA + " TO PUBLIC;\nGRANT SELECT, INSERT, DELETE ON " + TABLE
            + " TO PUBLIC;\n";

    private static final String DATABASE = "SELECT pg_catalog.current_database()";
    private static final String IS_OURS = "SELECT EXISTS (SELECT FROM " + TABLE + " WHERE kind = '" + Kind.BEGIN
            + "' AND said = pg_catalog.current_database())";

    private LedgerTable() {}

    static String line(Kind kind, long part, long last, int step, int hash, long rows, long bytes, String said) {
        return "('%s', %d, %d, %d, %d, %d, %d, %s)".formatted(kind, part, last, step, hash, rows, bytes, literal(said));
    }

    static String insert(Collection<String> lines) {
        return "INSERT INTO " + TABLE + " VALUES " + String.join(", ", lines);
    }

    /** Makes it, with what is noted of the parts before the rows, which begin with {@code part}. */
    static void create(PostgresSession copy, long part, int definitions, List<String> early) throws SQLException {
        List<String> lines = new ArrayList<>(early);
        lines.add(line(Kind.BEGIN, part, part, 0, definitions, 0, 0, copy.text(DATABASE)));
        copy.inTransaction(CREATE + insert(lines));
    }

    private static boolean isIn(PostgresSession copy) throws SQLException {
        return copy.yes("SELECT pg_catalog.to_regclass('" + TABLE + "') IS NOT NULL");
    }

    /** What it says, if it is that of this database and did not come with a dump. */
    static FinishedWork read(PostgresSession copy) throws SQLException {
        FinishedWork work = new FinishedWork();
        if (isIn(copy) && copy.yes(IS_OURS)) {
            copy.list(
                    row -> {
                        work.add(
                                Kind.valueOf(row.getString(1)),
                                row.getLong(2),
                                row.getLong(3),
                                row.getInt(4),
                                row.getInt(5),
                                row.getLong(6),
                                row.getLong(7),
                                row.getString(8));
                        return "";
                    },
                    "SELECT kind, part, last, step, hash, rows, bytes, said FROM " + TABLE);
        }
        return work;
    }

    /** The statements that take all lines about the rows of {@code table} away. */
    static String forget(String table) {
        return "DELETE FROM %s WHERE kind IN ('%s', '%s') AND said = %s"
                .formatted(TABLE, Kind.ROWS, Kind.ROWS_BEGUN, literal(table));
    }

    /** Takes it away, and lets no event trigger of the dump know; if there is none, nothing. */
    static void drop(PostgresSession copy) throws SQLException {
        if (!isIn(copy)) {
            return;
        }
        List<String> off = copy.texts("SELECT format('ALTER EVENT TRIGGER %I DISABLE', evtname)"
                + " FROM pg_catalog.pg_event_trigger WHERE evtenabled <> 'D' ORDER BY evtname");
        List<String> on = copy.texts("SELECT format('ALTER EVENT TRIGGER %I ENABLE%s', evtname, CASE evtenabled"
                + " WHEN 'A' THEN ' ALWAYS' WHEN 'R' THEN ' REPLICA' ELSE '' END)"
                + " FROM pg_catalog.pg_event_trigger WHERE evtenabled <> 'D' ORDER BY evtname");
        StringBuilder sql = new StringBuilder();
        off.forEach(statement -> sql.append(statement).append(";\n"));
        sql.append("DROP SCHEMA ").append(SCHEMA).append(" CASCADE");
        on.forEach(statement -> sql.append(";\n").append(statement));
        copy.inTransaction(sql.toString());
    }
}
