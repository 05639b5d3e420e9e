package recovery.core.target.sqlite;

import recovery.core.dump.sqlite.SqliteNames;
import recovery.core.error.Note;

/**
 * What became of one table of the live file.
 *
 * @param before rows that were there
 * @param now rows that are there
 * @param missing rows of the backup whose key was gone, if only such were to be added
 */
record MergedTable(String table, Change change, long before, long now, long missing) {
    /** What was done to it. */
    enum Change {
        MADE,
        REPLACED,
        REDEFINED,
        ADDED_TO
    }

    Note note() {
        String name = "Table '" + SqliteNames.asSql(table) + "'";
        String text = switch (change) {
            case MADE -> "%s was not there and was made as in the backup, with %s.".formatted(name, rows(now));
            case REPLACED -> "%s: %s gone, %s of the backup there instead.".formatted(name, rows(before), rows(now));
            case REDEFINED ->
                "%s was defined otherwise and is as in the backup again: %s gone, %s of the backup there instead."
                        .formatted(name, rows(before), rows(now));
            case ADDED_TO -> "%s: %s added, %s kept.".formatted(name, rows(now - before), rows(before));
        };
        return new Note("TABLE_RESTORED", text);
    }

    /** Rows that were missing and could not be added. */
    long leftOut() {
        return change == Change.ADDED_TO ? missing - (now - before) : 0;
    }

    private static String rows(long count) {
        return count == 1 ? "1 row" : "%,d rows".formatted(count);
    }
}
