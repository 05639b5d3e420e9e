package recovery.core.dump.sqlite;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import recovery.core.dump.DumpPart.Statement;

/**
 * How many rows each table must have after a script, as far as its statements tell. Where they do not, the number is
 * unknown and not guessed. The case of a name does not matter.
 */
public final class RowLedger {
    private final Map<String, String> names = new LinkedHashMap<>();
    private final Map<String, Long> rows = new HashMap<>();
    private final Set<String> unknown = new HashSet<>();
    private final Set<String> ordinary = new HashSet<>();
    private boolean triggers;
    private boolean allUnknown;
    private String lastName = "";
    private String lastKey = "";

    /** Takes notice of the next statement of the script. */
    public void follow(Statement statement) {
        String key = key(statement.entry().name());
        switch (statement.entry().kind()) {
            case "INSERT" -> {
                names.putIfAbsent(key, statement.entry().name());
                insert(key, statement.rows());
            }
            case "CREATE TABLE" -> {
                names.putIfAbsent(key, statement.entry().name());
                if (!statement.sql().toUpperCase(Locale.ROOT).matches("(?s).*(VIRTUAL|CONFLICT).*")) {
                    ordinary.add(key);
                }
                if (statement.sql().length() < 1_000_000 && isFromQuery(statement.sql())) {
                    unknown.add(key);
                }
            }
            case "DROP TABLE" -> {
                names.remove(key);
                rows.remove(key);
                unknown.remove(key);
                ordinary.remove(key);
            }
            case "CREATE TRIGGER", "CREATE TEMP TRIGGER" -> triggers = true;
            case "DELETE" -> {
                // .dump empties SQLite's own table of sequences before it fills it
                if (!key.startsWith("sqlite_")) {
                    unknown.add(key);
                    allUnknown |= triggers;
                }
            }
            case "UPDATE", "WITH", "REPLACE", "ALTER TABLE" -> allUnknown = true;
            default -> {}
        }
    }

    /** The same for INSERTs that were taken together. */
    public void follow(InsertRows inserts) {
        String key = key(inserts.entry().name());
        names.putIfAbsent(key, inserts.entry().name());
        insert(key, OptionalLong.of(inserts.count()));
    }

    private void insert(String key, OptionalLong more) {
        allUnknown |= triggers;
        if (more.isEmpty()) {
            unknown.add(key);
        } else {
            rows.merge(key, more.getAsLong(), Long::sum);
        }
    }

    /** Whether triggers may have added rows, so that changes cannot be matched with statements. */
    public boolean triggersFire() {
        return triggers;
    }

    /**
     * Whether an INSERT of one row into {@code table} adds that row and does nothing else, or fails. Not in virtual tables,
     * behind triggers, and where a definition says what is to become of conflicts.
     */
    public boolean addsOneByOne(String table) {
        return !triggers && ordinary.contains(key(table));
    }

    /** Tables that the script created or filled and did not drop, without quotes, in the order of the script. */
    public List<String> tables() {
        return List.copyOf(names.values());
    }

    /** Whether rows were added to {@code table} in a way that tells how many. */
    public boolean hasRows(String table) {
        return rows.containsKey(key(table));
    }

    /** Whether the number of rows of any table is unknown. */
    public boolean anyUnknown() {
        return allUnknown || !unknown.isEmpty();
    }

    /** How many rows {@code table} must have; empty if the script does not tell. */
    public OptionalLong expected(String table) {
        String key = key(table);
        return allUnknown || unknown.contains(key) ? OptionalLong.empty() : OptionalLong.of(rows.getOrDefault(key, 0L));
    }

    private String key(String name) {
        if (!name.equals(lastName)) {
            lastName = name;
            lastKey = name.toLowerCase(Locale.ROOT);
        }
        return lastKey;
    }

    private static boolean isFromQuery(String create) {
        return create.matches("(?is)[^(]*\\sAS\\s.*");
    }
}
