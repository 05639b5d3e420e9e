package recovery.core.restore;

import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.ErrorCode.DATABASE_NOT_CHOSEN;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Contents;
import recovery.core.backup.Engine;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.Section;
import recovery.core.dump.Selection;
import recovery.core.error.Note;
import recovery.core.inspect.Inspection;
import recovery.core.target.LoadOptions;
import recovery.core.target.Strategy;

/** What is taken of a backup: completes what a request left open, and says what that means. Stateless. */
final class BackupChoice {
    private BackupChoice() {}

    /** Of several databases the one named like the target, unless one is named. */
    static LoadOptions preferring(LoadOptions options, String target) {
        DumpChoice choice = options.choice();
        return options.with(new DumpChoice(
                choice.database(), choice.preferred().or(() -> Optional.of(target)), choice.selection()));
    }

    static LoadOptions naming(LoadOptions options, String database) {
        DumpChoice choice = options.choice();
        return options.with(new DumpChoice(Optional.of(database), choice.preferred(), choice.selection()));
    }

    /** The definitions of another file are used for rows alone; a script of SQLite begins with rows only then. */
    static LoadOptions forContents(LoadOptions options, Inspection inspection) {
        boolean rowsOfSqlite = inspection.contents() == Contents.UNKNOWN
                && inspection.format() == BackupFormat.SQL
                && !inspection.engine().equals(Optional.of(Engine.POSTGRESQL))
                && !inspection.tables().isEmpty();
        return inspection.contents() == Contents.DATA || rowsOfSqlite ? options : options.withoutSchemaFile();
    }

    /** The backup holds several databases, and none was taken. */
    static boolean isOpen(Inspection inspection) {
        return inspection.notes().stream().anyMatch(note -> note.code().equals(DATABASE_NOT_CHOSEN.name()));
    }

    static void refuseOpen(Inspection inspection) {
        if (isOpen(inspection)) {
            throw problem(
                            DATABASE_NOT_CHOSEN,
                            "'%s' holds %s, and it was not said which database to restore",
                            inspection.backup(),
                            names(inspection.databases()))
                    .remedy("Say which one, for example with: --database \"%s\""
                            .formatted(inspection.databases().get(0)));
        }
    }

    /** What becomes of the wish to do without a safety copy; REQUEST_UNUSABLE where everything hangs on it. */
    static List<Note> skippedSafetyCopy(LoadOptions options, Strategy strategy) {
        if (!options.files().skipSafetyCopy() || strategy == Strategy.ONLINE) {
            return List.of();
        }
        if (strategy == Strategy.REPLACE) {
            throw problem(
                            REQUEST_UNUSABLE,
                            "strategy 'replace' drops the live database, so it is not done without a safety copy")
                    .remedy("Leave --skip-backup (skipBackup) out.");
        }
        return List.of(new Note(
                "SKIP_BACKUP_NEEDLESS",
                "Strategy '%s' makes no safety copy, since it keeps what was live as it is; there is none to skip."
                        .formatted(strategy)));
    }

    static void refuseForSqlite(Engine engine, LoadOptions options) {
        Selection selection = options.choice().selection();
        boolean more = !selection.schemas().isEmpty() || !selection.sections().equals(Selection.ALL_SECTIONS);
        if (engine == Engine.SQLITE && more) {
            throw problem(REQUEST_UNUSABLE, "a backup of SQLite can be restored as a whole or by tables only")
                    .remedy("Leave out what chooses schemas or sections.");
        }
        boolean tables = engine == Engine.SQLITE && !selection.isEverything();
        if (options.files().onConflict().isPresent() && !tables) {
            throw problem(
                            REQUEST_UNUSABLE,
                            "what becomes of rows that are there is asked for single tables of SQLite only")
                    .remedy("Choose tables with --table (tables), or leave --on-conflict (onConflict) out.");
        }
    }

    /** Single tables need a file to come into, and one from which SQLite can read them. */
    static void refuseTables(Engine engine, LoadOptions options, Inspection inspection, boolean liveExists) {
        boolean tables =
                engine == Engine.SQLITE && !options.choice().selection().isEverything();
        if (tables && inspection.format() == BackupFormat.SQLITE_ENCRYPTED) {
            throw problem(REQUEST_UNUSABLE, "single tables of an encrypted SQLite file cannot be restored")
                    .remedy("Restore the whole backup, or into another file with --target-path.");
        }
        if (tables && !liveExists) {
            throw problem(REQUEST_UNUSABLE, "there is no live file that single tables could be written into")
                    .remedy("Restore the whole backup.");
        }
    }

    static void refuseRowsAlone(Inspection inspection, LoadOptions options) {
        if (inspection.contents() != Contents.DATA || options.schemaFile().isPresent()) {
            return;
        }
        if (!options.choice().selection().sections().contains(Section.PRE_DATA)) {
            throw problem(REQUEST_UNUSABLE, "only rows were asked for, and the copy has no tables to put them into")
                    .remedy(
                            "Restore definitions and rows together.",
                            "Or name a file with the definitions in SCHEMA_FILE.");
        }
        throw problem(
                        BACKUP_UNSUPPORTED,
                        "'%s' holds rows without the definitions of their tables",
                        inspection.backup())
                .remedy(
                        "Choose a complete backup.",
                        "If there is none, name a file with the definitions in SCHEMA_FILE and restore again.");
    }

    /** What the operator has to agree to, as half of a sentence. */
    static Optional<String> question(LoadOptions options, String target, Optional<String> previous) {
        Selection selection = options.choice().selection();
        return selection.isEverything()
                ? Optional.empty()
                : Optional.of("after the swap '%s' holds only %s%s"
                        .formatted(
                                target,
                                described(selection),
                                previous.map("; everything else is in '%s'"::formatted)
                                        .orElse("")));
    }

    static List<Note> notes(LoadOptions asked, LoadOptions options) {
        List<Note> notes = new ArrayList<>();
        Selection selection = options.choice().selection();
        if (!selection.isEverything()) {
            notes.add(new Note(
                    "SELECTION_TAKEN", "Of the backup only %s: the rest is left out.".formatted(described(selection))));
        }
        options.schemaFile()
                .ifPresent(file -> notes.add(new Note(
                        "SCHEMA_FILE", "The backup holds rows only; the definitions come from '%s'.".formatted(file))));
        if (asked.schemaFile().isPresent() && options.schemaFile().isEmpty()) {
            notes.add(new Note(
                    "SCHEMA_FILE",
                    "The backup brings its own definitions; '%s' is not used."
                            .formatted(asked.schemaFile().get())));
        }
        return notes;
    }

    private static String described(Selection selection) {
        List<String> parts = new ArrayList<>();
        if (!selection.sections().equals(Selection.ALL_SECTIONS)) {
            parts.add(List.of(Section.PRE_DATA, Section.DATA, Section.POST_DATA).stream()
                    .filter(selection.sections()::contains)
                    .map(section -> switch (section) {
                        case PRE_DATA -> "definitions";
                        case DATA -> "rows";
                        default -> "indexes and constraints";
                    })
                    .collect(Collectors.joining(", ")));
        }
        if (!selection.tables().isEmpty()) {
            parts.add("the tables " + names(selection.tables()));
        }
        if (!selection.schemas().isEmpty()) {
            parts.add("the schemas " + names(selection.schemas()));
        }
        String all = parts.isEmpty() ? "what is left" : String.join(" of ", parts);
        return selection.excludedTables().isEmpty()
                ? all
                : all + " without the tables " + names(selection.excludedTables());
    }

    private static String names(List<String> names) {
        return names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
    }
}
