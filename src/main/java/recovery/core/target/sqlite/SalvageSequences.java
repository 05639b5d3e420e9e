package recovery.core.target.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** The counters of AUTOINCREMENT: what was salvaged of them, but never less than the rows that were. */
final class SalvageSequences {
    static final String TABLE = "sqlite_sequence";

    private final Connection connection;
    private final Map<String, Long> ofRows = new HashMap<>();

    SalvageSequences(Connection connection) {
        this.connection = connection;
    }

    /** Makes room for the salvaged counters; the rows of all tables are inserted. */
    void clear() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT name, seq FROM " + TABLE)) {
            while (rows.next()) {
                ofRows.put(rows.getString(1), rows.getLong(2));
            }
        }
        SqliteConnections.run(connection, "DELETE FROM " + TABLE);
    }

    /** Raises what is behind its rows. */
    void raise() throws SQLException {
        try (PreparedStatement update =
                        connection.prepareStatement("UPDATE " + TABLE + " SET seq = max(seq, ?1) WHERE name = ?2");
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO " + TABLE + " (seq, name) VALUES (?1, ?2)")) {
            for (Map.Entry<String, Long> counter : ofRows.entrySet()) {
                for (PreparedStatement statement : new PreparedStatement[] {update, insert}) {
                    statement.setLong(1, counter.getValue());
                    statement.setString(2, counter.getKey());
                    if (statement.executeUpdate() > 0) {
                        break;
                    }
                }
            }
        }
    }
}
