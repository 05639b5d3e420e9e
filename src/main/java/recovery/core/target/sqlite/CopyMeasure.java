package recovery.core.target.sqlite;

import static recovery.core.dump.sqlite.SqliteNames.quoted;
import static recovery.core.target.sqlite.SqliteConnections.column;
import static recovery.core.target.sqlite.SqliteConnections.number;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import recovery.core.dump.sqlite.SqliteNames;
import recovery.core.target.CopyFacts;
import recovery.core.target.CopyFacts.Measurement;
import recovery.core.target.LoadWatch;

/** Counts and checks a copy over one connection that nothing else uses. Whoever asks it to stop interrupts SQLite. */
final class CopyMeasure {
    /** SQLite takes a free number also when sqlite_sequence is behind, so this is worth telling and nothing more. */
    private static final String SEQUENCES = "sequences" + CopyFacts.IN_BACKUP;

    /** More findings than this tell nobody anything. */
    private static final int FINDINGS = 100;

    private final Connection connection;
    private final LoadWatch watch;

    CopyMeasure(Connection connection, LoadWatch watch) {
        this.connection = connection;
        this.watch = watch;
    }

    /** What says that the file was copied byte for byte. */
    Measurement bytes() {
        return new Measurement(CopyFacts.BYTES, pages(), List.of(), Optional.empty());
    }

    /** In a file that was copied as it is they were in the backup. */
    Measurement orphans(boolean fromDatabaseFile) {
        return measured("orphans" + (fromDatabaseFile ? CopyFacts.IN_BACKUP : ""), this::lookForOrphans);
    }

    Measurement sequences() {
        return measured(SEQUENCES, this::lookAtSequences);
    }

    /** Tables of the operator, not those that SQLite or a virtual table keeps for itself; as SQL names, sorted. */
    static List<String> tables(Connection connection) throws SQLException {
        return tablesOfType(connection, "'table', 'virtual'").stream()
                .map(SqliteNames::asSql)
                .toList();
    }

    /** Their plain names, sorted; {@code types} as in {@code PRAGMA table_list}, e.g. {@code 'table', 'shadow'}. */
    static List<String> tablesOfType(Connection connection, String types) throws SQLException {
        return column(
                connection,
                "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN (" + types
                        + ") AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name");
    }

    /** A table that does not exist or cannot be read is absent. */
    Map<String, Long> count(Collection<String> tables) {
        Map<String, Long> rows = new HashMap<>();
        for (String table : tables) {
            watch.cancellation().check();
            watch.object(table);
            try {
                rows.put(table, number(connection, "SELECT count(*) FROM " + quoted(SqliteNames.plain(table))));
            } catch (SQLException absent) {
                watch.cancellation().check();
                // absent from the map says that it does not exist or cannot be read
            }
        }
        return rows;
    }

    long pages() {
        try {
            return number(connection, "PRAGMA page_count");
        } catch (SQLException unreadable) {
            return 0;
        }
    }

    private Measurement lookForOrphans() throws SQLException {
        watch.object("foreign key check");
        List<String> wrong = new ArrayList<>();
        long more = 0;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA foreign_key_check")) {
            while (rows.next()) {
                if (wrong.size() == FINDINGS) {
                    more++;
                } else {
                    String row = rows.getString(2) == null ? "a row" : "row " + rows.getString(2);
                    wrong.add("%s of table %s has no parent in table %s"
                            .formatted(
                                    row, SqliteNames.asSql(rows.getString(1)), SqliteNames.asSql(rows.getString(3))));
                }
            }
        }
        if (more > 0) {
            wrong.add("%d more".formatted(more));
        }
        long keys = number(
                connection,
                "SELECT count(DISTINCT t.name || ' ' || f.id) FROM pragma_table_list t,"
                        + " pragma_foreign_key_list(t.name) f WHERE t.schema = 'main' AND t.type = 'table'");
        return new Measurement("orphans", keys, wrong, Optional.empty());
    }

    /** AUTOINCREMENT numbers that would be given out a second time. */
    private Measurement lookAtSequences() throws SQLException {
        List<String> wrong = new ArrayList<>();
        boolean any = number(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'") > 0;
        List<String> tables = any ? column(connection, "SELECT name FROM sqlite_sequence") : List.of();
        for (String table : tables) {
            String literal = "'" + table.replace("'", "''") + "'";
            if (number(connection, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = " + literal)
                    > 0) {
                long next = number(connection, "SELECT max(seq) FROM sqlite_sequence WHERE name = " + literal);
                long highest = number(connection, "SELECT max(rowid) FROM " + quoted(table));
                if (next < highest) {
                    wrong.add("the sequence of table %s stands at %d, and its highest row is %d"
                            .formatted(SqliteNames.asSql(table), next, highest));
                }
            }
        }
        return new Measurement(SEQUENCES, tables.size(), wrong, Optional.empty());
    }

    private Measurement measured(String name, Look look) {
        watch.cancellation().check();
        try {
            Measurement found = look.take();
            return new Measurement(name, found.examined(), found.wrong(), found.impossible());
        } catch (SQLException failed) {
            watch.cancellation().check();
            return SqliteConnections.isBroken(failed)
                    ? new Measurement(name, 0, List.of(SqliteConnections.words(failed)), Optional.empty())
                    : new Measurement(name, 0, List.of(), Optional.of(SqliteConnections.words(failed)));
        }
    }

    private interface Look {
        Measurement take() throws SQLException;
    }
}
