package recovery.core.target.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;

/**
 * Refuses rows for foreign tables: they would be written into another server, or into the live database of this one.
 * Asks the database only once the dump has made such a table. For one thread, in the order of the dump.
 */
final class ForeignTables {
    private static final Set<String> CHANGES = Set.of("insert", "update", "delete", "truncate", "merge");

    private final Connection connection;
    private boolean exist;

    ForeignTables(Connection connection) {
        this.connection = connection;
    }

    void after(SqlTokens tokens) {
        exist |= tokens.begins("create foreign table") || tokens.begins("import foreign schema");
    }

    void check(DumpPart.Rows rows) throws SQLException {
        if (isForeign(rows.table())) {
            throw DangerRules.refused(
                    rows.line(), "COPY " + rows.table(), "would write to a foreign table, which is on another server");
        }
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

    /** Also a partitioned table that hands rows on to one. */
    private boolean isForeign(String table) throws SQLException {
        if (!exist) {
            return false;
        }
        String literal = "E'" + table.replace("\\", "\\\\").replace("'", "''") + "'";
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (ResultSet row = statement.executeQuery("SELECT FROM pg_catalog.pg_class WHERE relkind = 'f' AND (oid ="
                    + " pg_catalog.to_regclass(" + literal + ") OR oid IN (SELECT relid FROM"
                    + " pg_catalog.pg_partition_tree(pg_catalog.to_regclass(" + literal + "))))")) {
                return row.next();
            }
        }
    }
}
