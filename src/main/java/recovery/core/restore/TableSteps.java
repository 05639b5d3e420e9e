package recovery.core.restore;

import static java.util.stream.Collectors.joining;

import java.util.List;
import recovery.core.backup.Backup;
import recovery.core.dump.Selection;
import recovery.core.target.LoadOptions;
import recovery.core.target.OnConflict;

/** What a restore of single tables into a live SQLite file does, in sentences for the operator. */
final class TableSteps {
    private TableSteps() {}

    static List<String> of(String live, Backup backup, String copyName, String previous, LoadOptions options) {
        List<String> steps = PlanSteps.beforeTheLiveFile(live, backup, copyName, options);
        steps.add(
                "Begin one transaction in '%s', during which others can read but not write, and keep what it holds then as '%s'."
                        .formatted(live, previous));
        steps.add(tables(live, options));
        steps.add(
                "Undo the transaction and stop if a row would point to a row that does not exist, or a table is damaged.");
        steps.add("Keep '%s', so that one command puts it back.".formatted(previous));
        return steps;
    }

    private static String tables(String live, LoadOptions options) {
        String which = which(options.choice().selection());
        return options.files().onConflict().orElse(OnConflict.REPLACE) == OnConflict.REPLACE
                ? "In '%s' %s become what they are in the backup: rows that came or changed since are gone from them. Every other table stays as it is, and no trigger runs."
                        .formatted(live, which)
                : "Into '%s' only those rows of %s are added whose key is gone; rows that are there stay as they are. Every other table stays as it is, and no trigger runs."
                        .formatted(live, which);
    }

    private static String which(Selection selection) {
        String named =
                selection.tables().isEmpty() ? "all tables of the backup" : "the tables " + names(selection.tables());
        return selection.excludedTables().isEmpty() ? named : named + " without " + names(selection.excludedTables());
    }

    private static String names(List<String> names) {
        return names.stream().map(name -> "'" + name + "'").collect(joining(", "));
    }
}
