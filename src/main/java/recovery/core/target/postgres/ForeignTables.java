package recovery.core.target.postgres;

import static recovery.core.target.postgres.LoadNotes.Kind.FOREIGN_ROWS_SKIPPED;
import static recovery.core.target.postgres.PostgresNames.literal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;

/**
 * Keeps rows out of foreign tables: they would be written into another server, or into the live database of this one.
 * What a dump made with {@code --include-foreign-data} brings is left out; what changes such a table is refused. Asks the database only once the dump has made such a table. For one thread, in the order of the dump.
 */
final class ForeignTables {
    private static final Set<String> CHANGES = Set.of("insert", "update", "delete", "truncate", "merge");

    private final Connection connection;
    private final LoadNotes notes;
    private final Map<String, Boolean> answers = new HashMap<>();
    private boolean exist;

    ForeignTables(Connection connection, LoadNotes notes) {
        this.connection = connection;
        this.notes = notes;
    }

    void after(SqlTokens tokens) {
        answers.clear();
        exist |= tokens.begins("create foreign table") || tokens.begins("import foreign schema");
    }

    /** Whether rows stay where they are, on the other server; refuses those that would partly get there. */
    boolean takes(DumpPart.Rows rows) throws SQLException {
        if (!isForeign(rows.table())) {
            return false;
        }
        if (!isItselfForeign(rows.table())) {
            throw DangerRules.refused(
                    rows, "COPY " + rows.table(), "would write to a foreign table, which is on another server");
        }
        notes.add(FOREIGN_ROWS_SKIPPED, "table", "tables", rows.table(), rows);
        return true;
    }

    /** As for rows, of an INSERT. */
    boolean takes(DumpPart.Statement statement, SqlTokens tokens) throws SQLException {
        String table =
                exist ? StatementInsert.table(tokens).map(SqlTokens.Name::sql).orElse("") : "";
        if (!table.isEmpty() && isItselfForeign(table)) {
            notes.add(FOREIGN_ROWS_SKIPPED, "statement", "statements", table, statement);
            return true;
        }
        check(statement, tokens);
        return false;
    }

    void check(DumpPart.Statement statement, SqlTokens tokens) throws SQLException {
        if (!exist || !CHANGES.contains(tokens.get(0).text())) {
            return;
        }
        int at = tokens.begins("update") || (tokens.begins("truncate") && !tokens.has(1, "table")) ? 1 : 2;
        SqlTokens.Name name = tokens.name(tokens.has(at, "only") ? at + 1 : at).orElse(null);
        if (name != null && isForeign(name.sql())) {
            throw DangerRules.refused(statement, "would write to a foreign table, which is on another server");
        }
    }

    private boolean isItselfForeign(String table) throws SQLException {
        return finds("SELECT FROM pg_catalog.pg_class WHERE relkind = 'f' AND oid = pg_catalog.to_regclass("
                + literal(table) + ")");
    }

    /** Also a partitioned table that hands rows on to one. */
    private boolean isForeign(String table) throws SQLException {
        String literal = literal(table);
        return exist
                && finds("SELECT FROM pg_catalog.pg_class WHERE relkind = 'f' AND (oid = pg_catalog.to_regclass("
                        + literal + ") OR oid IN (SELECT relid FROM"
                        + " pg_catalog.pg_partition_tree(pg_catalog.to_regclass(" + literal + "))))");
    }

    /** A dump may hold as many INSERTs as rows, so nothing is asked twice as long as nothing else comes between. */
    private boolean finds(String sql) throws SQLException {
        Boolean known = answers.get(sql);
        if (known == null) {
            known = asks(sql);
            answers.put(sql, known);
        }
        return known;
    }

    private boolean asks(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (ResultSet row = statement.executeQuery(sql)) {
                return row.next();
            }
        }
    }
}
