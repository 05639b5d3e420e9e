package recovery.core.target.sqlite;

import static java.util.stream.Collectors.joining;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import recovery.core.backup.NearestNames;
import recovery.core.dump.NamePattern;
import recovery.core.dump.Selection;
import recovery.core.dump.sqlite.SqliteNames;
import recovery.core.error.RecoveryException;

/** Which tables of a backup are chosen, by names as SQLite knows them: of any case, in the schema {@code main}. */
final class TableChoice {
    private static final int NAMED_AT_MOST = 5;

    private final SchemaObjects backup;

    private TableChoice(SchemaObjects backup) {
        this.backup = backup;
    }

    /** Their plain names, sorted; refuses a pattern that fits none. */
    static List<String> of(SchemaObjects backup, Selection selection) throws SQLException {
        return new TableChoice(backup).chosen(selection);
    }

    /** The same for a file that nobody writes; the names as SQL. */
    static List<String> of(Path file, Selection selection) throws SQLException {
        try (Connection connection = SqliteConnections.immutable(file)) {
            return of(new SchemaObjects(connection, "main"), selection).stream()
                    .map(SqliteNames::asSql)
                    .toList();
        }
    }

    private List<String> chosen(Selection selection) throws SQLException {
        List<String> all = backup.named("'table', 'virtual'");
        List<String> chosen = new ArrayList<>(selection.tables().isEmpty() ? all : fitting(selection.tables(), all));
        chosen.removeAll(fitting(selection.excludedTables(), all));
        if (chosen.isEmpty()) {
            throw problem(REQUEST_UNUSABLE, "no table is left to be restored")
                    .remedy("Choose among what the backup holds: %s.".formatted(named(all)));
        }
        return chosen;
    }

    private List<String> fitting(List<String> patterns, List<String> all) throws SQLException {
        List<String> chosen = new ArrayList<>();
        for (String text : patterns) {
            NamePattern pattern = NamePattern.ofTable(text);
            List<String> fitting = all.stream()
                    .filter(name -> pattern.fitsInAnyCase("main", name))
                    .toList();
            if (fitting.isEmpty()) {
                throw fitsNone(pattern, all);
            }
            chosen.addAll(fitting);
        }
        return chosen.stream().distinct().sorted().toList();
    }

    private RecoveryException fitsNone(NamePattern pattern, List<String> all) throws SQLException {
        if (pattern.toString().toLowerCase(Locale.ROOT).contains("sqlite_")) {
            return problem(REQUEST_UNUSABLE, "'%s' is a table of SQLite itself, which is restored by itself", pattern)
                    .remedy("Leave it out.");
        }
        for (String shadow : backup.named("'shadow'")) {
            if (pattern.fitsInAnyCase("main", shadow)) {
                return problem(REQUEST_UNUSABLE, "'%s' is a part of a virtual table", pattern)
                        .remedy("Choose the virtual table that it belongs to: its name is the beginning of this one.");
            }
        }
        for (SchemaObjects.Part view : backup.views()) {
            if (pattern.fitsInAnyCase("main", view.name())) {
                return problem(REQUEST_UNUSABLE, "'%s' is a view, which holds no rows", pattern)
                        .remedy("Choose the tables that it reads.");
            }
        }
        List<String> near = NearestNames.to(SqliteNames.plain(pattern.toString()), all);
        return problem(REQUEST_UNUSABLE, "the backup holds no table that '%s' fits", pattern)
                .remedy(
                        all.isEmpty()
                                ? "Inspect the backup: it holds none at all."
                                : "Choose among what it holds, for example: %s."
                                        .formatted(named(near.isEmpty() ? all : near)));
    }

    private static String named(List<String> names) {
        return names.stream().limit(NAMED_AT_MOST).map(SqliteNames::asSql).collect(joining(", "));
    }
}
