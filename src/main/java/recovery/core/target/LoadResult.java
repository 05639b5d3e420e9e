package recovery.core.target;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import recovery.core.error.Note;

/**
 * What a load read from the backup and wrote.
 *
 * @param tables rows read from the dump per table; empty where the dump does not say how many there should be
 * @param notes everything that was adapted or skipped
 * @param foreignKeysProven no statement of the dump switched foreign keys off behind the database's back
 * @param sequencesFromBackup the backup sets every sequence itself, so that one behind its column was so where it comes from
 * @param leftOut what the restored database lacks because the operator chose to do without it, for people
 * @param largeObjects how many large objects were written; empty if that is not known
 * @param salvage what is lost, if a damaged backup was taken as far as it can be read
 */
public record LoadResult(
        List<TableRows> tables,
        List<Note> notes,
        boolean foreignKeysProven,
        boolean sequencesFromBackup,
        List<String> leftOut,
        OptionalLong largeObjects,
        Optional<Salvage> salvage) {
    /** A table by its name as SQL, e.g. {@code sales."Odd Table"}, and how many rows the dump has for it. */
    public record TableRows(String table, OptionalLong expected) {}

    public LoadResult {
        tables = List.copyOf(tables);
        notes = List.copyOf(notes);
        leftOut = List.copyOf(leftOut);
    }

    /** The backup was not damaged. */
    public LoadResult(
            List<TableRows> tables,
            List<Note> notes,
            boolean foreignKeysProven,
            boolean sequencesFromBackup,
            List<String> leftOut,
            OptionalLong largeObjects) {
        this(tables, notes, foreignKeysProven, sequencesFromBackup, leftOut, largeObjects, Optional.empty());
    }

    /** Nothing was left out, and nothing is known of large objects. */
    public LoadResult(
            List<TableRows> tables, List<Note> notes, boolean foreignKeysProven, boolean sequencesFromBackup) {
        this(tables, notes, foreignKeysProven, sequencesFromBackup, List.of(), OptionalLong.empty());
    }

    public LoadResult withNotes(List<Note> more) {
        return new LoadResult(
                tables,
                Stream.concat(notes.stream(), more.stream()).toList(),
                foreignKeysProven,
                sequencesFromBackup,
                leftOut,
                largeObjects,
                salvage);
    }

    /** Rows of all tables. */
    public long rows() {
        return tables.stream().mapToLong(table -> table.expected().orElse(0)).sum();
    }
}
