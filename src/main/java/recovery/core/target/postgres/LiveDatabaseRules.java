package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.LOAD_FAILED;
import static recovery.core.error.RecoveryException.problem;
import static recovery.core.target.postgres.LoadNotes.Kind.DATABASE_OBJECT_KEPT;
import static recovery.core.target.postgres.PostgresNames.literal;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;
import recovery.core.error.RecoveryException;

/**
 * What a dump may do within the live database: nothing to schemas that are not its own, and what belongs to the
 * database as a whole stays as it is if it is there. For one thread, in the order of the dump.
 */
final class LiveDatabaseRules implements StatementRule {
    /** Where the names of schemas are remembered that the dump itself creates. */
    static final String BROUGHT = "pg_temp.recovery_brought";

    private static final Set<String> THERE = Set.of("42710", "42P06");

    /** Belong to no schema; the first two words, where one does not tell. */
    private static final List<String> DATABASE_WIDE = List.of(
            "event trigger",
            "publication",
            "subscription",
            "server",
            "foreign data wrapper",
            "user mapping",
            "language",
            "cast",
            "transform",
            "access method");

    /** Read other objects and change none. */
    private static final Set<String> READERS = Set.of("select", "table", "values", "with", "set", "show", "explain");

    private static final Set<String> DEFINITIONS = Set.of("view", "function", "procedure", "aggregate", "routine");

    private final Neighbours neighbours;

    LiveDatabaseRules(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    @Override
    public Optional<Ruling> rule(DumpPart.Statement statement, SqlTokens tokens) {
        refuseNeighbours(statement, tokens);
        refuseUnlinking(statement, tokens);
        if (tokens.begins("create schema")) {
            return createSchema(tokens);
        }
        if (tokens.begins("drop schema")) {
            return namesAny(tokens, neighbours.ready()) ? Optional.of(kept(statement)) : Optional.empty();
        }
        if (tokens.begins("create extension")) {
            return createExtension(statement, tokens);
        }
        boolean existing = namesAny(tokens, neighbours.extensions().keySet());
        if ((tokens.begins("drop extension") || tokens.begins("comment on extension")) && existing) {
            return Optional.of(kept(statement));
        }
        return databaseWide(statement, tokens);
    }

    private Optional<Ruling> createSchema(SqlTokens tokens) {
        int at = tokens.has(2, "if not exists") ? 5 : 2;
        String name =
                tokens.get(tokens.get(at).is("authorization") ? at + 1 : at).text();
        if (neighbours.ready().contains(name)) {
            return Optional.of(Ruling.run(brought(name)));
        }
        return Optional.empty();
    }

    private static String brought(String schema) {
        return "INSERT INTO " + BROUGHT + " VALUES (" + literal(schema) + ")";
    }

    /** The dump's own schema for it may be another one than that in which it lies. */
    private Optional<Ruling> createExtension(DumpPart.Statement statement, SqlTokens tokens) {
        int at = tokens.has(2, "if not exists") ? 5 : 2;
        String now = neighbours.extensions().get(tokens.get(at).text());
        if (now == null) {
            return Optional.empty();
        }
        int schema = tokens.find(at + 1, "schema");
        SqlTokens.Token wanted = tokens.get(schema + 1);
        if (schema < 0) {
            return Optional.of(kept(statement));
        }
        if (wanted.text().equals(now)) {
            return Optional.of(Ruling.changed(brought(now), note(statement)));
        }
        String sql = statement.sql();
        return Optional.of(Ruling.run("ALTER EXTENSION "
                + sql.substring(tokens.get(at).begin(), tokens.get(at).end()) + " SET SCHEMA "
                + sql.substring(wanted.begin(), wanted.end())));
    }

    private static Optional<Ruling> databaseWide(DumpPart.Statement statement, SqlTokens tokens) {
        boolean drop = tokens.begins("drop");
        if (!drop && !tokens.begins("create")) {
            return Optional.empty();
        }
        int at = 1;
        while (Set.of("or", "replace", "trusted", "procedural")
                .contains(tokens.get(at).text())) {
            at++;
        }
        int kind = at;
        if (DATABASE_WIDE.stream().noneMatch(words -> tokens.has(kind, words))) {
            return Optional.empty();
        }
        // subscriptions must not connect: that has a rule of its own
        boolean subscription = tokens.has(kind, "subscription");
        if (!drop && subscription) {
            return Optional.empty();
        }
        return Optional.of(drop ? kept(statement) : Ruling.run(statement.sql()).forgiving(THERE, note(statement)));
    }

    private static Ruling kept(DumpPart.Statement statement) {
        return Ruling.skip(note(statement));
    }

    private static Consumer<LoadNotes> note(DumpPart.Statement statement) {
        return notes -> notes.add(
                DATABASE_OBJECT_KEPT, "statement", "statements", SqlTokens.summary(statement.sql()), statement);
    }

    /** One of these names stands in the list of what a statement drops or comments on. */
    private static boolean namesAny(SqlTokens tokens, Set<String> names) {
        for (int i = 2; i < tokens.size(); i++) {
            if (tokens.get(i).isName() && names.contains(tokens.get(i).text())) {
                return true;
            }
        }
        return false;
    }

    /** Large objects have numbers and no schema, so those of the live database are in reach. */
    private void refuseUnlinking(DumpPart.Statement statement, SqlTokens tokens) {
        if (neighbours.largeObjects() == 0) {
            return;
        }
        for (int i = 0; i + 1 < tokens.size(); i++) {
            if (tokens.get(i).text().equals("lo_unlink") && tokens.get(i + 1).isSymbol('(')) {
                throw problem(
                                LOAD_FAILED,
                                "the statement at %s deletes large objects, and the live database has some, which are in no schema and cannot be kept",
                                DumpPlace.of(statement))
                        .remedy(
                                "Use strategy 'database', which keeps them with the previous database.",
                                "Or restore a backup that was made without --clean.");
            }
        }
    }

    private void refuseNeighbours(DumpPart.Statement statement, SqlTokens tokens) {
        if (READERS.contains(tokens.get(0).text())) {
            return;
        }
        boolean definition = isDefinition(tokens);
        for (int i = 1; i < tokens.size(); i++) {
            SqlTokens.Token token = tokens.get(i);
            boolean schema = token.isName()
                    && neighbours.names().contains(token.text())
                    && !tokens.get(i - 1).isSymbol('.');
            boolean qualifies = schema && tokens.get(i + 1).isSymbol('.');
            boolean itself = schema && tokens.get(i - 1).is("schema");
            if (qualifies || itself) {
                throw refused(DumpPlace.of(statement), token.text());
            }
            if (definition && token.isSymbol('(')) {
                return; // what stands in a definition is read, not changed
            }
            if (definition && token.is("as")) {
                return;
            }
        }
    }

    private static boolean isDefinition(SqlTokens tokens) {
        int at = 1;
        while (Set.of("or", "replace", "recursive", "materialized", "temporary", "temp")
                .contains(tokens.get(at).text())) {
            at++;
        }
        return tokens.begins("create") && DEFINITIONS.contains(tokens.get(at).text());
    }

    /** Refuses rows for a table in somebody else's schema. */
    void check(DumpPart part, Optional<SqlTokens.Name> table) {
        table.flatMap(SqlTokens.Name::qualifier)
                .filter(neighbours.names()::contains)
                .ifPresent(schema -> {
                    throw refused(DumpPlace.of(part), schema);
                });
    }

    private static RecoveryException refused(String place, String schema) {
        return problem(
                        LOAD_FAILED,
                        "the statement at %s is for the schema '%s' of the live database, which cannot be set aside and so must not be changed",
                        place,
                        schema)
                .remedy(
                        "Use strategy 'database' with a role that may create databases.",
                        "Or make the restoring role the owner of that schema, then start again.");
    }
}
