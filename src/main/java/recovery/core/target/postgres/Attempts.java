package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The attempts at one statement: made now, or as the ledger says that an earlier run of the load made them. For one thread. */
final class Attempts {
    private final LoadLedger ledger;
    private final StatementRunner.Ruled first;
    private final Optional<Iterator<SQLException>> earlier;
    private final List<SQLException> failed = new ArrayList<>();

    Attempts(LoadLedger ledger, StatementRunner.Ruled first) {
        this.ledger = ledger;
        this.first = first;
        this.earlier = ledger.finished(first.place(), first.words()).map(List::iterator);
    }

    /** Runs a statement, and with it what notes it. */
    interface Attempt {
        void run(LoadLedger.Entry entry) throws SQLException;
    }

    /** Makes the next one; throws what it fails with, or has failed with. */
    void make(Attempt attempt) throws SQLException {
        if (earlier.isEmpty()) {
            try {
                attempt.run(ledger.entry(first.place(), first.tokens(), first.words(), failed));
            } catch (SQLException e) {
                failed.add(e);
                throw e;
            }
        } else if (earlier.get().hasNext()) {
            throw earlier.get().next();
        }
    }

    /** No more are made. */
    void end(boolean done) {
        if (earlier.isEmpty() && !failed.isEmpty()) {
            ledger.attempted(first.place(), first.words(), failed, done);
        }
    }
}
