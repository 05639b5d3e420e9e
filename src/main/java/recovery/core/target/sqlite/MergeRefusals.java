package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.target.OnConflict;

/** Whether a table of the backup can come into the live file at all. Asked before anything is changed. */
final class MergeRefusals {
    private final SchemaObjects backup;
    private final SchemaObjects live;
    private final List<Note> notes = new ArrayList<>();

    MergeRefusals(SchemaObjects backup, SchemaObjects live) {
        this.backup = backup;
        this.live = live;
    }

    void check(TableShape from, OnConflict policy) throws SQLException {
        Optional<SchemaObjects.Part> taken = live.object(from.name());
        boolean shadow = live.named("'shadow'").stream().anyMatch(from.name()::equalsIgnoreCase);
        if (shadow || taken.filter(object -> !object.type().equals("table")).isPresent()) {
            throw problem(
                            REQUEST_UNUSABLE,
                            "in the live file '%s' is %s and no table of its own",
                            from.name(),
                            shadow
                                    ? "a part of a virtual table"
                                    : "a" + (taken.get().type().equals("index") ? "n " : " ")
                                            + taken.get().type())
                    .remedy("Drop or rename it there first, or restore the whole backup.");
        }
        Optional<TableShape> present = live.table(from.name());
        if (policy == OnConflict.ADD_MISSING && present.isPresent()) {
            checkAdding(from, present.get());
        } else {
            checkParts(from);
        }
    }

    List<Note> notes() {
        return notes;
    }

    /** Indexes and triggers have names of their own, which another table's may have by now. */
    private void checkParts(TableShape from) throws SQLException {
        for (SchemaObjects.Part part : backup.parts(from.name())) {
            Optional<SchemaObjects.Part> other = live.object(part.name());
            if (other.isPresent() && !other.get().table().equalsIgnoreCase(from.name())) {
                throw problem(
                                REQUEST_UNUSABLE,
                                "the %s '%s' of table '%s' cannot be made: in the live file that is the name of %s of '%s'",
                                part.type(),
                                part.name(),
                                from.name(),
                                other.get().type().equals("index")
                                        ? "an index"
                                        : "a " + other.get().type(),
                                other.get().table())
                        .remedy("Drop or rename that one first, or restore the whole backup.");
            }
        }
    }

    private void checkAdding(TableShape from, TableShape to) {
        if (from.virtual() != to.virtual()) {
            throw cannotAdd(from.name(), "one of them is a virtual table");
        }
        if (VirtualTables.contentOf(from.sql()).filter(String::isEmpty).isPresent()) {
            throw cannotAdd(from.name(), "it is an index without rows of its own");
        }
        if (to.key().isEmpty() && !(from.isNumbered() && to.isNumbered())) {
            throw cannotAdd(from.name(), "their rows have no key in common");
        }
        for (String key : to.key()) {
            if (from.column(key).isEmpty()) {
                throw cannotAdd(from.name(), "column '%s' of its key is not in the backup".formatted(key));
            }
        }
        if (RowMove.common(from, to).isEmpty()) {
            throw cannotAdd(from.name(), "they have no column in common");
        }
        checkColumns(from, to);
        if (to.key().isEmpty() && !to.virtual()) {
            notes.add(new Note(
                    "ROWS_WITHOUT_KEY",
                    "Table '%s' has no primary key: its rows were told apart by their rowid, which VACUUM changes."
                            .formatted(to.name())));
        }
    }

    private void checkColumns(TableShape from, TableShape to) {
        for (TableShape.Column column : to.columns()) {
            boolean filled = column.computed()
                    || from.column(column.name()).isPresent()
                    || (to.keyIsRowid() && column.key() > 0);
            if (column.required() && !filled) {
                throw cannotAdd(
                        from.name(),
                        "the live table needs a value in column '%s', which the backup lacks".formatted(column.name()));
            }
        }
        String lost =
                from.stored().stream().filter(name -> to.column(name).isEmpty()).collect(Collectors.joining("', '"));
        if (!lost.isEmpty()) {
            notes.add(new Note(
                    "COLUMNS_LOST",
                    "The live table '%s' has no column '%s': what the backup holds there was not restored."
                            .formatted(to.name(), lost)));
        }
    }

    private static RecoveryException cannotAdd(String table, String why) {
        return problem(REQUEST_UNUSABLE, "the missing rows of table '%s' cannot be added: %s", table, why)
                .remedy("Let the table become what it is in the backup: --on-conflict %s."
                        .formatted(OnConflict.REPLACE.toString().toLowerCase(Locale.ROOT)));
    }
}
