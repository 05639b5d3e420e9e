package recovery.core.dump.sqlite;

import static recovery.core.error.ErrorCode.BACKUP_OTHER_ENGINE;
import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.RecoveryException.problem;

import java.util.Map;
import recovery.core.error.RecoveryException;

/** What programs write about a script into its comments. */
final class ScriptComments {
    private static final Map<String, String> OTHER_ENGINES = Map.of(
            "-- PostgreSQL database dump", "PostgreSQL",
            "-- PostgreSQL database cluster dump", "PostgreSQL",
            "-- MySQL dump", "MySQL",
            "-- MariaDB dump", "MariaDB");

    private ScriptComments() {}

    /** {@code comments}: everything between two statements. */
    static void check(String comments, long position) {
        OTHER_ENGINES.forEach((mark, engine) -> {
            if (comments.startsWith(mark) || comments.contains("\n" + mark)) {
                throw otherEngine(engine, position);
            }
        });
        if (comments.contains("/****** CORRUPTION ERROR *******/")) {
            throw problem(DUMP_DAMAGED, "the database was corrupt when SQLite's shell wrote this script")
                    .at(position)
                    .remedy("Restore an older backup instead.");
        }
    }

    static RecoveryException otherEngine(String engine, long position) {
        return problem(BACKUP_OTHER_ENGINE, "the script was written for %s and not for SQLite", engine)
                .at(position)
                .remedy("Choose a backup of the SQLite database.");
    }
}
