package recovery.core.target.sqlite;

import static recovery.core.dump.sqlite.SqliteNames.literal;
import static recovery.core.dump.sqlite.SqliteNames.quoted;
import static recovery.core.target.sqlite.SqliteConnections.column;
import static recovery.core.target.sqlite.SqliteConnections.number;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import recovery.core.dump.sqlite.SqliteNames;

/**
 * Whether an index holds an entry for every row of its table and no other: what {@code integrity_check} finds and {@code
 * quick_check} does not. Every row is looked up in the index, as that check does it, and its entries are counted; but
 * one index at a time, so that two may be checked at once.
 *
 * <p>Only for the usual index, where equal means the same: of columns compared byte by byte, of all rows, not unique.
 */
record IndexCheck(String table, String index, String rows, String entries, String found) {
    private static final List<String> ROWIDS = List.of("rowid", "_rowid_", "oid");

    /** One for each index of a table; empty if the table has none, or one that only SQLite's own check can check. */
    static List<IndexCheck> of(Connection connection, String table) throws SQLException {
        List<String> columns = column(
                connection, "SELECT lower(name) FROM pragma_table_xinfo(" + literal(table) + ") WHERE hidden = 0");
        Optional<String> rowid =
                ROWIDS.stream().filter(name -> !columns.contains(name)).findFirst();
        List<IndexCheck> checks = new ArrayList<>();
        for (String index : column(connection, "SELECT name FROM pragma_index_list(" + literal(table) + ")")) {
            Optional<IndexCheck> check =
                    rowid.isPresent() ? of(connection, table, index, rowid.get()) : Optional.empty();
            if (check.isEmpty()) {
                return List.of();
            }
            checks.add(check.get());
        }
        return checks;
    }

    /** What is wrong, or nothing. */
    Optional<String> run(Connection connection) throws SQLException {
        long expected = number(connection, rows);
        if (number(connection, found) == expected && number(connection, entries) == expected) {
            return Optional.empty();
        }
        return Optional.of("index %s does not match the rows of table %s"
                .formatted(SqliteNames.asSql(index), SqliteNames.asSql(table)));
    }

    private static Optional<IndexCheck> of(Connection connection, String table, String index, String rowid)
            throws SQLException {
        if (!isUsual(connection, table, index)) {
            return Optional.empty();
        }
        List<String> names =
                column(connection, "SELECT name FROM pragma_index_xinfo(" + literal(index) + ") WHERE key = 1");
        StringBuilder same = new StringBuilder();
        for (String name : names) {
            same.append("i.%1$s IS t.%1$s AND ".formatted(quoted(name)));
        }
        String named = "main." + quoted(table);
        String by = " INDEXED BY " + quoted(index);
        IndexCheck check = new IndexCheck(
                table,
                index,
                "SELECT count(*) FROM " + named + " NOT INDEXED",
                // a count of everything would be taken from any index
                "SELECT sum(1) FROM " + named + " AS i" + by,
                "SELECT count(*) FROM " + named + " AS t NOT INDEXED CROSS JOIN " + named + " AS i" + by + " ON " + same
                        + "i." + rowid + " = t." + rowid);
        boolean planned = plan(connection, check.entries).equals(List.of("SCAN i USING COVERING INDEX " + index))
                && plan(connection, check.found)
                        .equals(List.of(
                                "SCAN t",
                                "SEARCH i USING COVERING INDEX %s (%s=? AND rowid=?)"
                                        .formatted(index, String.join("=? AND ", names))));
        return planned ? Optional.of(check) : Optional.empty();
    }

    private static boolean isUsual(Connection connection, String table, String index) throws SQLException {
        return number(
                                connection,
                                "SELECT count(*) FROM pragma_index_list(" + literal(table) + ") WHERE name = "
                                        + literal(index) + " AND \"unique\" = 0 AND partial = 0 AND origin = 'c'")
                        == 1
                && number(
                                connection,
                                "SELECT count(*) FROM pragma_index_xinfo(" + literal(index) + ") x"
                                        + " LEFT JOIN pragma_table_xinfo(" + literal(table) + ") c ON c.cid = x.cid"
                                        + " WHERE x.key = 1 AND (x.cid < 0 OR x.coll <> 'BINARY' OR c.hidden IS NOT 0)")
                        == 0;
    }

    /** How SQLite would run a query; nothing if it would not. */
    private static List<String> plan(Connection connection, String query) {
        List<String> steps = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("EXPLAIN QUERY PLAN " + query)) {
            while (rows.next()) {
                steps.add(rows.getString("detail"));
            }
            return steps;
        } catch (SQLException noSolution) {
            return List.of();
        }
    }
}
