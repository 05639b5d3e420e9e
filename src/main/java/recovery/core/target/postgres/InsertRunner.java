package recovery.core.target.postgres;

import static recovery.core.target.postgres.LoadNotes.Kind.ROWS_NOT_COUNTED;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;
import recovery.core.target.LoadWatch;

/** Runs the INSERTs of a dump in batches and counts their rows. Never reorders. For one thread. */
final class InsertRunner {
    private final LoadConnection connection;
    private final LoadCatalog catalog;
    private final RowCounts counts;
    private final LoadNotes notes;
    private final LoadWatch watch;
    private final InsertBatch batch = new InsertBatch();

    InsertRunner(LoadConnection connection, LoadCatalog catalog, RowCounts counts, LoadNotes notes, LoadWatch watch) {
        this.connection = connection;
        this.catalog = catalog;
        this.counts = counts;
        this.notes = notes;
        this.watch = watch;
    }

    /** Takes one INSERT; it runs now or at the next {@link #flush}. */
    void add(DumpPart.Statement statement, SqlTokens tokens) throws SQLException {
        Optional<SqlTokens.Name> name = StatementInsert.table(tokens);
        Optional<TableName> table = name.isPresent() ? catalog.resolve(name.get()) : Optional.empty();
        if (table.isEmpty()) {
            flush();
            counts.allUnknown();
            runAlone(statement);
            return;
        }
        if (!batch.hasRoomFor(statement.sql().length())) {
            flush();
        }
        batch.add(new InsertBatch.Insert(statement, table.get(), statement.rows()));
    }

    /** Runs what was taken and not yet run. */
    void flush() throws SQLException {
        if (batch.isEmpty()) {
            return;
        }
        watch.cancellation().check();
        List<InsertBatch.Insert> inserts = batch.inserts();
        try {
            count(inserts, connection.runTogether(batch.sql()));
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
                count(List.of(insert), connection.runTogether(insert.statement().sql()));
            } catch (SQLException e) {
                watch.cancellation().check();
                throw LoadFailure.of(insert.statement(), e, connection.server());
            }
        }
    }

    private void runAlone(DumpPart.Statement statement) {
        try {
            connection.run(statement.sql());
        } catch (SQLException e) {
            watch.cancellation().check();
            throw LoadFailure.of(statement, e, connection.server());
        }
    }

    private void count(List<InsertBatch.Insert> inserts, List<Long> changed) {
        for (int i = 0; i < inserts.size(); i++) {
            InsertBatch.Insert insert = inserts.get(i);
            // Rules of the dump may add results or answer with none.
            long stored = changed.size() == inserts.size() ? changed.get(i) : -1;
            if (insert.expected().isPresent() && insert.expected().getAsLong() == stored) {
                counts.added(insert.table(), stored);
            } else {
                counts.unknown(insert.table());
                noteUncounted(insert);
            }
            watch.rows(Math.max(0, stored));
        }
    }

    private void noteUncounted(InsertBatch.Insert insert) {
        if (insert.expected().isPresent()) {
            String table = insert.table().schema() + "." + insert.table().table();
            notes.add(ROWS_NOT_COUNTED, "statement", "statements", table, insert.statement());
        }
    }
}
