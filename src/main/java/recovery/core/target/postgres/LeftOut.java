package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;
import recovery.core.error.Note;

/**
 * What could not be made because an extension was skipped or the restoring role lacks a right, and everything that
 * failed in consequence: one root cause each, with its consequences counted under it. Any thread may tell; what depends on another
 * statement of the dump comes behind it.
 *
 * <p>Nothing is left out beforehand: a statement is run, and only if the database does not take it, and says that
 * something is missing, is it looked up here. Rows are no loss that anybody agreed to by restoring with few rights, so
 * a table is left out only for the sake of an extension that the operator wants skipped.
 */
final class LeftOut {
    /** Undefined object, function, table, column, schema, a key that is not there, a name of the wrong kind. */
    private static final Set<String> MISSING = Set.of("42704", "42883", "42P01", "42703", "3F000", "42830", "42809");

    private static final Set<String> MISSING_ROOT = Set.of("42704", "42883", "42P01", "3F000", "42703", "58P01");
    /** No right; only with a password in the connection. */
    private static final Set<String> NOT_ALLOWED = Set.of("42501", "2F003");

    /** The file of a library is not there. */
    private static final String NO_LIBRARY = "58P01";

    private static final int MOST_NOTES = 50;
    private static final int NAMES_SHOWN = 5;

    private final Set<String> extensions;
    private final boolean superuser;
    private final List<Root> roots = new ArrayList<>();
    private final Map<String, Root> byName = new HashMap<>();
    private final Set<String> present = new HashSet<>();
    private final Map<Integer, Root> byEntry = new HashMap<>();

    /** For want of what. */
    private enum Lack {
        EXTENSION,
        RIGHTS,
        LIBRARY
    }

    /** A cause, and what came of it. */
    private static final class Root {
        private final String what;
        private final String because;
        private final Lack lack;
        private final boolean agreed;
        private final long order;

        /** By their places in the dump. */
        private final Map<Long, String> consequences = new TreeMap<>();

        private long statements;
        private long rows;

        Root(long order, String what, String because, Lack lack) {
            this.order = order;
            this.what = what;
            this.because = because;
            this.lack = lack;
            this.agreed = lack == Lack.EXTENSION;
        }
    }

    LeftOut(Set<String> extensions, boolean superuser) {
        this.extensions = extensions;
        this.superuser = superuser;
    }

    /** Whether anything may be left out at all, so that a transaction of the dump has to survive it. */
    synchronized boolean isPossible() {
        return !extensions.isEmpty() || !superuser || !roots.isEmpty();
    }

    /** Whether the failed statement is left out; then it is noted, and what it would have made is known to be missing. */
    synchronized boolean takes(DumpPart.Statement statement, SqlTokens tokens, SQLException e) {
        String state = PostgresErrors.state(e);
        Optional<CreatedObject> created = CreatedObject.of(tokens);
        boolean table = created.map(CreatedObject::holdsRows).orElse(false);
        Optional<Root> cause = MISSING.contains(state) ? cause(statement, tokens) : Optional.empty();
        if (cause.isPresent() && (cause.get().agreed || !table)) {
            cause.get().statements++;
            created.ifPresent(object -> cause.get().consequences.put(DumpPlace.order(statement), object.title()));
            remember(statement, created, cause.get());
            return true;
        }
        boolean forExtension = !extensions.isEmpty() && MISSING_ROOT.contains(state);
        boolean forRights = !superuser && NOT_ALLOWED.contains(state) && SuperuserObjects.isOne(tokens);
        boolean forLibrary = NO_LIBRARY.equals(state) && tokens.begins("create") && tokens.find(1, "language c") > 0;
        if (!forExtension && !forRights && !forLibrary) {
            return false;
        }
        Lack lack = forExtension ? Lack.EXTENSION : forLibrary ? Lack.LIBRARY : Lack.RIGHTS;
        root(
                statement,
                created,
                new Root(DumpPlace.order(statement), title(statement, created), PostgresErrors.said(e), lack));
        return true;
    }

    /** Leaves a function out whose program library is not to be loaded. */
    synchronized void withoutLibrary(DumpPart.Statement statement, SqlTokens tokens, String library) {
        Optional<CreatedObject> created = CreatedObject.of(tokens);
        String because =
                "its library '%s' lies where others than the server's administrator may write".formatted(library);
        root(
                statement,
                created,
                new Root(DumpPlace.order(statement), title(statement, created), because, Lack.LIBRARY));
    }

    private static String title(DumpPart.Statement statement, Optional<CreatedObject> created) {
        return created.map(CreatedObject::title).orElseGet(() -> LoadFailure.object(statement));
    }

    /** Whether rows of this table have nowhere to go: it is left out, or a skipped extension would have made it. */
    synchronized boolean takesRowsOf(SqlTokens.Name table, LoadCatalog catalog) throws SQLException {
        String name = key(table.parts());
        if (extensions.isEmpty()) {
            return false;
        }
        if (!byName.containsKey(name) && present.add(name) && !catalog.exists(table.sql())) {
            Root root = new Root(last(), "the rows of '" + table.sql() + "'", "there is no such table", Lack.EXTENSION);
            roots.add(root);
            byName.put(name, root);
        }
        return byName.containsKey(name);
    }

    synchronized void droppedRows(SqlTokens.Name table, long rows) {
        byName.get(key(table.parts())).rows += rows;
    }

    private void root(DumpPart.Statement statement, Optional<CreatedObject> created, Root root) {
        roots.add(root);
        remember(statement, created, root);
    }

    private void remember(DumpPart.Statement statement, Optional<CreatedObject> created, Root root) {
        created.ifPresent(object -> byName.putIfAbsent(key(object.name()), root));
        // CLUSTER ON and REPLICA IDENTITY name an index without its schema
        created.filter(object -> object.kind().equals("index"))
                .ifPresent(object ->
                        byName.putIfAbsent(object.name().get(object.name().size() - 1), root));
        if (created.isPresent() && statement.entry().dumpId() > 0) {
            byEntry.putIfAbsent(statement.entry().dumpId(), root);
        }
    }

    /** What is missing for this statement: known by the archive's dependencies or by the names in it. */
    private Optional<Root> cause(DumpPart.Statement statement, SqlTokens tokens) {
        Root own = byEntry.get(statement.entry().dumpId());
        if (own != null) {
            return Optional.of(own);
        }
        for (int needed : statement.entry().dependencies()) {
            if (byEntry.containsKey(needed)) {
                return Optional.of(byEntry.get(needed));
            }
        }
        for (int i = 0; i < tokens.size(); i++) {
            SqlTokens source = tokens.get(i).kind() == SqlTokens.Kind.STRING
                    ? SqlTokens.of(tokens.get(i).text(), 8)
                    : tokens;
            Optional<Root> named = named(source, source == tokens ? i : 0);
            if (named.isPresent()) {
                return named;
            }
        }
        return Optional.empty();
    }

    private Optional<Root> named(SqlTokens tokens, int index) {
        SqlTokens.Token first = tokens.get(index);
        if (!first.isName()) {
            return Optional.empty();
        }
        boolean qualified =
                tokens.get(index + 1).isSymbol('.') && tokens.get(index + 2).isName();
        Root root = qualified
                ? byName.get(key(List.of(first.text(), tokens.get(index + 2).text())))
                : null;
        return Optional.ofNullable(root == null ? byName.get(key(List.of(first.text()))) : root);
    }

    private static String key(List<String> name) {
        return String.join("\0", name);
    }

    /** Behind all causes so far. */
    private long last() {
        return roots.stream().mapToLong(root -> root.order).max().orElse(0);
    }

    /** As the dump has them, whichever came to light first. */
    private List<Root> inOrder() {
        return roots.stream()
                .sorted(Comparator.comparingLong(root -> root.order))
                .toList();
    }

    /** One note for each root cause. */
    synchronized List<Note> notes() {
        List<Note> notes = new ArrayList<>();
        for (Root root : inOrder().subList(0, Math.min(MOST_NOTES, roots.size()))) {
            notes.add(note(root));
        }
        if (roots.size() > MOST_NOTES) {
            notes.add(new Note(
                    "LEFT_OUT_MORE",
                    "%d more objects were left out in the same way.".formatted(roots.size() - MOST_NOTES)));
        }
        return notes;
    }

    private static Note note(Root root) {
        return switch (root.lack) {
            case EXTENSION -> new Note("LEFT_OUT_WITHOUT_EXTENSION", text(root));
            case RIGHTS -> new Note("LEFT_OUT_FOR_RIGHTS", text(root));
            case LIBRARY -> new Note("LEFT_OUT_WITHOUT_LIBRARY", text(root));
        };
    }

    /** What an operator agreed to do without: the restored database lacks it, and no check can say otherwise. */
    synchronized List<String> lost() {
        return inOrder().stream()
                .filter(root -> root.agreed)
                .map(root -> root.rows == 0 ? root.what : "%s (%d rows)".formatted(root.what, root.rows))
                .toList();
    }

    private static String text(Root root) {
        StringBuilder text = new StringBuilder("Left out: %s (%s)".formatted(root.what, root.because));
        if (root.statements > 0 || root.rows > 0) {
            text.append("; with it %d rows and %d statements".formatted(root.rows, root.statements));
        }
        if (!root.consequences.isEmpty()) {
            int more = root.consequences.size() - NAMES_SHOWN;
            text.append(", among them ")
                    .append(root.consequences.values().stream()
                            .limit(NAMES_SHOWN)
                            .collect(Collectors.joining(", ")))
                    .append(more > 0 ? " and " + more + " more" : "");
        }
        return text.append('.').toString();
    }
}
