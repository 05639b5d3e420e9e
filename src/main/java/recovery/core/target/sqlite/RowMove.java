package recovery.core.target.sqlite;

import static java.util.stream.Collectors.joining;
import static recovery.core.dump.sqlite.SqliteNames.quoted;
import static recovery.core.target.sqlite.SqliteConnections.number;
import static recovery.core.target.sqlite.SqliteConnections.run;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings rows of one table from the schema of the backup into that of the live file. No statement reads the table that it
 * writes to, so that SQLite puts no rows aside meanwhile.
 */
final class RowMove {
    private final Connection connection;
    private final String backup;

    RowMove(Connection connection, String backup) {
        this.connection = connection;
        this.backup = backup;
    }

    /** All rows, into a table that is defined like that of the backup; rows that are there go. */
    void replace(TableShape table) throws SQLException {
        String live = TableShape.in("main", table.name());
        List<String> names = new ArrayList<>();
        table.rowid().ifPresent(names::add);
        table.stored().forEach(name -> names.add(quoted(name)));
        String columns = String.join(", ", names);
        run(
                connection,
                "DELETE FROM " + live,
                "INSERT OR ABORT INTO " + live + " (" + columns + ") SELECT " + columns + " FROM "
                        + TableShape.in(backup, table.name()));
    }

    /** How many rows of the backup have a key that is not in the live table. */
    long missing(TableShape from, TableShape live) throws SQLException {
        return number(
                connection,
                "SELECT count(*) FROM " + TableShape.in(backup, from.name()) + " b WHERE " + isMissing(from, live));
    }

    private static String isMissing(TableShape from, TableShape live) {
        String table = TableShape.in("main", live.name());
        List<String> key = live.key();
        String byRowid = live.rowid().isPresent() && from.isNumbered()
                ? "NOT EXISTS (SELECT 1 FROM %s l WHERE l.%s = b.%s)".formatted(table, rowNumber(live), rowNumber(from))
                : "TRUE";
        if (key.isEmpty()) {
            return byRowid;
        }
        String same = key.stream()
                .map(name -> "l.%1$s = b.%1$s".formatted(quoted(name)))
                .collect(joining(" AND "));
        String byKey = "NOT EXISTS (SELECT 1 FROM " + table + " l WHERE " + same + ")";
        // SQLite lets such a key be NULL, and then it tells nothing apart
        return "CASE WHEN " + isWhole(key, "b.") + " THEN " + byKey + " ELSE " + byRowid + " END";
    }

    /**
     * Adds the rows whose key is not there, under their own numbers unless others have taken those. Rows that break another
     * rule of the live table are left out.
     */
    void addMissing(TableShape from, TableShape live) throws SQLException {
        List<String> common = common(from, live);
        String columns = common.stream().map(name -> quoted(name)).collect(joining(", "));
        String into = "INSERT OR IGNORE INTO " + TableShape.in("main", live.name()) + " (";
        String rows = " FROM " + TableShape.in(backup, from.name());
        // the first column of an R-Tree is the number already
        boolean numbered = live.rowid().isPresent() && !live.isOf("rtree");
        if (numbered && from.isNumbered()) {
            run(
                    connection,
                    into + live.rowid().get() + ", " + columns + ") SELECT " + rowNumber(from) + ", " + columns + rows);
        }
        List<String> key = live.key();
        if (!numbered || !from.isNumbered()) {
            run(connection, into + columns + ") SELECT " + columns + rows);
        } else if (!key.isEmpty()) {
            run(connection, into + columns + ") SELECT " + columns + rows + " WHERE " + isWhole(key, ""));
        }
    }

    /** Columns of the backup that rows are put into. */
    static List<String> common(TableShape from, TableShape live) {
        return from.columns().stream()
                .map(TableShape.Column::name)
                .filter(name ->
                        live.column(name).filter(column -> !column.computed()).isPresent())
                .toList();
    }

    private static String rowNumber(TableShape table) {
        return Optional.of(table)
                .filter(TableShape::keyIsRowid)
                .map(shape -> quoted(shape.key().get(0)))
                .or(table::rowid)
                .orElseThrow();
    }

    private static String isWhole(List<String> key, String prefix) {
        return key.stream().map(name -> prefix + quoted(name) + " IS NOT NULL").collect(joining(" AND ", "(", ")"));
    }
}
