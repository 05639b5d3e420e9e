package recovery.core.target.sqlite;

import static recovery.core.dump.sqlite.SqliteNames.quoted;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import recovery.core.dump.sqlite.salvage.RawText;
import recovery.core.dump.sqlite.salvage.SalvagedRow;

/**
 * One table that rows are salvaged into: which column each stored value is of. A row may have fewer values than the
 * table has columns, if these were added later; it gets their defaults then, as in SQLite.
 */
final class SalvageTable implements AutoCloseable {
    private final Connection connection;
    private final String name;

    /** In the order in which they are stored. */
    private final List<Column> stored = new ArrayList<>();

    private final boolean withRowid;
    private final Optional<String> rowid;

    /** One for each number of values. */
    private final Map<Integer, PreparedStatement> inserts = new HashMap<>();

    /**
     * @param computed no value is inserted: SQLite makes it, or it is the rowid, which is stored as NULL
     * @param virtual nothing is stored
     */
    private record Column(String name, boolean computed, boolean virtual) {}

    /** The table must exist in the new file. */
    SalvageTable(Connection connection, String name) throws SQLException {
        this.connection = connection;
        this.name = name;
        String literal = "'" + name.replace("'", "''") + "'";
        this.withRowid = SqliteConnections.number(
                        connection,
                        "SELECT count(*) FROM pragma_table_list(" + literal + ") WHERE schema = 'main' AND wr = 1")
                == 0;
        Optional<String> alias = withRowid ? alias(literal) : Optional.empty();
        List<Column> columns = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT name, hidden FROM pragma_table_xinfo(" + literal + ")")) {
            while (rows.next()) {
                String column = rows.getString(1);
                boolean computed =
                        rows.getInt(2) != 0 || alias.filter(column::equals).isPresent();
                columns.add(new Column(column, computed, rows.getInt(2) == 2));
            }
        }
        (withRowid ? columns : inOrderOfKey(literal, columns))
                .stream().filter(column -> !column.virtual()).forEach(stored::add);
        this.rowid = withRowid ? rowidName(columns).or(() -> alias) : Optional.empty();
    }

    /** A table WITHOUT ROWID is stored in the order of the index that is its primary key. */
    private List<Column> inOrderOfKey(String literal, List<Column> columns) throws SQLException {
        List<String> order = SqliteConnections.column(
                connection,
                "SELECT x.cid FROM pragma_index_list(" + literal + ") i, pragma_index_xinfo(i.name) x"
                        + " WHERE i.origin = 'pk' ORDER BY x.seqno");
        return order.stream()
                .map(Integer::valueOf)
                .filter(at -> at >= 0)
                .map(columns::get)
                .toList();
    }

    /** The column that stands for the rowid: INTEGER PRIMARY KEY, if SQLite made no index for it. */
    private Optional<String> alias(String literal) throws SQLException {
        List<String> keys = SqliteConnections.column(
                connection,
                "SELECT CASE upper(type) WHEN 'INTEGER' THEN name END FROM pragma_table_info(" + literal
                        + ") WHERE pk > 0");
        long indexed = SqliteConnections.number(
                connection, "SELECT count(*) FROM pragma_index_list(" + literal + ") WHERE origin = 'pk'");
        return keys.size() == 1 && indexed == 0 ? Optional.ofNullable(keys.get(0)) : Optional.empty();
    }

    /** One of the three names of the rowid that no column has. */
    private static Optional<String> rowidName(List<Column> columns) {
        return Stream.of("rowid", "_rowid_", "oid")
                .filter(free -> columns.stream()
                        .noneMatch(
                                column -> column.name().toLowerCase(Locale.ROOT).equals(free)))
                .findFirst();
    }

    String name() {
        return name;
    }

    boolean withRowid() {
        return withRowid;
    }

    int columns() {
        return stored.size();
    }

    /** Inserts the row; fails with what SQLite says if the table does not take it. */
    void insert(SalvagedRow row) throws SQLException {
        if (row.values().stream().anyMatch(RawText.class::isInstance)) {
            try (PreparedStatement insert = connection.prepareStatement(sql(row.values()))) {
                run(insert, row);
            }
            return;
        }
        PreparedStatement insert = inserts.get(row.values().size());
        if (insert == null) {
            insert = connection.prepareStatement(sql(row.values()));
            inserts.put(row.values().size(), insert);
        }
        run(insert, row);
    }

    private void run(PreparedStatement insert, SalvagedRow row) throws SQLException {
        int place = 1;
        if (rowid.isPresent()) {
            insert.setLong(place++, row.rowid().orElseThrow());
        }
        for (int i = 0; i < row.values().size(); i++) {
            if (!stored.get(i).computed()) {
                set(insert, place++, row.values().get(i));
            }
        }
        insert.executeUpdate();
    }

    static void set(PreparedStatement insert, int place, Object value) throws SQLException {
        if (value instanceof Long number) {
            insert.setLong(place, number);
        } else if (value instanceof Double number) {
            insert.setDouble(place, number);
        } else if (value instanceof String text) {
            insert.setString(place, text);
        } else if (value instanceof RawText text) {
            insert.setBytes(place, text.bytes());
        } else if (value instanceof byte[] bytes) {
            insert.setBytes(place, bytes);
        } else {
            insert.setObject(place, null);
        }
    }

    private String sql(List<Object> values) {
        List<String> names = new ArrayList<>();
        List<String> places = new ArrayList<>();
        rowid.ifPresent(free -> {
            names.add(quoted(free));
            places.add("?");
        });
        for (int i = 0; i < values.size(); i++) {
            if (!stored.get(i).computed()) {
                names.add(quoted(stored.get(i).name()));
                places.add(values.get(i) instanceof RawText ? "CAST(? AS TEXT)" : "?");
            }
        }
        String table = "INSERT OR ABORT INTO main." + quoted(name);
        return names.isEmpty()
                ? table + " DEFAULT VALUES"
                : "%s (%s) VALUES (%s)".formatted(table, String.join(", ", names), String.join(", ", places));
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement insert : inserts.values()) {
            insert.close();
        }
    }
}
