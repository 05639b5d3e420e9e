package recovery.core.target.postgres;

import static recovery.core.target.postgres.PostgresNames.literal;

import java.sql.SQLException;
import recovery.core.dump.DumpPart;

/**
 * Takes away what earlier runs of a load have left of rows that they did not finish. For one thread, in the order of the
 * dump.
 */
final class EarlierRows {
    private final LoadConnection connection;
    private final TableFamilies families;
    private final RowCounts counts;
    private final LoadLedger ledger;

    EarlierRows(LoadConnection connection, TableFamilies families, RowCounts counts, LoadLedger ledger) {
        this.connection = connection;
        this.families = families;
        this.counts = counts;
        this.ledger = ledger;
    }

    /** To be called before the rows are loaded; says how they are to be noted. */
    StoredRows clear(DumpPart.Rows rows, TableName table, long part) throws SQLException {
        String name = rows.table();
        if (!ledger.hasBegun()) {
            return new StoredRows(ledger, part, name, false);
        }
        families.look();
        if (families.isPartitioned(table.schema(), table.table())) {
            if (ledger.before().isHalfFull(name)) {
                connection.run("TRUNCATE " + name + ";\n" + LedgerTable.forget(name));
                ledger.before().emptied(name);
            }
            ledger.begins(part, name, connection);
            return new StoredRows(ledger, part, name, false);
        }
        boolean own = counts.isEmpty(table);
        if (own && ledger.goesOn() && isUsed(name)) {
            // no foreign key points to it yet: those come when the rows of both tables are noted
            connection.run("TRUNCATE ONLY " + name);
        }
        return new StoredRows(ledger, part, name, !own);
    }

    /** Whether the table takes any room, as it also does if a transaction that brought rows was undone. */
    private boolean isUsed(String name) throws SQLException {
        return connection
                .value("SELECT 1 WHERE pg_catalog.pg_relation_size(pg_catalog.to_regclass(" + literal(name) + ")) > 0")
                .isPresent();
    }
}
