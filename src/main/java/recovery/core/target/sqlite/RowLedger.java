package recovery.core.target.sqlite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import recovery.core.dump.DumpPart.Statement;
import recovery.core.dump.sqlite.SqliteNames;
import recovery.core.error.Note;
import recovery.core.target.LoadResult.TableRows;

/**
 * How many rows each table must have after a script, as far as its statements tell. Where they do not, the number is
 * unknown and not guessed. The case of a name does not matter.
 */
final class RowLedger {
    private final Map<String, Long> rows = new HashMap<>();
    private final Set<String> unknown = new HashSet<>();
    private boolean triggers;
    private boolean allUnknown;
    private String lastName = "";
    private String lastKey = "";

    void follow(Statement statement) {
        String key = key(statement.entry().name());
        switch (statement.entry().kind()) {
            case "INSERT" -> insert(key, statement.rows());
            case "CREATE TABLE" -> {
                if (statement.sql().length() < 1_000_000 && isFromQuery(statement.sql())) {
                    unknown.add(key);
                }
            }
            case "DROP TABLE" -> {
                rows.remove(key);
                unknown.remove(key);
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

    private void insert(String key, OptionalLong more) {
        allUnknown |= triggers;
        if (more.isEmpty()) {
            unknown.add(key);
        } else {
            rows.merge(key, more.getAsLong(), Long::sum);
        }
    }

    /** Whether triggers may have added rows, so that changes cannot be matched with statements. */
    boolean triggersFire() {
        return triggers;
    }

    /**
     * {@code ordinary} tables and those that {@code hidden} behind virtual tables were filled directly.
     */
    List<TableRows> tables(List<String> ordinary, List<String> hidden) {
        List<TableRows> tables = new ArrayList<>();
        for (String table : ordinary) {
            tables.add(new TableRows(SqliteNames.asSql(table), expected(key(table))));
        }
        for (String table : hidden) {
            if (rows.containsKey(key(table))) {
                tables.add(new TableRows(SqliteNames.asSql(table), expected(key(table))));
            }
        }
        return tables;
    }

    Optional<Note> note() {
        return allUnknown || !unknown.isEmpty()
                ? Optional.of(new Note(
                        "ROWS_NOT_COUNTED",
                        "The script changes rows in ways that do not tell how many there should be in the end."))
                : Optional.empty();
    }

    private OptionalLong expected(String key) {
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
