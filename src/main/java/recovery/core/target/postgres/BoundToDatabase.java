package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import recovery.core.error.Note;

/** What is bound to the live database itself and cannot follow its name to the copy. */
final class BoundToDatabase {
    private final PostgresSession session;
    private final DatabaseRow live;

    BoundToDatabase(PostgresSession session, DatabaseRow live) {
        this.session = session;
        this.live = live;
    }

    List<Note> notes() throws SQLException {
        List<Note> notes = new ArrayList<>();
        add(
                notes,
                "REPLICATION_SLOT_STAYS",
                session.texts(
                        "SELECT slot_name || CASE WHEN active THEN ' (in use)' ELSE '' END FROM pg_replication_slots"
                                + " WHERE database = ? ORDER BY 1",
                        live.name()),
                "The logical replication slots of '%s' stay with the previous database, so whoever reads them gets nothing new: make them again, and drop the old ones before the log they hold back fills the disk: %s.");
        add(
                notes,
                "SUBSCRIPTION_STAYS",
                session.texts("SELECT subname FROM pg_subscription WHERE subdbid = ?::oid ORDER BY 1", live.oid()),
                "The subscriptions of '%s' stay with the previous database and have to be made again: %s.");
        add(
                notes,
                "SECURITY_LABEL_STAYS",
                session.texts(
                        "SELECT provider FROM pg_shseclabel WHERE classoid = 'pg_database'::regclass AND objoid = ?::oid"
                                + " ORDER BY 1",
                        live.oid()),
                "The security labels of '%s' are not carried over and have to be set again: %s.");
        return notes;
    }

    private void add(List<Note> notes, String code, List<String> names, String sentence) {
        if (!names.isEmpty()) {
            notes.add(new Note(code, sentence.formatted(live.name(), String.join(", ", names))));
        }
    }
}
