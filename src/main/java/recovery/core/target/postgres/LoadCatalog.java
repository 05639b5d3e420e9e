package recovery.core.target.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import recovery.core.dump.SqlTokens;

/**
 * The tables of the copy by the names the dump uses. A name without a schema is looked up by the database itself,
 * under the search path of that moment.
 */
final class LoadCatalog {
    private static final String TABLES = """
            SELECT n.nspname, c.relname, pg_catalog.format('%%I.%%I', n.nspname, c.relname), c.relkind,
                   pn.nspname, p.relname
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN (pg_catalog.pg_inherits i
                       JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
                       JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace)
                   ON i.inhrelid = c.oid AND c.relispartition
            WHERE c.relkind IN ('r', 'p', 'v') AND c.relpersistence <> 't'%s
              AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_toast%%'
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                              WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                                AND d.objid = c.oid AND d.deptype = 'e')
              AND n.nspname <>\s""" + "'" + LedgerTable.SCHEMA + "' ORDER BY 1, 2";

    /**
     * A table, partitioned table or view.
     *
     * @param sql its name as SQL
     * @param kind {@code r}, {@code p} or {@code v}, as in {@code pg_class}
     * @param parent the partitioned table it is a partition of
     */
    record Table(TableName name, String sql, char kind, Optional<TableName> parent) {
        boolean isPartitioned() {
            return kind == 'p';
        }

        boolean isView() {
            return kind == 'v';
        }
    }

    private final Connection connection;
    private final Neighbours neighbours;
    private final Map<String, Optional<TableName>> looked = new HashMap<>();

    LoadCatalog(Connection connection, Neighbours neighbours) {
        this.connection = connection;
        this.neighbours = neighbours;
    }

    /** Which table {@code name} means now; empty if there is none of that name. */
    Optional<TableName> resolve(SqlTokens.Name name) throws SQLException {
        if (name.parts().size() > 1) {
            return Optional.of(new TableName(name.qualifier().orElseThrow(), name.last()));
        }
        Optional<TableName> known = looked.get(name.last());
        if (known == null) {
            known = look(name.last());
            looked.put(name.last(), known);
        }
        return known;
    }

    /** Whether there is a table or view of that name, written as SQL. */
    boolean exists(String name) throws SQLException {
        String literal = "E'" + name.replace("\\", "\\\\").replace("'", "''") + "'";
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (ResultSet row = statement.executeQuery(
                    "SELECT FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass(" + literal + ")")) {
                return row.next();
            }
        }
    }

    /** To be called when a statement may have changed what a name means. */
    void namesMayHaveChanged() {
        looked.clear();
    }

    private Optional<TableName> look(String name) throws SQLException {
        String quoted = '"' + name.replace("\"", "\"\"") + '"';
        String literal = "E'" + quoted.replace("\\", "\\\\").replace("'", "''") + "'";
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (ResultSet row = statement.executeQuery("SELECT n.nspname, c.relname FROM pg_catalog.pg_class c"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                    + " WHERE c.oid = pg_catalog.to_regclass(" + literal + ")")) {
                return row.next() ? Optional.of(new TableName(row.getString(1), row.getString(2))) : Optional.empty();
            }
        }
    }

    /** All tables and views of the copy but temporary ones, those that belong to an extension, and the ledger. */
    List<Table> tables() throws SQLException {
        List<Table> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (ResultSet row = statement.executeQuery(TABLES.formatted(neighbours.without("n.oid")))) {
                while (row.next()) {
                    String parent = row.getString(6);
                    tables.add(new Table(
                            new TableName(row.getString(1), row.getString(2)),
                            row.getString(3),
                            row.getString(4).charAt(0),
                            parent == null ? Optional.empty() : Optional.of(new TableName(row.getString(5), parent))));
                }
            }
        }
        return tables;
    }
}
