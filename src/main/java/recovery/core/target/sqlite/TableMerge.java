package recovery.core.target.sqlite;

import static recovery.core.dump.sqlite.SqliteNames.asSql;
import static recovery.core.dump.sqlite.SqliteNames.literal;
import static recovery.core.error.ErrorCode.VERIFICATION_FAILED;
import static recovery.core.error.RecoveryException.problem;
import static recovery.core.target.sqlite.SqliteConnections.column;
import static recovery.core.target.sqlite.SqliteConnections.run;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import recovery.core.error.Note;
import recovery.core.target.OnConflict;
import recovery.core.target.sqlite.MergedTable.Change;

/**
 * Brings tables of the backup into the live file, over a connection that has begun a transaction and sees both. Whatever
 * is thrown, the caller takes the transaction back. For one use.
 */
final class TableMerge {
    /** The schema of the connection that is the backup. */
    static final String BACKUP = "backup";

    private final Connection connection;
    private final List<String> chosen;
    private final OnConflict policy;
    private final SchemaObjects backup;
    private final SchemaObjects live;
    private final RowMove rows;
    private final VirtualTables virtual;
    private final List<Note> notes = new ArrayList<>();

    /** @param chosen plain names of tables of the backup */
    TableMerge(Connection connection, List<String> chosen, OnConflict policy) {
        this.connection = connection;
        this.chosen = chosen;
        this.policy = policy;
        this.backup = new SchemaObjects(connection, BACKUP);
        this.live = new SchemaObjects(connection, "main");
        this.rows = new RowMove(connection, BACKUP);
        this.virtual = new VirtualTables(connection, backup, live, rows);
    }

    /** Does it, checks what it has done, and says what that was. */
    List<Note> merge() throws SQLException {
        // one more afterwards, whatever was done: by that a write that was committed is told from one that was cut off
        long version = SqliteConnections.number(connection, "PRAGMA main.schema_version");
        MergeRefusals refusals = new MergeRefusals(backup, live);
        Map<String, TableShape> tables = new LinkedHashMap<>();
        for (String name : chosen) {
            TableShape from = backup.table(name).orElseThrow();
            refusals.check(from, policy);
            tables.put(name, from);
        }
        List<String> views = workingViews();
        KeyGuard keys = new KeyGuard(connection, BACKUP, chosen);
        keys.before();
        for (TableShape from : tables.values()) {
            MergedTable merged = merge(from);
            notes.add(merged.note());
            if (merged.leftOut() > 0) {
                notes.add(new Note(
                        "ROWS_NOT_ADDED",
                        "Table '%s': %,d rows whose key is gone were not added, since they break another rule of the live table (UNIQUE, NOT NULL or CHECK)."
                                .formatted(asSql(merged.table()), merged.leftOut())));
            }
        }
        notes.addAll(refusals.notes());
        notes.addAll(virtual.rebuild(chosen));
        tellOfTriggers();
        notes.addAll(keys.after(policy));
        checkIntegrity();
        tellOfViews(views);
        SqliteConnections.run(connection, "PRAGMA main.schema_version = " + (version + 1));
        return notes;
    }

    private MergedTable merge(TableShape from) throws SQLException {
        Optional<TableShape> present = live.table(from.name());
        boolean adding = policy == OnConflict.ADD_MISSING && present.isPresent();
        long before = present.isPresent() ? live.count(from.name()) : 0;
        if (VirtualTables.indexesOthers(from.sql())) {
            replaceVirtual(from, present);
            return new MergedTable(from.name(), Change.REPLACED, before, live.count(from.name()), 0);
        }
        if (adding) {
            return add(from, present.get(), before);
        }
        if (from.virtual()) {
            replaceVirtual(from, present);
        } else {
            replace(from, present);
        }
        long now = live.count(from.name());
        long expected = backup.count(from.name());
        if (now != expected) {
            throw problem(
                            VERIFICATION_FAILED,
                            "table '%s' holds %d rows instead of the %d of the backup",
                            from.name(),
                            now,
                            expected)
                    .remedy("Restore the whole backup, and keep this one for an inquiry.");
        }
        Change change = present.isEmpty()
                ? Change.MADE
                : from.isDefinedLike(present.get()) ? Change.REPLACED : Change.REDEFINED;
        return new MergedTable(from.name(), change, before, now, 0);
    }

    private void replaceVirtual(TableShape from, Optional<TableShape> present) throws SQLException {
        virtual.replace(from, present);
    }

    private void replace(TableShape from, Optional<TableShape> present) throws SQLException {
        TableParts parts = new TableParts(connection, live, from.name(), Optional.of(backup));
        triggered(parts);
        if (present.isPresent() && from.isDefinedLike(present.get())) {
            parts.takeOff();
        } else {
            if (present.isPresent()) {
                run(
                        connection,
                        "DROP TABLE " + TableShape.in("main", present.get().name()));
            }
            run(connection, from.sql());
        }
        run(connection, "PRAGMA ignore_check_constraints = ON");
        rows.replace(from);
        run(connection, "PRAGMA ignore_check_constraints = OFF");
        notes.addAll(parts.putBack());
        new Sequences(connection, backup, live).replace(from);
    }

    private MergedTable add(TableShape from, TableShape to, long before) throws SQLException {
        TableParts parts = new TableParts(connection, live, to.name(), Optional.empty());
        triggered(parts);
        long missing = rows.missing(from, to);
        parts.takeOff();
        rows.addMissing(from, to);
        parts.putBack();
        new Sequences(connection, backup, live).add(to);
        return new MergedTable(to.name(), Change.ADDED_TO, before, live.count(to.name()), missing);
    }

    private final TreeSet<String> written = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    private void triggered(TableParts parts) throws SQLException {
        written.addAll(parts.written());
    }

    private void tellOfTriggers() throws SQLException {
        written.removeIf(name -> chosen.stream().anyMatch(name::equalsIgnoreCase));
        for (SchemaObjects.Part table : live.virtualTables()) {
            if (VirtualTables.indexesOthers(table.sql())) {
                written.remove(table.name());
            }
        }
        if (!written.isEmpty()) {
            notes.add(new Note(
                    "TRIGGERS_OFF",
                    "Triggers did not run, so what they would have written into other tables is missing there: %s."
                            .formatted(written.stream()
                                    .map(name -> "'" + asSql(name) + "'")
                                    .collect(Collectors.joining(", ")))));
        }
    }

    private void checkIntegrity() throws SQLException {
        for (String table : chosen) {
            List<String> wrong = column(connection, "PRAGMA main.integrity_check(" + literal(table) + ")");
            if (!wrong.equals(List.of("ok"))) {
                throw problem(
                                VERIFICATION_FAILED,
                                "the live file is damaged, as table '%s' shows: %s",
                                table,
                                wrong.stream().limit(5).collect(Collectors.joining("; ")))
                        .remedy("Restore the whole backup, in whose place no part of the damaged file stays.");
            }
        }
    }

    private List<String> workingViews() throws SQLException {
        List<String> working = new ArrayList<>();
        for (SchemaObjects.Part view : live.views()) {
            if (works(view.name())) {
                working.add(view.name());
            }
        }
        return working;
    }

    private boolean works(String view) {
        try {
            run(connection, "EXPLAIN SELECT * FROM " + TableShape.in("main", view));
            return true;
        } catch (SQLException broken) {
            return false;
        }
    }

    private void tellOfViews(List<String> worked) {
        worked.stream()
                .filter(view -> !works(view))
                .forEach(view -> notes.add(new Note(
                        "VIEW_BROKEN",
                        "The view '%s' of the live file no longer works with the restored tables.".formatted(view))));
    }
}
