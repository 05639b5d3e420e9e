package recovery.core.target.postgres;

import static recovery.core.target.postgres.LoadNotes.Kind.COMMENT_SKIPPED;
import static recovery.core.target.postgres.LoadNotes.Kind.DO_BLOCK_RUN;
import static recovery.core.target.postgres.LoadNotes.Kind.DROP_SKIPPED;
import static recovery.core.target.postgres.LoadNotes.Kind.EXTENSION_EXISTS;
import static recovery.core.target.postgres.LoadNotes.Kind.SCHEMA_EXISTS;
import static recovery.core.target.postgres.LoadNotes.Kind.SECURITY_LABEL_SKIPPED;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;

/** What fails only because the copy is new: dropping what is not there, creating what every database has. */
final class ExistingRules implements StatementRule {
    /** Undefined table, column, function, object, schema, and a name of the wrong kind. */
    private static final Set<String> NOT_THERE = Set.of("42P01", "42703", "42883", "42704", "3F000", "42809");

    private static final Set<String> THERE = Set.of("42P06", "42710");
    private static final Set<String> NOT_OURS = Set.of("42501");

    @Override
    public Optional<Ruling> rule(DumpPart.Statement statement, SqlTokens tokens) {
        Ruling run = Ruling.run(statement.sql());
        String verb = tokens.get(0).text();
        return switch (verb) {
            case "do" -> Optional.of(Ruling.changed(statement.sql(), note(DO_BLOCK_RUN, "block", statement)));
            case "create" -> create(statement, tokens, run);
            case "drop" -> Optional.of(drop(statement, tokens, run));
            case "alter" -> alter(statement, tokens, run);
            case "comment" -> Optional.of(run.forgiving(NOT_OURS, note(COMMENT_SKIPPED, "comment", statement)));
            case "security" ->
                Optional.of(run.forgiving(
                        Set.of("22023", "42501", "42704"), note(SECURITY_LABEL_SKIPPED, "security label", statement)));
            default -> Optional.empty();
        };
    }

    private static Optional<Ruling> create(DumpPart.Statement statement, SqlTokens tokens, Ruling run) {
        if (tokens.begins("create schema") && tokens.get(2).text().equals("public")) {
            return Optional.of(run.forgiving(THERE, note(SCHEMA_EXISTS, "statement", statement)));
        }
        boolean language = tokens.find(1, "language") > 0 && tokens.find(1, "language") < 5;
        boolean plpgsql = (tokens.begins("create extension")
                        && tokens.get(2).text().equals("plpgsql"))
                || (language
                        && tokens.get(tokens.find(1, "language") + 1).text().equals("plpgsql"));
        return plpgsql
                ? Optional.of(run.forgiving(THERE, note(EXTENSION_EXISTS, "statement", statement)))
                : Optional.empty();
    }

    private static Ruling drop(DumpPart.Statement statement, SqlTokens tokens, Ruling run) {
        boolean shared = (tokens.begins("drop schema") && names(tokens, "public"))
                || (tokens.begins("drop extension") && names(tokens, "plpgsql"));
        // A copy made from template0 holds these two and may not belong to the role that restores.
        Set<String> forgiven = shared ? Set.of("3F000", "42704", "42501") : NOT_THERE;
        return run.forgiving(forgiven, note(DROP_SKIPPED, "statement", statement));
    }

    private static boolean names(SqlTokens tokens, String name) {
        int at = tokens.has(2, "if exists") ? 4 : 2;
        return tokens.get(at).text().equals(name);
    }

    /** {@code --clean} takes constraints, defaults and partitions off before it drops the table. */
    private static Optional<Ruling> alter(DumpPart.Statement statement, SqlTokens tokens, Ruling run) {
        boolean takesOff = tokens.find(1, "drop") > 0 || tokens.find(1, "detach") > 0;
        return takesOff
                ? Optional.of(run.forgiving(NOT_THERE, note(DROP_SKIPPED, "statement", statement)))
                : Optional.empty();
    }

    private static Consumer<LoadNotes> note(LoadNotes.Kind kind, String what, DumpPart.Statement statement) {
        String sql = statement.sql().substring(0, Math.min(200, statement.sql().length()));
        return notes -> notes.add(kind, what, what + "s", SqlTokens.summary(sql), statement);
    }
}
