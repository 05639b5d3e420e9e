package recovery.core.dump.plain;

import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.RecoveryException.problem;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import recovery.core.dump.SqlTokens;
import recovery.core.error.Note;

/**
 * Which database a script is connected to. It is not followed, since everything goes into the copy; so a script may
 * fill only one database.
 */
final class Connections {
    private static final Set<String> SESSION = Set.of("set", "reset", "select", "begin", "commit", "start");
    private static final Set<String> CLUSTER =
            Set.of("database", "role", "user", "group", "tablespace", "system", "pg_catalog");

    private final Set<String> databases = new LinkedHashSet<>();
    private String current = "";
    private String filled = "";
    private boolean anyFilled;

    /** The databases named by {@code \connect}, in order. */
    List<String> databases() {
        return List.copyOf(databases);
    }

    /** The script connects to {@code database}; empty if it says none. */
    Note connect(MetaCommand command, long line) {
        String database = command.database();
        if (!database.isEmpty()) {
            databases.add(database);
            current = database;
        }
        return new Note(
                "CONNECT_REDIRECTED",
                "'%s' in line %d was not followed: everything goes into the copy."
                        .formatted((command.name() + " " + database).strip(), line));
    }

    /** A statement that begins with {@code firstWord} or a block of rows is for the current database. */
    void statement(String firstWord, String sql, long position) {
        if (anyFilled && current.equals(filled)) {
            return;
        }
        if (isSessionOrCluster(firstWord, sql)) {
            return;
        }
        if (anyFilled) {
            throw problem(
                            BACKUP_UNSUPPORTED,
                            "the dump fills more than one database: '%s' and '%s'",
                            filled.isEmpty() ? "the one it was made for" : filled,
                            current)
                    .at(position)
                    .remedy(
                            "Dump each database into a file of its own with pg_dump, not all into one with pg_dumpall.",
                            "If there is only this file, cut it at its lines '\\connect' and restore the part that is needed.");
        }
        anyFilled = true;
        filled = current;
    }

    /** Settings, and what belongs to the whole server: databases, roles, tablespaces. */
    private static boolean isSessionOrCluster(String firstWord, String sql) {
        if (SESSION.contains(firstWord)) {
            return true;
        }
        SqlTokens tokens = SqlTokens.of(sql, 60);
        return switch (firstWord) {
            case "create", "alter", "drop", "update" ->
                CLUSTER.contains(tokens.get(1).text());
            case "comment" -> CLUSTER.contains(tokens.get(2).text());
            case "grant", "revoke" -> {
                int on = tokens.find(1, "on");
                yield on < 0 || CLUSTER.contains(tokens.get(on + 1).text());
            }
            case "security" -> tokens.find(1, "on database") > 0 || tokens.find(1, "on role") > 0;
            default -> false;
        };
    }
}
