package recovery.core.target.sqlite;

import static recovery.core.dump.sqlite.SqliteNames.quoted;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import recovery.core.dump.sqlite.salvage.RawText;
import recovery.core.dump.sqlite.salvage.SalvagedRow;

/**
 * The table for rows that belong to no table for certain, with the columns that {@code .recover} of the sqlite3 shell gives it:
 * root page, page, how many values, rowid, then the values. It is created when the first row comes.
 */
final class LostAndFound implements AutoCloseable {
    /** SQLite takes 2,000 columns. */
    private static final int MOST_VALUES = 1_900;

    private final Connection connection;
    private final String name;
    private final Map<Integer, PreparedStatement> inserts = new HashMap<>();
    private int width = -1;
    private long rows;

    /** {@code taken}: names of other tables, in lower case. */
    LostAndFound(Connection connection, Set<String> taken) {
        this.connection = connection;
        String free = "lost_and_found";
        for (int i = 0; taken.contains(free.toLowerCase(Locale.ROOT)); i++) {
            free = "lost_and_found_" + i;
        }
        this.name = free;
    }

    /** Empty as long as there is no row. */
    String name() {
        return rows == 0 ? "" : name;
    }

    long rows() {
        return rows;
    }

    void insert(SalvagedRow row) throws SQLException {
        int values = Math.min(row.values().size(), MOST_VALUES);
        widen(values);
        boolean raw = row.values().stream().anyMatch(RawText.class::isInstance);
        if (raw) {
            try (PreparedStatement insert = connection.prepareStatement(sql(row.values(), values))) {
                run(insert, row, values);
            }
        } else {
            PreparedStatement insert = inserts.get(values);
            if (insert == null) {
                insert = connection.prepareStatement(sql(row.values(), values));
                inserts.put(values, insert);
            }
            run(insert, row, values);
        }
        rows++;
    }

    private void widen(int values) throws SQLException {
        if (width < 0) {
            SqliteConnections.run(
                    connection,
                    "CREATE TABLE main." + quoted(name)
                            + " (rootpgno INTEGER, pgno INTEGER, nfield INTEGER, id INTEGER)");
            width = 0;
        }
        for (; width < values; width++) {
            SqliteConnections.run(connection, "ALTER TABLE main." + quoted(name) + " ADD COLUMN c" + width);
        }
    }

    private String sql(List<Object> row, int values) {
        StringBuilder names = new StringBuilder("rootpgno, pgno, nfield, id");
        StringBuilder places = new StringBuilder("?, ?, ?, ?");
        for (int i = 0; i < values; i++) {
            names.append(", c").append(i);
            places.append(row.get(i) instanceof RawText ? ", CAST(? AS TEXT)" : ", ?");
        }
        return "INSERT INTO main.%s (%s) VALUES (%s)".formatted(quoted(name), names, places);
    }

    private static void run(PreparedStatement insert, SalvagedRow row, int values) throws SQLException {
        SalvageTable.set(insert, 1, row.root() == 0 ? null : (Object) (long) row.root());
        SalvageTable.set(insert, 2, (long) row.page());
        SalvageTable.set(insert, 3, (long) row.values().size());
        SalvageTable.set(
                insert, 4, row.rowid().isPresent() ? (Object) row.rowid().getAsLong() : null);
        for (int i = 0; i < values; i++) {
            SalvageTable.set(insert, 5 + i, row.values().get(i));
        }
        insert.executeUpdate();
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement insert : inserts.values()) {
            insert.close();
        }
    }
}
