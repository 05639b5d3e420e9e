package recovery.core.target.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import recovery.core.dump.DumpPart.Statement;
import recovery.core.dump.sqlite.InsertRows;
import recovery.core.dump.sqlite.RowLedger;
import recovery.core.target.LoadWatch;
import recovery.core.target.Work;

/**
 * Hands statements to SQLite in large pieces: one call for a statement costs half as much again as the statement.
 * Everything runs in one transaction, which begins with the first statement that needs one.
 */
final class StatementChunk implements AutoCloseable {
    private static final int CHARS = 1 << 18;

    private final Connection connection;
    private final java.sql.Statement session;
    private final LoadWatch watch;
    private final RowLedger ledger;
    private final RowInserts inserts;
    private final List<Statement> waiting = new ArrayList<>();
    private StringBuilder text = new StringBuilder(CHARS + CHARS / 4);
    private String object = "";
    private final List<Statement> deferred = new ArrayList<>();
    private boolean begun;

    StatementChunk(Connection connection, LoadWatch watch, RowLedger ledger) throws SQLException {
        this.connection = connection;
        this.session = connection.createStatement();
        this.watch = watch;
        this.ledger = ledger;
        this.inserts = new RowInserts(connection, watch);
        watch.cancellation().whenAsked(this::interrupt);
    }

    /** Keeps an INSERT until there are enough of them. */
    void add(Statement insert) {
        about(insert.entry().name());
        if (text.length() > 0 && text.length() + insert.sql().length() >= CHARS) {
            flush();
        }
        waiting.add(insert);
        text.append(insert.sql()).append(";\n");
        if (text.length() >= CHARS) {
            flush();
        }
    }

    /** Runs rows now, behind those statements that wait. */
    void add(InsertRows rows) {
        flush();
        about(rows.entry().name());
        try {
            begin();
        } catch (SQLException failed) {
            throw ScriptLoad.refused(failed, rows.line(0), rows.line(0), rows.position(0));
        }
        watch.cancellation().check();
        long began = System.nanoTime();
        String table = rows.entry().name();
        if (ledger.addsOneByOne(table) && ledger.expected(table).isPresent()) {
            inserts.runTogether(rows, ledger.expected(table).getAsLong());
        } else {
            inserts.runOneByOne(rows);
        }
        spent(Work.COPY, began);
        watch.rows(rows.count());
    }

    private void about(String table) {
        if (!table.equals(object)) {
            object = table;
            watch.object(object);
        }
    }

    /**
     * Runs a PRAGMA now, or with the first statement of the transaction: one that writes a number into the header makes
     * the file, and then the size of its pages and its encoding can no longer be chosen.
     */
    void pragma(Statement statement, boolean writesHeader) {
        if (writesHeader && !begun) {
            deferred.add(statement);
        } else {
            run(statement, false);
        }
    }

    /** Runs one statement now, behind those that wait. */
    void run(Statement statement, boolean inTransaction) {
        flush();
        if (!statement.entry().name().isEmpty() && !statement.entry().kind().equals("PRAGMA")) {
            watch.object(statement.entry().kind().replaceFirst("^CREATE ", "").toLowerCase(java.util.Locale.ROOT) + " "
                    + statement.entry().name());
        }
        try {
            if (inTransaction) {
                begin();
            }
            watch.cancellation().check();
            long began = System.nanoTime();
            session.executeUpdate(statement.sql());
            spent(statement.entry().kind().equals("CREATE INDEX") ? Work.INDEX : Work.DEFINE, began);
        } catch (SQLException failed) {
            watch.cancellation().check();
            throw ScriptLoad.refused(failed, statement, statement);
        }
    }

    /** Runs what waits and commits. */
    void end() throws SQLException {
        flush();
        if (begun) {
            session.executeUpdate("COMMIT");
        }
    }

    private void flush() {
        if (waiting.isEmpty()) {
            return;
        }
        long before = -1;
        long began = System.nanoTime();
        try {
            begin();
            watch.cancellation().check();
            before = SqliteConnections.number(connection, "SELECT total_changes()");
            session.executeUpdate(text.toString());
        } catch (SQLException failed) {
            watch.cancellation().check();
            throw refused(failed, before);
        }
        spent(Work.COPY, began);
        watch.rows(waiting.stream().mapToLong(one -> one.rows().orElse(1)).sum());
        waiting.clear();
        // one statement of 100 MB must not keep that memory for ever
        if (text.capacity() > 4 * CHARS) {
            text = new StringBuilder(CHARS + CHARS / 4);
        }
        text.setLength(0);
    }

    /** SQLite does not say which statement of the text failed, but how many rows were added before it. */
    private RuntimeException refused(SQLException failed, long before) {
        Statement first = waiting.get(0);
        Statement last = waiting.get(waiting.size() - 1);
        boolean counted = before >= 0
                && !ledger.triggersFire()
                && waiting.stream().allMatch(one -> one.rows().isPresent());
        if (!counted) {
            return ScriptLoad.refused(failed, first, last);
        }
        try {
            long added = SqliteConnections.number(connection, "SELECT total_changes()") - before;
            for (Statement one : waiting) {
                added -= one.rows().orElse(0);
                if (added < 0) {
                    return ScriptLoad.refused(failed, one, one);
                }
            }
        } catch (SQLException unknown) {
            failed.addSuppressed(unknown);
        }
        return ScriptLoad.refused(failed, first, last);
    }

    private void spent(Work work, long began) {
        watch.spentSince(work, began);
    }

    private void begin() throws SQLException {
        if (!begun) {
            session.executeUpdate("BEGIN IMMEDIATE");
            begun = true;
            for (Statement pragma : deferred) {
                session.executeUpdate(pragma.sql());
            }
            deferred.clear();
        }
    }

    private void interrupt() {
        try {
            session.cancel();
        } catch (SQLException ended) {
            // then there is nothing left to stop
        }
    }

    @Override
    public void close() throws SQLException {
        watch.cancellation().whenAsked(() -> {});
        try (session) {
            inserts.close();
        }
    }
}
