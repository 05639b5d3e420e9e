package recovery.core.target.sqlite;

import static recovery.core.dump.sqlite.SqliteNames.quoted;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A table as the schema of a database describes it.
 *
 * @param sql its definition, word for word
 * @param keyIsRowid a column is another name of the rowid
 */
record TableShape(
        String name, String sql, boolean virtual, boolean withoutRowid, boolean keyIsRowid, List<Column> columns) {
    private static final List<String> ROWIDS = List.of("rowid", "_rowid_", "oid");

    /**
     * @param required it holds no NULL and has no other value by itself
     * @param key its place in the primary key, from 1; 0 if it is none of it
     * @param computed from others, so that nothing can be put into it
     */
    record Column(String name, boolean required, int key, boolean computed) {}

    TableShape {
        columns = List.copyOf(columns);
    }

    /** Those that rows are put into, as SQL. */
    List<String> stored() {
        return columns.stream()
                .filter(column -> !column.computed())
                .map(Column::name)
                .toList();
    }

    /** Those of the primary key, in its order. */
    List<String> key() {
        return columns.stream()
                .filter(column -> column.key() > 0)
                .sorted(java.util.Comparator.comparingInt(Column::key))
                .map(Column::name)
                .toList();
    }

    Optional<Column> column(String wanted) {
        return columns.stream()
                .filter(column -> column.name().equalsIgnoreCase(wanted))
                .findFirst();
    }

    /** How SQL names the number of a row, if it is no column and has a name left. */
    Optional<String> rowid() {
        if (withoutRowid || keyIsRowid) {
            return Optional.empty();
        }
        return ROWIDS.stream().filter(name -> column(name).isEmpty()).findFirst();
    }

    /** Whether every row has a number, in a column or not. */
    boolean isNumbered() {
        return keyIsRowid || rowid().isPresent();
    }

    boolean isAutoincrement() {
        return keyIsRowid && sql.toUpperCase(Locale.ROOT).contains("AUTOINCREMENT");
    }

    /** The same definition, so that the rows of one fit into the other. */
    boolean isDefinedLike(TableShape other) {
        return sql.equals(other.sql);
    }

    /** A virtual table of that module, or of one whose name begins so. */
    boolean isOf(String module) {
        return virtual && sql.toLowerCase(Locale.ROOT).matches("(?s).*\\busing\\s+[\"'`\\[]?" + module + ".*");
    }

    static String in(String schema, String name) {
        return schema + "." + quoted(name);
    }
}
