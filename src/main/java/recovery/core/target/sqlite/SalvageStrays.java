package recovery.core.target.sqlite;

import java.sql.SQLException;
import java.util.Map;
import recovery.core.dump.sqlite.salvage.RowSink;
import recovery.core.dump.sqlite.salvage.SalvagedRow;

/** Hands rows that nothing leads to to the table that they belong to for certain, or to those that have none. */
final class SalvageStrays implements RowSink {
    private final Map<Integer, SalvageRows> tables;
    private final LostAndFound lostAndFound;

    /** {@code tables}: by root page. */
    SalvageStrays(Map<Integer, SalvageRows> tables, LostAndFound lostAndFound) {
        this.tables = Map.copyOf(tables);
        this.lostAndFound = lostAndFound;
    }

    @Override
    public void row(SalvagedRow row) {
        remains(row);
    }

    @Override
    public void remains(SalvagedRow row) {
        try {
            SalvageRows table = tables.get(row.root());
            if (table == null || row.root() == 0) {
                lostAndFound.insert(row);
            } else {
                table.found(row);
            }
        } catch (SQLException failed) {
            throw new SalvageStopped(failed);
        }
    }
}
