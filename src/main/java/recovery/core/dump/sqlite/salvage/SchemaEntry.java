package recovery.core.dump.sqlite.salvage;

import java.util.Locale;

/**
 * One definition of the damaged database.
 *
 * @param type {@code table}, {@code index}, {@code trigger} or {@code view}
 * @param table that it belongs to; the name itself for tables
 * @param root of its b-tree; 0 if it has none
 * @param sql empty for indexes that SQLite makes itself
 */
public record SchemaEntry(String type, String name, String table, int root, String sql) {
    public boolean isTable() {
        return type.equals("table") && !isVirtual();
    }

    public boolean isVirtual() {
        return type.equals("table") && sql.toUpperCase(Locale.ROOT).startsWith("CREATE VIRTUAL");
    }
}
