package recovery.core.target.sqlite;

import static java.util.stream.Collectors.joining;
import static recovery.core.dump.sqlite.SqliteNames.asSql;
import static recovery.core.dump.sqlite.SqliteNames.literal;
import static recovery.core.error.ErrorCode.VERIFICATION_FAILED;
import static recovery.core.error.RecoveryException.problem;
import static recovery.core.target.sqlite.SqliteConnections.column;
import static recovery.core.target.sqlite.SqliteConnections.number;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.target.OnConflict;

/**
 * Whether rows have lost their parents by what was done between two looks: those that had none before, or have none in
 * the backup itself, do not count. Only tables that the chosen ones can have to do with are looked at.
 */
final class KeyGuard {
    private static final int NAMED_AT_MOST = 5;

    /** Rows with a number that had their parents. */
    private static final String NEW =
            "FROM temp.orphans_now n WHERE line IS NOT NULL AND NOT EXISTS (SELECT 1 FROM temp.orphans_before b"
                    + " WHERE b.child = n.child AND b.parent = n.parent AND b.line = n.line)";

    private final Connection connection;
    private final String backup;
    private final List<String> chosen;
    private final Set<String> unusable = new HashSet<>();

    /** @param backup the schema of the connection that holds the backup */
    KeyGuard(Connection connection, String backup, List<String> chosen) {
        this.connection = connection;
        this.backup = backup;
        this.chosen = chosen;
    }

    /** The first look. */
    void before() throws SQLException {
        SqliteConnections.run(
                connection,
                "CREATE TEMP TABLE orphans_before (child, line, parent, source)",
                "CREATE TEMP TABLE orphans_now (child, line, parent)");
        for (String table : concerned()) {
            remember(table, "main");
        }
        for (String table : chosen) {
            remember(table, backup);
        }
        SqliteConnections.run(connection, "CREATE INDEX temp.orphans ON orphans_before (child, parent, line)");
    }

    private void remember(String table, String schema) throws SQLException {
        try {
            SqliteConnections.run(
                    connection,
                    "INSERT INTO temp.orphans_before SELECT lower(\"table\"), rowid, lower(parent), " + literal(schema)
                            + orphans(table, schema));
        } catch (SQLException mismatch) {
            judge(mismatch);
            unusable.add(table.toLowerCase(Locale.ROOT));
        }
    }

    /** Refuses rows that have lost their parents since {@link #before}; tells of those that never had them. */
    List<Note> after(OnConflict policy) throws SQLException {
        for (String table : concerned()) {
            try {
                SqliteConnections.run(
                        connection,
                        "INSERT INTO temp.orphans_now SELECT lower(\"table\"), rowid, lower(parent)"
                                + orphans(table, "main"));
            } catch (SQLException mismatch) {
                judge(mismatch);
                if (!unusable.contains(table.toLowerCase(Locale.ROOT))) {
                    throw refused(
                            "the foreign keys of table '%s' would no longer work: %s"
                                    .formatted(table, SqliteConnections.words(mismatch)),
                            Set.of(table),
                            policy);
                }
            }
        }
        refuse(policy);
        return inBackup();
    }

    private static void judge(SQLException failed) throws SQLException {
        if (SqliteConnections.isBroken(failed) || SqliteConnections.isFull(failed)) {
            throw failed;
        }
    }

    private static String orphans(String table, String schema) {
        return " FROM pragma_foreign_key_check(" + literal(table) + ", " + literal(schema) + ")";
    }

    /** Rows without a number are compared by how many there are. */
    private void refuse(OnConflict policy) throws SQLException {
        String counted = "(SELECT count(*) FROM temp.orphans_before b WHERE b.child = n.child AND b.parent = n.parent"
                + " AND b.source = %s)";
        String sql = "SELECT child, parent, count(*) " + NEW + " GROUP BY child, parent"
                + " UNION ALL SELECT child, parent, count(*) FROM temp.orphans_now n WHERE line IS NULL"
                + " GROUP BY child, parent HAVING count(*) > max(" + counted.formatted("'main'") + ", "
                + counted.formatted(literal(backup)) + ")";
        List<String> wrong = new ArrayList<>();
        Set<String> tables = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                String child = nameOf(rows.getString(1));
                String parent = nameOf(rows.getString(2));
                tables.add(child);
                tables.add(parent);
                wrong.add("%d %s of table '%s' would point to rows of table '%s' that are not there%s"
                        .formatted(
                                rows.getLong(3),
                                rows.getLong(3) == 1 ? "row" : "rows",
                                child,
                                parent,
                                lines(rows.getString(1), rows.getString(2))));
            }
        }
        if (!wrong.isEmpty()) {
            throw refused(wrong.stream().limit(NAMED_AT_MOST).collect(joining("; ")), tables, policy);
        }
    }

    private String lines(String child, String parent) throws SQLException {
        List<String> lines = column(
                connection,
                "SELECT line " + NEW + " AND child = " + literal(child) + " AND parent = " + literal(parent) + " LIMIT "
                        + (NAMED_AT_MOST + 1));
        return lines.isEmpty()
                ? ""
                : " (rowid %s%s)"
                        .formatted(
                                lines.stream().limit(NAMED_AT_MOST).collect(joining(", ")),
                                lines.size() > NAMED_AT_MOST ? ", …" : "");
    }

    private RecoveryException refused(String wrong, Set<String> tables, OnConflict policy) {
        Set<String> together = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        together.addAll(chosen);
        together.addAll(tables);
        String remedy = "Restore the tables together: %s."
                .formatted(together.stream()
                        .map(table -> "--table " + shell(asSql(table)))
                        .collect(joining(" ")));
        RecoveryException.Problem problem = problem(VERIFICATION_FAILED, "%s", wrong);
        return policy == OnConflict.REPLACE
                ? problem.remedy(remedy, "Or add only the rows that are gone: --on-conflict add-missing.")
                : problem.remedy(remedy);
    }

    private static String shell(String name) {
        return name.startsWith("\"") ? "'" + name.replace("'", "'\\''") + "'" : name;
    }

    private List<Note> inBackup() throws SQLException {
        long rows = number(
                connection,
                "SELECT count(*) FROM temp.orphans_now n WHERE EXISTS (SELECT 1 FROM temp.orphans_before b WHERE"
                        + " b.child = n.child AND b.parent = n.parent AND b.line IS n.line AND b.source = "
                        + literal(backup) + ")");
        return rows == 0
                ? List.of()
                : List.of(new Note(
                        "ORPHANS_IN_BACKUP",
                        "%d restored rows point to rows that do not exist; it is so in the backup itself."
                                .formatted(rows)));
    }

    /** The chosen tables and those whose rows point to them. */
    private Set<String> concerned() throws SQLException {
        String names = chosen.stream()
                .map(table -> literal(table.toLowerCase(Locale.ROOT)))
                .collect(joining(", "));
        return new TreeSet<>(column(
                connection,
                "SELECT DISTINCT t.name FROM pragma_table_list t LEFT JOIN pragma_foreign_key_list(t.name, 'main') f"
                        + " WHERE t.schema = 'main' AND t.type = 'table' AND (lower(t.name) IN (" + names
                        + ") OR lower(f.\"table\") IN (" + names + "))"));
    }

    private String nameOf(String folded) throws SQLException {
        List<String> names = column(
                connection,
                "SELECT name FROM pragma_table_list WHERE schema IN ('main', " + literal(backup)
                        + ") AND lower(name) = " + literal(folded) + " ORDER BY schema = 'main' DESC");
        return names.isEmpty() ? folded : names.get(0);
    }
}
