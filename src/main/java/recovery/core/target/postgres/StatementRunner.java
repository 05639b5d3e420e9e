package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.Optional;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;
import recovery.core.target.LoadWatch;

/**
 * Runs statements as the rules want it, and gets over failures that may be got over. Any thread may call, each with a
 * connection of its own.
 */
final class StatementRunner {
    private static final String DEADLOCK = "40P01";
    private static final String INTERNAL = "XX000";
    private static final int ATTEMPTS = 10;

    private final LoadServer server;
    private final LeftOut leftOut;
    private final LoadNotes notes;
    private final LoadLedger ledger;
    private final LoadWatch watch;

    StatementRunner(LoadServer server, LeftOut leftOut, LoadNotes notes, LoadLedger ledger, LoadWatch watch) {
        this.server = server;
        this.ledger = ledger;
        this.leftOut = leftOut;
        this.notes = notes;
        this.watch = watch;
    }

    /**
     * A statement of the dump, or a step of it.
     *
     * @param statement what errors quote
     * @param tokens those of the dump's own statement
     * @param place in the dump
     */
    record Ruled(DumpPart.Statement statement, SqlTokens tokens, Ruling ruling, Place place) {
        /** The words in which it is tried first. */
        String words() {
            return ruling.sql().orElse("");
        }
    }

    /**
     * Runs {@code first}, or what is to be run instead if that is not possible; what has run, if anything has. What an
     * earlier run of the load has done is not run again: then this says only what came of it.
     *
     * @throws recovery.core.error.RecoveryException if the load has failed with it
     */
    Optional<String> run(LoadConnection target, Ruled first) throws SQLException {
        Optional<Ruling> next = Optional.of(first.ruling());
        Optional<String> done = Optional.empty();
        Attempts attempts = new Attempts(ledger, first);
        while (next.isPresent()) {
            next.get().note().accept(notes);
            Outcome outcome = run(target, first, next.get(), attempts);
            done = outcome.done();
            next = outcome.next();
        }
        attempts.end(done.isPresent());
        return done;
    }

    private record Outcome(Optional<String> done, Optional<Ruling> next) {}

    private Outcome run(LoadConnection target, Ruled ruled, Ruling ruling, Attempts attempts) throws SQLException {
        if (ruling.sql().isEmpty()) {
            return new Outcome(Optional.empty(), Optional.empty());
        }
        try {
            attempts.make(entry -> execute(target, ruled, ruling, entry));
            ruling.done().accept(notes);
            return new Outcome(ruling.sql(), Optional.empty());
        } catch (SQLException e) {
            watch.cancellation().check();
            DumpPart.Statement statement = ruled.statement();
            Optional<Ruling> next = StatementRules.afterFailure(statement, ruling, e);
            if (next.isEmpty() && !leftOut.takes(statement, ruled.tokens(), e)) {
                throw LoadFailure.of(statement, ruled.tokens(), e, server.version(), target.server());
            }
            return new Outcome(Optional.empty(), next.or(() -> instead(ruled.tokens(), statement.sql())));
        }
    }

    /**
     * Nothing of a load waits for anything else of it in a circle; but the server's own housekeeping, or whoever looks
     * into the copy, may be in the way. Then the statement has left nothing behind and is run again.
     */
    private void execute(LoadConnection target, Ruled ruled, Ruling ruling, LoadLedger.Entry entry)
            throws SQLException {
        String sql = entry.behind(ruling.sql().orElseThrow());
        boolean inside = target.inTransaction();
        for (int attempt = 1; ; attempt++) {
            try {
                if (inside
                        && !TransactionRules.areFor(ruled.tokens())
                        && (leftOut.isPossible() || StatementRules.mayBeForgiven(ruling, ruled.tokens()))) {
                    target.runOrUndo(sql);
                } else {
                    target.run(sql);
                }
                if (!inside) {
                    ledger.written(entry);
                }
                return;
            } catch (SQLException e) {
                watch.cancellation().check();
                if (inside || !isSomebodyInTheWay(e) || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** The server has no state of its own for two who change one row of a catalog; the words are never translated. */
    private static boolean isSomebodyInTheWay(SQLException e) {
        return PostgresErrors.state(e).equals(DEADLOCK)
                || (PostgresErrors.state(e).equals(INTERNAL)
                        && String.valueOf(e.getMessage()).contains("tuple concurrently "));
    }

    /** pg_dump makes a view without its query first; alone it would answer with nonsense. */
    private static Optional<Ruling> instead(SqlTokens tokens, String sql) {
        return tokens.begins("create or replace view")
                ? tokens.name(4)
                        .map(name -> Ruling.run("DROP VIEW IF EXISTS "
                                + sql.substring(
                                        tokens.get(4).begin(),
                                        tokens.get(name.next() - 1).end())
                                + " CASCADE"))
                : Optional.empty();
    }
}
