package recovery.core.dump.plain;

import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.ErrorCode.DATABASE_NOT_CHOSEN;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.SqlTokens;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;

/**
 * Which database a script is connected to, and whether that is the one that is wanted. No connection is followed,
 * since everything goes into one copy; so of several databases one is taken, and what belongs to the whole server.
 *
 * <p>A file of pg_dumpall gives the database that is named, else the preferred one. Any other script gives the first
 * one that it fills, as long as it fills no second one.
 */
final class Connections {
    private static final Set<String> SESSION = Set.of("set", "reset", "select", "begin", "commit", "start");
    private static final Set<String> CLUSTER =
            Set.of("database", "role", "user", "group", "tablespace", "system", "pg_catalog");
    /** Every server has these two; pg_dumpall connects to them although there is nothing in them. */
    private static final Set<String> USUAL = Set.of("postgres", "template1");

    private final DumpChoice choice;
    private final Set<String> connected = new LinkedHashSet<>();
    private final Set<String> filled = new LinkedHashSet<>();
    private boolean cluster;
    private String current = "";

    Connections(DumpChoice choice) {
        this.choice = choice;
    }

    /** The databases that there are to choose from, in order. */
    List<String> databases() {
        return connected.stream()
                .filter(name -> filled.contains(name) || !USUAL.contains(name))
                .toList();
    }

    /** The script is one of pg_dumpall. */
    void cluster() {
        cluster = true;
    }

    /** The script connects to {@code database}; empty if it says none. A note unless one of several is taken. */
    Optional<Note> connect(MetaCommand command, long line) {
        String database = command.database();
        if (!database.isEmpty()) {
            connected.add(database);
            current = database;
        }
        return wanted().isPresent()
                ? Optional.empty()
                : Optional.of(new Note(
                        "CONNECT_REDIRECTED",
                        "'%s' in line %d was not followed: everything goes into the copy."
                                .formatted((command.name() + " " + database).strip(), line)));
    }

    private Optional<String> wanted() {
        return choice.database().or(() -> cluster ? choice.preferred() : Optional.empty());
    }

    /** Whether a statement that begins with {@code firstWord}, or a block of rows, is to be handed out. */
    boolean takes(String firstWord, String sql, long position) {
        Optional<String> wanted = wanted();
        if (current.equals(wanted.orElse("")) && filled.contains(current) && firstWord.equals("insert")) {
            return true;
        }
        if (SESSION.contains(firstWord)) {
            return current.isEmpty() || isTaken(wanted);
        }
        SqlTokens tokens = SqlTokens.of(sql, 60);
        if (isCluster(firstWord, tokens)) {
            return ofCluster(tokens, wanted);
        }
        filled.add(current);
        if (wanted.isPresent() && current.isEmpty()) {
            throw unnamed(wanted.get(), position);
        }
        return isTaken(wanted);
    }

    private boolean isTaken(Optional<String> wanted) {
        return wanted.map(current::equals)
                .orElseGet(() -> filled.isEmpty() || filled.iterator().next().equals(current));
    }

    /** Roles and tablespaces always, statements about a database as a whole only for the one that is taken. */
    private boolean ofCluster(SqlTokens tokens, Optional<String> wanted) {
        Optional<String> database = database(tokens);
        return wanted.isEmpty() || database.isEmpty() || database.equals(wanted);
    }

    private static Optional<String> database(SqlTokens tokens) {
        int at = tokens.find(1, "database");
        if (at < 0 || at > 40) {
            return tokens.begins("update pg_catalog") ? named(tokens) : Optional.empty();
        }
        int name = tokens.has(at + 1, "if exists") ? at + 3 : at + 1;
        return tokens.name(name).map(SqlTokens.Name::last);
    }

    /** {@code UPDATE pg_catalog.pg_database SET … WHERE datname = 'template1'}. */
    private static Optional<String> named(SqlTokens tokens) {
        int at = tokens.find(1, "datname");
        return at < 0 ? Optional.empty() : Optional.of(tokens.get(at + 2).text());
    }

    /** What belongs to the whole server: databases, roles, tablespaces. */
    private static boolean isCluster(String firstWord, SqlTokens tokens) {
        return switch (firstWord) {
            case "create", "alter", "drop", "update" ->
                CLUSTER.contains(tokens.get(1).text()) && !tokens.has(1, "user mapping");
            case "comment" -> CLUSTER.contains(tokens.get(2).text());
            case "grant", "revoke" -> {
                int on = tokens.find(1, "on");
                yield on < 0
                        || CLUSTER.contains(tokens.get(on + 1).text())
                        || tokens.get(on + 1).is("parameter");
            }
            case "security" -> tokens.find(1, "on database") > 0 || tokens.find(1, "on role") > 0;
            default -> false;
        };
    }

    /** At the end of the dump: a note which one of several was taken; refuses if it cannot be said which one. */
    void end() {
        if (cluster && connected.isEmpty() && filled.isEmpty()) {
            throw problem(
                            BACKUP_UNSUPPORTED,
                            "the dump holds only what belongs to the whole server, such as roles, and no database")
                    .remedy(
                            "Choose the backup of the database itself; this one was made with --globals-only or the like.",
                            "If the roles are what is missing, run the file with psql.");
        }
        if (choice.database().isPresent()
                && !connected.contains(choice.database().get())) {
            throw problem(
                            REQUEST_UNUSABLE,
                            "the dump holds no database '%s', but %s",
                            choice.database().get(),
                            databases().isEmpty() ? "does not say which one it holds" : list(databases()))
                    .remedy("Name the database as the dump does, or leave it out if there is only one.");
        }
        boolean undecided = wanted().isPresent() ? !connected.contains(wanted().get()) : filled.size() > 1;
        if (undecided) {
            throw notChosen();
        }
    }

    private RecoveryException notChosen() {
        List<String> names = databases();
        if (filled.contains("")) {
            return problem(
                            BACKUP_UNSUPPORTED,
                            "the dump fills the database it was made for, which it does not name, and %s",
                            list(names))
                    .remedy("Cut a copy of the file at its lines '\\connect' and restore the part that is needed.");
        }
        return problem(
                        DATABASE_NOT_CHOSEN,
                        "the dump holds %s, and it was not said which database to restore",
                        list(names))
                .remedy("Say which one, for example with: --database %s"
                        .formatted(shell(names.isEmpty() ? "NAME" : names.get(0))));
    }

    private static String shell(String name) {
        return name.matches("[A-Za-z0-9_.-]+") ? name : "'" + name.replace("'", "'\\''") + "'";
    }

    /** What is known by now of what was taken and what was not. */
    Optional<Note> note() {
        List<String> others = databases().stream()
                .filter(name -> !wanted().equals(Optional.of(name)))
                .toList();
        return wanted().filter(connected::contains)
                .filter(name -> !others.isEmpty())
                .map(name -> new Note(
                        "DATABASE_CHOSEN",
                        "Of the databases in the dump '%s' is restored, and nothing of %s."
                                .formatted(name, list(others))));
    }

    private static String list(List<String> names) {
        return names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
    }

    private static RecoveryException unnamed(String wanted, long position) {
        return problem(
                        REQUEST_UNUSABLE,
                        "the dump does not say which database it is of, so '%s' cannot be chosen",
                        wanted)
                .at(position)
                .remedy("Leave the name of the database out.");
    }
}
