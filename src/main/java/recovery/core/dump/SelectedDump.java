package recovery.core.dump;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import recovery.core.dump.SelectionRules.Verdict;
import recovery.core.dump.SelectionScope.Relation;
import recovery.core.error.Note;

/**
 * The part of a dump that a {@link Selection} wants. What is not wanted is not handed out, but read all the same, so that
 * the dump still proves that it is whole. Only rows that are independent are not read if they are not wanted: that all
 * data is there was proven before the first part, and damage inside of rows that nobody asked for is not looked for and
 * keeps nobody from restoring the others.
 *
 * <p><b>With a table</b> come its rows, defaults, indexes, constraints, triggers, rules, policies, comments, security
 * labels, privileges and statistics, its identity sequences and the sequences it owns with their values. A foreign
 * key comes only if the table it points to is selected too, a partition is attached only if its parent is, and a
 * view, trigger, policy or default that needs something left out is left out as well, each with a note. A table that
 * cannot be made without one that was left out (it inherits from it) is refused.
 *
 * <p><b>In addition</b> come schemas, extensions, types, domains, functions, operators, collations, languages, servers
 * and sequences of no table, whatever their schema: unlike {@code pg_restore --table}, which leaves the operator with
 * errors, the selected tables can then be made. Views and materialized views come only if they are selected
 * themselves. Publications, subscriptions, event triggers and large objects belong to the whole database and come only
 * if neither tables nor schemas are chosen.
 *
 * <p><b>Without an excluded table</b> means without all that comes with it, without foreign keys to it and without
 * views that need it, also through other views. What needs what is read off the names in the statements, in archives
 * also off the table of contents.
 *
 * <p>Patterns are those of {@link NamePattern}; one that fits nothing is refused with REQUEST_UNUSABLE, at the
 * beginning where the dump has a table of contents, else at its end. Settings always pass. Sections as in pg_restore:
 * values of sequences and large objects are data; comments and privileges belong to the section of their object.
 */
public final class SelectedDump implements DumpReader {
    private static final int SKIPPED_BYTES = 1 << 18;

    private final DumpReader dump;
    private final Selection selection;
    private final SelectionScope scope;
    private final SelectionRules rules;
    private final Deque<DumpPart> ready = new ArrayDeque<>();
    /** A sequence and what was said about it, until it is known to which table it belongs. */
    private final List<DumpPart.Statement> waiting = new ArrayList<>();

    private boolean begun;
    private boolean ended;
    private String lastInsert = "";
    private boolean lastTaken;

    /** @throws recovery.core.error.RecoveryException REQUEST_UNUSABLE if a pattern cannot be understood */
    public SelectedDump(DumpReader dump, Selection selection) {
        this.dump = dump;
        this.selection = selection;
        this.scope = new SelectionScope(selection);
        this.rules = new SelectionRules(scope);
    }

    @Override
    public Optional<DumpReader> definitions() {
        return dump.definitions().map(whole -> new SelectedDump(whole, selection));
    }

    @Override
    public Optional<DumpPart> next() throws IOException {
        checkContents();
        while (ready.isEmpty() && !ended) {
            Optional<DumpPart> part = dump.next();
            if (part.isEmpty()) {
                decideWaiting();
                ended = true;
                scope.checkAllMet();
            } else if (part.get() instanceof DumpPart.Statement statement) {
                statement(statement);
            } else if (part.get() instanceof DumpPart.Rows rows) {
                decideWaiting();
                rows(rows);
            } else if (part.get() instanceof DumpPart.LargeObject object) {
                decideWaiting();
                largeObject(object);
            }
        }
        return Optional.ofNullable(ready.poll());
    }

    /** What an archive says before it is read. */
    private void checkContents() {
        if (begun) {
            return;
        }
        begun = true;
        List<Entry> contents = dump.contents();
        for (Entry entry : contents) {
            switch (entry.kind()) {
                case "TABLE", "TABLE DATA", "FOREIGN TABLE", "VIEW", "MATERIALIZED VIEW", "SEQUENCE" ->
                    scope.meet(new Relation(entry.schema().orElse(""), entry.name()));
                case "SCHEMA" -> scope.meetSchema(entry.name());
                default -> {}
            }
        }
        if (!contents.isEmpty()) {
            scope.checkAllMet();
        }
    }

    private void statement(DumpPart.Statement statement) {
        if (!lastInsert.isEmpty() && statement.sql().startsWith(lastInsert)) {
            hand(statement, lastTaken);
            return;
        }
        lastInsert = "";
        if (!waiting.isEmpty() && rules.isAbout(waiting.get(0), statement)) {
            rules.learn(statement);
            waiting.add(statement);
            return;
        }
        decideWaiting();
        Verdict verdict = rules.of(statement);
        if (verdict == Verdict.WAIT) {
            waiting.add(statement);
        } else if (verdict == Verdict.DROP_VIEW) {
            ready.add(withoutView(statement));
        } else {
            hand(statement, verdict == Verdict.TAKE);
            rememberInsert(statement, verdict == Verdict.TAKE);
        }
    }

    /** pg_dump writes a view that needs itself by way of others first without its query. */
    private static DumpPart.Statement withoutView(DumpPart.Statement view) {
        return following(view, "DROP VIEW ");
    }

    /** A statement of our own: {@code words} and the name of the view that {@code view} creates. */
    static DumpPart.Statement following(DumpPart.Statement view, String words) {
        String name = Subject.of(view.sql())
                .flatMap(Subject::relation)
                .map(found -> found.parts().stream()
                        .map(part -> '"' + part.replace("\"", "\"\"") + '"')
                        .collect(Collectors.joining(".")))
                .orElseThrow();
        return new DumpPart.Statement(view.entry(), words + name, view.position(), view.line(), OptionalLong.empty());
    }

    private void hand(DumpPart.Statement statement, boolean taken) {
        if (taken) {
            ready.add(statement);
        }
    }

    /** Many INSERTs for one table follow each other and begin alike up to the blank behind its name. */
    private void rememberInsert(DumpPart.Statement statement, boolean taken) {
        if (!statement.sql().regionMatches(true, 0, "insert", 0, 6)) {
            return;
        }
        SqlTokens tokens = SqlTokens.of(statement.sql(), 16);
        lastTaken = taken;
        lastInsert = tokens.name(2)
                .map(name -> tokens.get(name.next() - 1).end())
                .filter(end -> statement.sql().startsWith(" ", end))
                .map(end -> statement.sql().substring(0, end + 1))
                .orElse("");
    }

    private void decideWaiting() {
        if (waiting.isEmpty()) {
            return;
        }
        DumpPart.Statement sequence = waiting.get(0);
        hand(sequence, rules.takesSequence(sequence));
        for (DumpPart.Statement statement : waiting.subList(1, waiting.size())) {
            hand(statement, rules.of(statement) == Verdict.TAKE);
        }
        waiting.clear();
    }

    private void rows(DumpPart.Rows rows) throws IOException {
        if (rules.takesRows(rows.table())) {
            ready.add(rows);
            return;
        }
        boolean more = !rows.rows().isIndependent();
        RowBlock block = new RowBlock(SKIPPED_BYTES);
        while (more) {
            more = rows.rows().read(block);
        }
    }

    private void largeObject(DumpPart.LargeObject object) throws IOException {
        if (rules.takesLargeObjects()) {
            ready.add(object);
            return;
        }
        byte[] block = new byte[SKIPPED_BYTES];
        int count = 0;
        while (count >= 0) {
            count = object.content().read(block);
        }
    }

    @Override
    public DumpHeader header() {
        return dump.header();
    }

    @Override
    public long position() {
        return dump.position();
    }

    @Override
    public Proof proof() {
        return dump.proof();
    }

    @Override
    public List<Note> notes() {
        List<Note> notes = new ArrayList<>(dump.notes());
        notes.addAll(rules.notes());
        return List.copyOf(notes);
    }

    @Override
    public List<String> databases() {
        return dump.databases();
    }

    @Override
    public List<Entry> contents() {
        return dump.contents();
    }
}
