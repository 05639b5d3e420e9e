package recovery.core.target.sqlite;

import static recovery.core.dump.sqlite.SqliteNames.quoted;
import static recovery.core.target.sqlite.SqliteConnections.run;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import recovery.core.dump.sqlite.SqliteNames;
import recovery.core.error.Note;
import recovery.core.target.sqlite.SchemaObjects.Part;

/**
 * The indexes and triggers of one live table while its rows come: the triggers are off. Afterwards those of the backup are
 * there as it defines them, and those that it lacks as far as they still work; if rows are only added, all are as before.
 */
final class TableParts {
    private static final Pattern WRITES = Pattern.compile(
            "\\b(?:INTO|UPDATE(?:\\s+OR\\s+\\w+)?|DELETE\\s+FROM)\\s+(\"(?:[^\"]|\"\")+\"|`[^`]+`|\\[[^]]+]|[\\w$]+)",
            Pattern.CASE_INSENSITIVE);

    private final Connection connection;
    private final SchemaObjects live;
    private final String table;
    private final List<Part> before;
    private final boolean fromBackup;
    private final List<Part> wanted;

    /** @param backup where those of the backup are defined; empty if only those of now are to stay */
    TableParts(Connection connection, SchemaObjects live, String table, Optional<SchemaObjects> backup)
            throws SQLException {
        this.connection = connection;
        this.live = live;
        this.table = table;
        this.before = live.parts(table);
        this.fromBackup = backup.isPresent();
        this.wanted = fromBackup ? backup.get().parts(table) : List.of();
    }

    /** Takes off the triggers, and the indexes that the rows of the backup may not fit into. */
    void takeOff() throws SQLException {
        for (Part part : before) {
            boolean inWay = fromBackup
                    && (part.isUnique() || isNamed(part))
                    && wanted.stream()
                            .noneMatch(other ->
                                    isNamedLike(part, other) && part.sql().equals(other.sql()));
            if (part.type().equals("trigger") || inWay) {
                drop(part);
            }
        }
    }

    /** Makes what is missing, and tells of what differs from both. */
    List<Note> putBack() throws SQLException {
        List<Note> notes = new ArrayList<>();
        for (Part part : wanted) {
            if (live.object(part.name()).isEmpty()) {
                run(connection, part.sql());
            }
        }
        for (Part part : before) {
            if (!isNamed(part)) {
                boolean works = keep(part);
                if (fromBackup) {
                    notes.add(new Note(
                            "TABLE_PARTS",
                            works
                                    ? "The %s '%s' of table '%s' stays, though the backup has none of that name."
                                            .formatted(part.type(), part.name(), table)
                                    : "The %s '%s' of table '%s' is gone: the backup has none of that name, and it does not fit to the table of the backup."
                                            .formatted(part.type(), part.name(), table)));
                }
            }
        }
        notes.addAll(changed());
        return notes;
    }

    private List<Note> changed() {
        return before.stream()
                .filter(part -> wanted.stream()
                        .anyMatch(
                                other -> isNamedLike(part, other) && !part.sql().equals(other.sql())))
                .map(part -> new Note(
                        "TABLE_PARTS",
                        "The %s '%s' of table '%s' is defined as in the backup again."
                                .formatted(part.type(), part.name(), table)))
                .toList();
    }

    private boolean keep(Part part) throws SQLException {
        if (live.object(part.name()).isPresent()) {
            return true;
        }
        try {
            run(connection, part.sql());
        } catch (SQLException doesNotFit) {
            if (!fromBackup || SqliteConnections.isBroken(doesNotFit) || SqliteConnections.isFull(doesNotFit)) {
                throw doesNotFit;
            }
            return false;
        }
        if (fromBackup && part.type().equals("trigger") && !compiles()) {
            drop(part);
            return false;
        }
        return true;
    }

    /** Whether the triggers of the table name only columns that are there: SQLite finds out when it needs them. */
    private boolean compiles() {
        String name = TableShape.in("main", table);
        try {
            String column = quoted(live.table(table).orElseThrow().stored().get(0));
            run(
                    connection,
                    "EXPLAIN INSERT INTO " + name + " DEFAULT VALUES",
                    "EXPLAIN UPDATE " + name + " SET " + column + " = " + column,
                    "EXPLAIN DELETE FROM " + name);
            return true;
        } catch (SQLException failed) {
            // a function of the application is missing here only
            return !SqliteConnections.words(failed).contains("column");
        }
    }

    private void drop(Part part) throws SQLException {
        run(connection, "DROP " + part.type() + " main." + quoted(part.name()));
    }

    /** The backup has one of that name. */
    private boolean isNamed(Part part) {
        return wanted.stream().anyMatch(other -> isNamedLike(part, other));
    }

    private static boolean isNamedLike(Part one, Part other) {
        return one.type().equals(other.type()) && one.name().equalsIgnoreCase(other.name());
    }

    /** Other tables that its triggers write to, and that have missed what was done to this one. */
    List<String> written() throws SQLException {
        TreeSet<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (Part part : before) {
            Matcher writes = WRITES.matcher(part.type().equals("trigger") ? part.sql() : "");
            // "CREATE TRIGGER t AFTER UPDATE ON x": what stands behind the name of the table counts
            while (writes.find()) {
                String name = SqliteNames.plain(writes.group(1));
                if (!name.equalsIgnoreCase(table) && live.table(name).isPresent()) {
                    names.add(live.table(name).orElseThrow().name());
                }
            }
        }
        return List.copyOf(names);
    }
}
