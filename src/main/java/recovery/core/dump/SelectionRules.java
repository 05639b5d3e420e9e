package recovery.core.dump;

import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import recovery.core.dump.SelectionScope.Relation;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;

/**
 * Decides for each statement of a dump, in its order, whether a selection takes it. See {@link SelectedDump} for what
 * comes along with a table. For one thread.
 */
final class SelectionRules {
    private static final int TOKENS = 100_000;
    private static final int TOKENS_OF_INSERT = 16;
    private static final Set<String> SESSION =
            Set.of("set", "reset", "begin", "start", "commit", "end", "savepoint", "release", "discard");
    private static final Set<String> CHANGES_ROWS = Set.of("update", "delete", "truncate", "merge", "with", "values");
    /** Belong to the whole database, so they are not among some tables of it. */
    private static final Set<String> OF_ALL = Set.of(
            "PUBLICATION",
            "PUBLICATION TABLE",
            "PUBLICATION TABLES IN SCHEMA",
            "SUBSCRIPTION",
            "EVENT TRIGGER",
            "BLOB",
            "BLOBS",
            "BLOB METADATA");

    private static final Set<String> WORDS_OF_ALL = Set.of("publication", "subscription", "event", "large");
    /** Others may name them with their schema; a trigger or a policy is named by nobody. */
    private static final Set<String> NAMED =
            Set.of("INDEX", "CONSTRAINT", "STATISTICS", "TYPE", "DOMAIN", "FUNCTION", "PROCEDURE", "AGGREGATE");
    /** They go with what they speak of, which nobody has to be told. */
    private static final Set<String> SILENT =
            Set.of("COMMENT", "ACL", "SECURITY LABEL", "INDEX ATTACH", "STATISTICS", "STATISTICS DATA");

    private final SelectionScope scope;
    private final LeftOut left = new LeftOut();
    private final Set<Relation> taken = new HashSet<>();
    /** Sequences and the tables they belong to. */
    private final Map<Relation, Relation> owners = new HashMap<>();

    private final SchemaOfNames schemas = new SchemaOfNames();

    SelectionRules(SelectionScope scope) {
        this.scope = scope;
    }

    /** What is to be done with a statement. */
    enum Verdict {
        TAKE,
        LEAVE,
        /** A view that came first without its query and cannot have it: it has to go again. */
        DROP_VIEW,
        /** A sequence: whether it belongs to a wanted table is said by a statement behind it. */
        WAIT
    }

    Verdict of(DumpPart.Statement statement) {
        boolean rows = statement.sql().regionMatches(true, 0, "insert", 0, 6);
        SqlTokens tokens = SqlTokens.of(statement.sql(), rows ? TOKENS_OF_INSERT : TOKENS);
        schemas.follow(tokens);
        if (SESSION.contains(tokens.get(0).text()) || SchemaOfNames.isSetting(tokens)) {
            return Verdict.TAKE;
        }
        Optional<Subject> subject = Subject.of(tokens);
        if (subject.isEmpty()) {
            return ofUnknown(statement, tokens);
        }
        meet(subject.get(), tokens);
        boolean section = scope.wants(SectionOf.statement(statement.entry(), subject.get(), tokens));
        if (!scope.looksAtNames()) {
            return section ? Verdict.TAKE : Verdict.LEAVE;
        }
        Verdict verdict = byName(statement, subject.get(), tokens);
        return section ? verdict : Verdict.LEAVE;
    }

    /** Remembers what the statement says of others, without a verdict. */
    void learn(DumpPart.Statement statement) {
        SqlTokens tokens = SqlTokens.of(statement.sql(), TOKENS_OF_INSERT * 4);
        Subject.of(tokens).ifPresent(subject -> meet(subject, tokens));
    }

    /** Whether rows of that table are wanted. */
    boolean takesRows(String table) {
        Optional<Relation> relation = SqlTokens.of(table, 10).name(0).map(schemas::of);
        relation.ifPresent(scope::meet);
        return scope.wants(Section.DATA) && (!scope.looksAtNames() || relation.isEmpty() || isWanted(relation.get()));
    }

    boolean takesLargeObjects() {
        if (scope.isNarrow()) {
            left.largeObjects();
        }
        return scope.wants(Section.DATA) && !scope.isNarrow();
    }

    List<Note> notes() {
        return left.notes();
    }

    private Verdict ofUnknown(DumpPart.Statement statement, SqlTokens tokens) {
        Section section = statement.entry().section();
        if (section == Section.NONE) {
            section = CHANGES_ROWS.contains(tokens.get(0).text()) ? Section.DATA : Section.PRE_DATA;
        }
        return scope.wants(section) && (!scope.looksAtNames() || !mentionsLeftOut(tokens))
                ? Verdict.TAKE
                : Verdict.LEAVE;
    }

    private void meet(Subject subject, SqlTokens tokens) {
        if (subject.definesRelation() || subject.kind().equals("TABLE DATA")) {
            subject.relation().map(schemas::of).ifPresent(scope::meet);
        }
        if (subject.kind().equals("SCHEMA") && tokens.get(0).is("create")) {
            subject.name().ifPresent(name -> scope.meetSchema(name.last()));
        }
        boolean owned = subject.kind().equals("SEQUENCE OWNED BY")
                || (subject.kind().equals("SEQUENCE") && subject.name().isPresent() && !subject.definesRelation());
        if (owned && subject.relation().isPresent()) {
            owners.put(
                    schemas.of(subject.name().get()),
                    schemas.of(subject.relation().get()));
        }
    }

    private Verdict byName(DumpPart.Statement statement, Subject subject, SqlTokens tokens) {
        if (scope.isNarrow() && OF_ALL.contains(subject.kind())) {
            if (subject.kind().startsWith("BLOB")) {
                left.largeObjects();
            }
            return leave(statement, subject);
        }
        if (subject.kind().equals("SEQUENCE") && subject.definesRelation()) {
            return Verdict.WAIT;
        }
        int on = tokens.find(1, "on");
        if (scope.isNarrow()
                && on > 0
                && SILENT.contains(subject.kind())
                && WORDS_OF_ALL.contains(tokens.get(on + 1).text())) {
            return Verdict.LEAVE;
        }
        Optional<Relation> relation = subject.relation().map(schemas::of);
        if (relation.isPresent() && !isWanted(relation.get())) {
            if (subject.kind().equals("TABLE ATTACH")) {
                partitionLeft(tokens, relation.get());
            }
            return leave(statement, subject);
        }
        if (!subject.kind().equals("TABLE DATA") && needsLeftOut(statement, subject, tokens)) {
            refuseTable(subject, tokens);
            if (!SILENT.contains(subject.kind()) && !tokens.get(0).is("drop")) {
                left.needing(subject.kind(), nameOf(subject));
            }
            boolean again = subject.kind().equals("VIEW")
                    && own(subject).filter(taken::remove).isPresent();
            leave(statement, subject);
            return again ? Verdict.DROP_VIEW : Verdict.LEAVE;
        }
        if (SectionOf.isDefinition(statement.sql())) {
            own(subject).ifPresent(taken::add);
        }
        return Verdict.TAKE;
    }

    /** By what others call the object that the statement makes. */
    private Optional<Relation> own(Subject subject) {
        if (subject.definesRelation()) {
            return subject.relation().map(schemas::of);
        }
        if (!NAMED.contains(subject.kind()) || subject.name().isEmpty()) {
            return Optional.empty();
        }
        SqlTokens.Name name = subject.name().get();
        Optional<String> schema = name.qualifier()
                .or(() -> subject.relation().map(table -> schemas.of(table).schema()));
        return Optional.of(schema.map(found -> new Relation(found, name.last())).orElseGet(() -> schemas.of(name)));
    }

    /** The sequence of the statement that had to wait is wanted: what it belongs to was said or never will be. */
    boolean takesSequence(DumpPart.Statement waiting) {
        Subject subject = Subject.of(waiting.sql()).orElseThrow();
        Relation sequence = schemas.of(subject.relation().orElseThrow());
        boolean wanted = isWantedSequence(sequence);
        if (wanted) {
            taken.add(sequence);
        } else {
            left.add(sequence);
            left.add(waiting.entry());
        }
        return wanted && scope.wants(Section.PRE_DATA);
    }

    /** The statement is about the sequence whose creation waits, so that more may be said about it. */
    boolean isAbout(DumpPart.Statement waiting, DumpPart.Statement statement) {
        Optional<Relation> sequence =
                Subject.of(waiting.sql()).flatMap(Subject::relation).map(schemas::of);
        Optional<Subject> subject = Subject.of(statement.sql());
        return subject.flatMap(Subject::relation).map(schemas::of).equals(sequence)
                || subject.flatMap(Subject::name).map(schemas::of).equals(sequence);
    }

    private boolean isWantedSequence(Relation sequence) {
        if (scope.isExcluded(sequence)) {
            return false;
        }
        if (scope.isNamed(sequence) && scope.isInSchema(sequence)) {
            return true;
        }
        Relation owner = owners.get(sequence);
        return owner == null ? scope.isInSchema(sequence) : isWanted(owner);
    }

    private boolean isWanted(Relation relation) {
        if (taken.contains(relation)) {
            return true;
        }
        if (left.contains(relation)) {
            return false;
        }
        return owners.containsKey(relation) ? isWantedSequence(relation) : scope.wants(relation);
    }

    private Verdict leave(DumpPart.Statement statement, Subject subject) {
        if (SectionOf.isDefinition(statement.sql())
                && (subject.definesRelation() || subject.name().isPresent())) {
            left.add(statement.entry());
            own(subject).ifPresent(left::add);
        }
        return Verdict.LEAVE;
    }

    private void partitionLeft(SqlTokens tokens, Relation partition) {
        Mentions.of(tokens, schemas).stream()
                .filter(name -> !name.equals(partition) && taken.contains(name))
                .findFirst()
                .ifPresent(parent -> left.partition(partition.sql()));
    }

    private boolean needsLeftOut(DumpPart.Statement statement, Subject subject, SqlTokens tokens) {
        if (subject.kind().equals("FK CONSTRAINT")) {
            Optional<SqlTokens.Name> referenced = tokens.name(tokens.find(1, "references") + 1);
            return referenced.map(schemas::of).filter(table -> !isWanted(table)).isPresent();
        }
        boolean byEntry =
                SectionOf.isDefinition(statement.sql()) && !subject.kind().endsWith("TABLE");
        return mentionsLeftOut(tokens) || (byEntry && left.needs(statement.entry()));
    }

    private boolean mentionsLeftOut(SqlTokens tokens) {
        return Mentions.of(tokens, schemas).stream().anyMatch(this::isKnownLeft);
    }

    /** Functions may share a name: one that was taken is enough. */
    private boolean isKnownLeft(Relation name) {
        return left.contains(name) && !taken.contains(name);
    }

    private void refuseTable(Subject subject, SqlTokens tokens) {
        if (!subject.definesRelation() || !subject.kind().endsWith("TABLE")) {
            return;
        }
        String needed = Mentions.of(tokens, schemas).stream()
                .filter(this::isKnownLeft)
                .findFirst()
                .map(Relation::sql)
                .orElse("a table that was not");
        throw refusal(nameOf(subject), needed);
    }

    private static RecoveryException refusal(String table, String needed) {
        return problem(
                        REQUEST_UNUSABLE,
                        "the table %s was selected, and it cannot be made without %s, which was not",
                        table,
                        needed)
                .remedy("Select %s as well.".formatted(needed));
    }

    private String nameOf(Subject subject) {
        String own = subject.name().map(SqlTokens.Name::sql).orElse("");
        return subject.relation()
                .map(schemas::of)
                .map(relation ->
                        own.isEmpty() || subject.definesRelation() ? relation.sql() : own + " of " + relation.sql())
                .orElse(own.isEmpty() ? "one without a name" : own);
    }
}
