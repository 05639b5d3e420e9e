package recovery.core.target.sqlite;

import static recovery.core.dump.sqlite.SqliteNames.literal;
import static recovery.core.target.sqlite.SqliteConnections.column;
import static recovery.core.target.sqlite.SqliteConnections.number;
import static recovery.core.target.sqlite.SqliteConnections.run;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Which numbers AUTOINCREMENT has given out: never fewer than stand in the table. */
final class Sequences {
    private final Connection connection;
    private final SchemaObjects backup;
    private final SchemaObjects live;

    Sequences(Connection connection, SchemaObjects backup, SchemaObjects live) {
        this.connection = connection;
        this.backup = backup;
        this.live = live;
    }

    /** As in the backup. */
    void replace(TableShape table) throws SQLException {
        if (table.isAutoincrement() && live.hasSequences()) {
            set(table, given(backup, TableMerge.BACKUP, table));
        }
    }

    /** The higher one of both. */
    void add(TableShape table) throws SQLException {
        if (table.isAutoincrement() && live.hasSequences()) {
            set(table, Math.max(given(live, "main", table), given(backup, TableMerge.BACKUP, table)));
        }
    }

    private long given(SchemaObjects objects, String schema, TableShape table) throws SQLException {
        List<String> found = objects.hasSequences()
                ? column(connection, "SELECT max(seq) FROM " + schema + ".sqlite_sequence" + of(table))
                : List.of();
        return found.isEmpty() || found.get(0) == null ? 0 : Long.parseLong(found.get(0));
    }

    private void set(TableShape table, long given) throws SQLException {
        long highest = number(connection, "SELECT max(rowid) FROM " + TableShape.in("main", table.name()));
        long next = Math.max(given, highest);
        run(connection, "DELETE FROM main.sqlite_sequence" + of(table));
        if (next > 0) {
            run(
                    connection,
                    "INSERT INTO main.sqlite_sequence (name, seq) VALUES (" + literal(table.name()) + ", " + next
                            + ")");
        }
    }

    private static String of(TableShape table) {
        return " WHERE lower(name) = lower(" + literal(table.name()) + ")";
    }
}
