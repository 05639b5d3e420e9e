package recovery.core.target.sqlite;

import static recovery.core.dump.sqlite.SqliteNames.quoted;
import static recovery.core.target.sqlite.SqliteConnections.run;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import recovery.core.error.Note;

/**
 * Virtual tables of SQLite's own modules. What they hold lies in tables of their own, which are brought over as they are;
 * an index for searching the rows of another table is built anew from those.
 */
final class VirtualTables {
    /** The option of FTS4 and FTS5 that names the table whose rows are indexed; empty for an index without any rows. */
    private static final Pattern CONTENT =
            Pattern.compile("[,(]\\s*content\\s*=\\s*(\"[^\"]*\"|'[^']*'|`[^`]*`|\\[[^]]*]|[^\\s,)]+)", 2);

    private final Connection connection;
    private final SchemaObjects backup;
    private final SchemaObjects live;
    private final RowMove rows;

    VirtualTables(Connection connection, SchemaObjects backup, SchemaObjects live, RowMove rows) {
        this.connection = connection;
        this.backup = backup;
        this.live = live;
        this.rows = rows;
    }

    /** The table whose rows it indexes; empty text if it holds no rows at all, nothing if it holds its own. */
    static Optional<String> contentOf(String sql) {
        Matcher content = CONTENT.matcher(sql);
        boolean search = sql.toLowerCase(Locale.ROOT).matches("(?s).*\\busing\\s+[\"'`\\[]?fts.*");
        return search && content.find()
                ? Optional.of(recovery.core.dump.sqlite.SqliteNames.plain(content.group(1)))
                : Optional.empty();
    }

    static boolean indexesOthers(String sql) {
        return contentOf(sql).filter(table -> !table.isEmpty()).isPresent();
    }

    /** The table becomes that of the backup; an index over others stays empty until {@link #rebuild}. */
    void replace(TableShape from, Optional<TableShape> present) throws SQLException {
        if (present.isPresent()) {
            run(connection, "DROP TABLE " + TableShape.in("main", present.get().name()));
        }
        run(connection, from.sql());
        if (indexesOthers(from.sql())) {
            return;
        }
        List<String> made = live.shadows(from.name());
        for (String shadow : backup.shadows(from.name())) {
            TableShape shape = backup.table(shadow).orElseThrow();
            if (made.stream().noneMatch(shadow::equalsIgnoreCase)) {
                run(connection, shape.sql());
            }
            rows.replace(shape);
        }
        // the module remembers the empty table that it made
        run(connection, "PRAGMA writable_schema = RESET");
    }

    /** Builds anew every index over rows of {@code chosen}, which no trigger has kept up to date. */
    List<Note> rebuild(List<String> chosen) throws SQLException {
        List<Note> notes = new ArrayList<>();
        for (SchemaObjects.Part index : live.virtualTables()) {
            Optional<String> content = contentOf(index.sql()).filter(table -> !table.isEmpty());
            boolean wanted = chosen.stream().anyMatch(index.name()::equalsIgnoreCase)
                    || (content.isPresent() && reads(content.get(), chosen));
            if (content.isPresent() && wanted) {
                String name = quoted(index.name());
                run(connection, "INSERT INTO main." + name + " (" + name + ") VALUES ('rebuild')");
                notes.add(new Note(
                        "SEARCH_REBUILT",
                        "The search table '%s' was built anew from the rows of '%s'."
                                .formatted(index.name(), content.get())));
            }
        }
        return notes;
    }

    private boolean reads(String content, List<String> chosen) throws SQLException {
        if (chosen.stream().anyMatch(content::equalsIgnoreCase)) {
            return true;
        }
        return live.views().stream()
                .filter(view -> view.name().equalsIgnoreCase(content))
                .anyMatch(view -> chosen.stream().anyMatch(table -> mentions(view.sql(), table)));
    }

    private static boolean mentions(String sql, String name) {
        return sql.toLowerCase(Locale.ROOT).contains(name.toLowerCase(Locale.ROOT));
    }
}
