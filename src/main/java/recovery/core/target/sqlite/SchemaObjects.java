package recovery.core.target.sqlite;

import static recovery.core.dump.sqlite.SqliteNames.literal;
import static recovery.core.target.sqlite.SqliteConnections.column;
import static recovery.core.target.sqlite.SqliteConnections.number;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What one schema of a connection defines. Names are found whatever their case, as SQLite finds them. */
final class SchemaObjects {
    /** What the virtual tables of SQLite itself append to their names for the tables that they keep. */
    private static final Set<String> SHADOWS = Set.of(
            "content", "data", "idx", "docsize", "config", "segments", "segdir", "stat", "node", "rowid", "parent");

    private final Connection connection;
    private final String schema;

    /** An index, a trigger or any other object that has a definition. */
    record Part(String type, String name, String table, String sql) {
        boolean isUnique() {
            return sql.toUpperCase(Locale.ROOT).startsWith("CREATE UNIQUE");
        }
    }

    SchemaObjects(Connection connection, String schema) {
        this.connection = connection;
        this.schema = schema;
    }

    /** The names of all tables of a kind as {@code PRAGMA table_list} calls it, e.g. {@code 'table', 'virtual'}. */
    List<String> named(String kinds) throws SQLException {
        return column(
                connection,
                "SELECT name FROM pragma_table_list WHERE schema = " + literal(schema) + " AND type IN (" + kinds
                        + ") AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name");
    }

    Optional<TableShape> table(String name) throws SQLException {
        String list = "FROM pragma_table_list WHERE schema = " + literal(schema) + " AND type IN ('table', 'virtual',"
                + " 'shadow') AND lower(name) = lower(" + literal(name) + ")";
        List<String> found = column(connection, "SELECT name " + list);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        String exact = found.get(0);
        boolean virtual = number(connection, "SELECT type = 'virtual' " + list) != 0;
        boolean withoutRowid = number(connection, "SELECT wr " + list) != 0;
        String sql = column(
                        connection,
                        "SELECT sql FROM " + schema + ".sqlite_schema WHERE type = 'table' AND name = "
                                + literal(exact))
                .get(0);
        List<TableShape.Column> columns = columns(exact);
        boolean keyed = columns.stream().filter(column -> column.key() > 0).count() == 1;
        boolean keyIsRowid = !virtual
                && !withoutRowid
                && keyed
                && number(
                                connection,
                                "SELECT count(*) FROM pragma_index_list(" + literal(exact) + ", " + literal(schema)
                                        + ") WHERE origin = 'pk'")
                        == 0;
        return Optional.of(new TableShape(exact, sql, virtual, withoutRowid, keyIsRowid, columns));
    }

    private List<TableShape.Column> columns(String table) throws SQLException {
        List<TableShape.Column> columns = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT name, \"notnull\" AND dflt_value IS NULL, pk, hidden FROM"
                                + " pragma_table_xinfo(" + literal(table) + ", " + literal(schema) + ")")) {
            while (rows.next()) {
                columns.add(new TableShape.Column(
                        rows.getString(1), rows.getBoolean(2), rows.getInt(3), rows.getInt(4) != 0));
            }
        }
        return columns;
    }

    /** Indexes and triggers of a table, in the order in which they were made. */
    List<Part> parts(String table) throws SQLException {
        return query("type IN ('index', 'trigger') AND lower(tbl_name) = lower(" + literal(table) + ")");
    }

    List<Part> views() throws SQLException {
        return query("type = 'view'");
    }

    List<Part> virtualTables() throws SQLException {
        return query("type = 'table' AND rootpage = 0");
    }

    /** Whatever has that name. */
    Optional<Part> object(String name) throws SQLException {
        return query("lower(name) = lower(" + literal(name) + ")").stream().findFirst();
    }

    private List<Part> query(String condition) throws SQLException {
        List<Part> parts = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT type, name, tbl_name, sql FROM " + schema
                        + ".sqlite_schema WHERE sql IS NOT NULL AND " + condition + " ORDER BY rowid")) {
            while (rows.next()) {
                parts.add(new Part(rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4)));
            }
        }
        return parts;
    }

    /** The tables in which a virtual table keeps what it holds. */
    List<String> shadows(String virtual) throws SQLException {
        String begin = virtual.toLowerCase(Locale.ROOT) + "_";
        return column(connection, "SELECT name FROM " + schema + ".sqlite_schema WHERE type = 'table' ORDER BY rowid")
                .stream()
                .filter(name -> name.toLowerCase(Locale.ROOT).startsWith(begin)
                        && SHADOWS.contains(name.substring(begin.length()).toLowerCase(Locale.ROOT)))
                .toList();
    }

    long count(String table) throws SQLException {
        return number(connection, "SELECT count(*) FROM " + TableShape.in(schema, table));
    }

    boolean hasSequences() throws SQLException {
        return number(connection, "SELECT count(*) FROM " + schema + ".sqlite_schema WHERE name = 'sqlite_sequence'")
                > 0;
    }
}
