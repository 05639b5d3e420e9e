package recovery.core.target.postgres;

import static recovery.core.target.postgres.LoadNotes.Kind.ROWS_NOT_COUNTED;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;
import recovery.core.target.LoadWatch;
import recovery.core.target.postgres.FinishedWork.Kind;

/** Runs the INSERTs of a dump in batches and counts their rows. Never reorders. For one thread. */
final class InsertRunner {
    private final LoadConnection connection;
    private final LoadCatalog catalog;
    private final RowCounts counts;
    private final LoadNotes notes;
    private final LoadLedger ledger;
    private final LoadWatch watch;
    private final InsertBatch batch = new InsertBatch();

    InsertRunner(
            LoadConnection connection,
            LoadCatalog catalog,
            RowCounts counts,
            LoadNotes notes,
            LoadLedger ledger,
            LoadWatch watch) {
        this.connection = connection;
        this.ledger = ledger;
        this.catalog = catalog;
        this.counts = counts;
        this.notes = notes;
        this.watch = watch;
    }

    /** Takes one INSERT; it runs now or at the next {@link #flush}, unless an earlier run of the load has done it. */
    void add(DumpPart.Statement statement, SqlTokens tokens, long part) throws SQLException {
        Optional<SqlTokens.Name> name = StatementInsert.table(tokens);
        Optional<TableName> table = name.isPresent() ? catalog.resolve(name.get()) : Optional.empty();
        boolean done = ledger.before().hasInserted(part);
        if (table.isEmpty()) {
            flush();
            counts.allUnknown();
            if (!done) {
                runAlone(statement, part);
            }
            return;
        }
        InsertBatch.Insert insert = new InsertBatch.Insert(statement, table.get(), statement.rows(), part);
        if (done) {
            count(
                    insert,
                    ledger.before().isUncounted(part) ? -1 : insert.expected().orElse(-1));
            return;
        }
        if (!batch.hasRoomFor(statement.sql().length())) {
            flush();
        }
        batch.add(insert);
    }

    /** Runs what was taken and not yet run. */
    void flush() throws SQLException {
        if (batch.isEmpty()) {
            return;
        }
        watch.cancellation().check();
        List<InsertBatch.Insert> inserts = batch.inserts();
        try {
            run(batch.sql(), inserts);
        } catch (SQLException e) {
            watch.cancellation().check();
            if (PostgresErrors.surroundings(e, connection.server()).isPresent()) {
                throw e;
            }
            oneByOne(inserts);
        }
        batch.clear();
    }

    /** The batch was undone as a whole and the server does not say which statement it was: the same one fails again. */
    private void oneByOne(List<InsertBatch.Insert> inserts) throws SQLException {
        for (InsertBatch.Insert insert : inserts) {
            watch.cancellation().check();
            try {
                run(insert.statement().sql() + "\n;\n", List.of(insert));
            } catch (SQLException e) {
                watch.cancellation().check();
                throw LoadFailure.of(insert.statement(), e, connection.server());
            }
        }
    }

    private void run(String sql, List<InsertBatch.Insert> inserts) throws SQLException {
        boolean inside = connection.inTransaction();
        LoadLedger.Entry entry = ledger.parts(
                Kind.INSERTS,
                inserts.get(0).part(),
                inserts.get(inserts.size() - 1).part());
        List<Long> changed = connection.runTogether(sql + entry.sql());
        if (!inside) {
            ledger.written(entry);
        }
        count(inserts, entry.isNone() ? changed : changed.subList(0, changed.size() - 1));
    }

    private void runAlone(DumpPart.Statement statement, long part) {
        try {
            connection.run(ledger.parts(Kind.INSERTS, part, part).behind(statement.sql()));
        } catch (SQLException e) {
            watch.cancellation().check();
            throw LoadFailure.of(statement, e, connection.server());
        }
    }

    private void count(List<InsertBatch.Insert> inserts, List<Long> changed) {
        for (int i = 0; i < inserts.size(); i++) {
            // Rules of the dump may add results or answer with none.
            count(inserts.get(i), changed.size() == inserts.size() ? changed.get(i) : -1);
        }
    }

    private void count(InsertBatch.Insert insert, long stored) {
        if (insert.expected().isPresent() && insert.expected().getAsLong() == stored) {
            counts.added(insert.table(), stored);
        } else {
            counts.unknown(insert.table());
            noteUncounted(insert);
        }
        watch.rows(Math.max(0, stored));
    }

    private void noteUncounted(InsertBatch.Insert insert) {
        if (insert.expected().isPresent()) {
            ledger.uncounted(insert.part());
            String table = insert.table().schema() + "." + insert.table().table();
            notes.add(ROWS_NOT_COUNTED, "statement", "statements", table, insert.statement());
        }
    }
}
