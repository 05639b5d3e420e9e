package recovery.core.target.postgres;

import java.util.Optional;
import java.util.Set;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;

/**
 * Transactions of the dump, if all of the load is one already: a savepoint stands for each, so that nothing but the swap
 * commits. For one thread, in the order of the dump.
 */
final class TransactionRules implements StatementRule {
    private static final String SAVEPOINT = "recovery_dump";
    private static final Set<String> WORDS =
            Set.of("begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release");

    private boolean open;

    /** Whether a statement begins, ends or divides a transaction, so that no savepoint may be put around it. */
    static boolean areFor(SqlTokens tokens) {
        return WORDS.contains(tokens.get(0).text()) && tokens.get(0).kind() == SqlTokens.Kind.WORD;
    }

    /** Whether the dump has begun a transaction and not ended it. */
    boolean isOpen() {
        return open;
    }

    @Override
    public Optional<Ruling> rule(DumpPart.Statement statement, SqlTokens tokens) {
        if (tokens.begins("set transaction") || tokens.begins("set session characteristics")) {
            return Optional.of(Ruling.skip(notes -> {}));
        }
        if (tokens.begins("set constraints")) {
            // all are checked at the end of the load
            boolean now = tokens.get(tokens.size() - 1).is("immediate");
            return now ? Optional.of(Ruling.skip(notes -> {})) : Optional.empty();
        }
        if (!areFor(tokens)) {
            return Optional.empty();
        }
        return switch (tokens.get(0).text()) {
            case "begin", "start" -> Optional.of(begin());
            case "commit", "end" -> Optional.of(end("RELEASE SAVEPOINT " + SAVEPOINT, tokens));
            case "rollback", "abort" ->
                tokens.find(1, "to") > 0
                        ? Optional.of(Ruling.run(statement.sql()))
                        : Optional.of(
                                end("ROLLBACK TO SAVEPOINT " + SAVEPOINT + "; RELEASE SAVEPOINT " + SAVEPOINT, tokens));
            default -> Optional.of(Ruling.run(statement.sql()));
        };
    }

    private Ruling begin() {
        Ruling ruling = open ? Ruling.skip(notes -> {}) : Ruling.run("SAVEPOINT " + SAVEPOINT);
        open = true;
        return ruling;
    }

    private Ruling end(String sql, SqlTokens tokens) {
        if (!open) {
            return Ruling.skip(notes -> {});
        }
        open = tokens.find(1, "and chain") > 0;
        return Ruling.run(open ? sql + "; SAVEPOINT " + SAVEPOINT : sql);
    }
}
