package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.LOAD_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import recovery.core.dump.DumpPart;
import recovery.core.dump.RowBlock;
import recovery.core.dump.Section;
import recovery.core.dump.SqlTokens;
import recovery.core.error.Note;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadWatch;

/**
 * Decides what becomes of each part of a dump and does it, over the first connection or with the crew; counts what was
 * done. For one thread and one dump.
 */
final class PartLoader {
    private static final int BLOCK_BYTES = 256 * 1024;

    private final Crew crew;
    private final LoadConnection target;
    private final LoadOptions options;
    private final LoadWatch watch;
    private final LoadServer server;
    private final StatementRules rules;
    private final LoadNotes notes;
    private final LoadCatalog catalog;
    private final RowCounts counts = new RowCounts();
    private final RowEffects effects;
    private final ForeignTables foreign;
    private final LeftOut leftOut;
    private final InsertRunner inserts;
    private final LargeObjects largeObjects;
    private final HeldBack heldBack;
    private final TimescaleHooks timescale;
    private final DumpSession session;
    private final StatementRunner runner;
    private final TableFamilies families;
    private final SharedWork shared;
    private final LoadLedger ledger;
    private long at;

    /** {@code first} works over {@code connection}. */
    PartLoader(
            Connection connection,
            Worker first,
            Crew crew,
            LoadServer server,
            LoadOptions options,
            LoadLedger ledger,
            LoadWatch watch) {
        this.crew = crew;
        this.ledger = ledger;
        this.options = options;
        this.watch = watch;
        this.server = server;
        target = first.connection();
        rules = new StatementRules(server, options);
        notes = new LoadNotes(server.user());
        catalog = new LoadCatalog(connection, server.neighbours());
        effects = new RowEffects(counts, catalog);
        foreign = new ForeignTables(connection, notes);
        leftOut = new LeftOut(options.skippedExtensions(), server.superuser());
        inserts = new InsertRunner(target, catalog, counts, notes, ledger, watch);
        largeObjects = new LargeObjects(target, ledger, watch);
        heldBack = new HeldBack(target);
        timescale = new TimescaleHooks(target);
        session = new DumpSession(server);
        runner = new StatementRunner(server, leftOut, notes, ledger, watch);
        families = new TableFamilies(target);
        shared = new SharedWork(crew, first, families, counts, session, server.version(), ledger, watch);
    }

    /** Does {@code part}, or leaves it to the crew, or knows that an earlier run of the load has done it. */
    void load(DumpPart part) throws SQLException, IOException {
        at++;
        ledger.writeSoon(target);
        if (part instanceof DumpPart.Rows rows) {
            rows(rows);
        } else if (part instanceof DumpPart.Statement statement) {
            statement(statement);
        } else if (part instanceof DumpPart.LargeObject object) {
            inserts.flush();
            dataBegins(part);
            largeObjects.write(object, at);
        }
    }

    /** Everything was read: waits for what is under way and does what has to come last. */
    LoadResult end(boolean endMarked, List<Note> notesOfReader) throws SQLException, IOException {
        flush();
        shared.awaitAll();
        refuseOpenTransaction();
        List<Note> more = new ArrayList<>(notesOfReader);
        heldBack.run((statement, place) -> run(statement, rules.tokens(statement), place));
        ledger.write(target);
        if (!server.superuser()) {
            target.run(TriggerRules.USER_TRIGGERS_ON);
        }
        timescale.atEnd().ifPresent(more::add);
        if (options.roles().owner().isPresent()) {
            target.run("RESET SESSION AUTHORIZATION");
            new OwnedObjects(target).handTo(options.roles().owner().get(), notes);
        }
        server.roles().made().forEach(notes::roleCreated);
        server.roles().refused().forEach(notes::roleSettingSkipped);
        more.addAll(leftOut.notes());
        crew.shortage().ifPresent(more::add);
        return new LoadResult(
                        counts.tables(catalog.tables()),
                        notes.all(),
                        effects.foreignKeysProven(),
                        endMarked,
                        leftOut.lost(),
                        largeObjects.written() == 0 ? OptionalLong.empty() : OptionalLong.of(largeObjects.written()))
                .withNotes(more);
    }

    private void flush() throws SQLException {
        inserts.flush();
        largeObjects.flush();
    }

    /** Before the first rows or large object: from here on it is noted what is done, if another run could rely on that. */
    private void dataBegins(DumpPart part) throws SQLException, IOException {
        if (!ledger.isEarly()) {
            return;
        }
        shared.awaitAll();
        boolean tablesStandAlone = !effects.orderOfRowsMatters() && counts.areKnown();
        if (part.entry().section() == Section.DATA
                && tablesStandAlone
                && !target.inTransaction()
                && !timescale.areOn()) {
            ledger.begin(at);
        } else {
            ledger.giveUp();
        }
    }

    private void rows(DumpPart.Rows rows) throws SQLException, IOException {
        flush();
        dataBegins(rows);
        effects.beforeRows();
        Optional<SqlTokens.Name> name = SqlTokens.of(rows.table(), 5).name(0);
        rules.check(rows, name);
        try {
            if (name.isPresent() && leftOut.takesRowsOf(name.get(), catalog)) {
                leftOut.droppedRows(name.get(), drained(rows));
            } else if (foreign.takes(rows)) {
                drained(rows);
            } else {
                copy(rows, name);
            }
        } catch (SQLException e) {
            watch.cancellation().check();
            throw LoadFailure.of(rows, new RowPlaces(), e, target.server());
        }
    }

    private void copy(DumpPart.Rows rows, Optional<SqlTokens.Name> name) throws SQLException, IOException {
        Optional<TableName> table = name.isPresent() ? catalog.resolve(name.get()) : Optional.empty();
        Optional<FinishedWork.Stored> stored = ledger.before().rows(at);
        if (stored.isPresent()) {
            pass(rows, stored.get());
            shared.isLoaded(rows, table, stored.get());
        } else if (table.isPresent() && SharedWork.mayBeShared(rows) && !effects.orderOfRowsMatters() && isSharing()) {
            shared.load(rows, table.get(), at);
        } else {
            shared.loadAlone(rows, table, at);
        }
    }

    /** Reads rows that are stored, if the next part of the dump stands behind them. */
    private void pass(DumpPart.Rows rows, FinishedWork.Stored stored) throws IOException {
        boolean same = rows.table().equals(stored.table());
        if (same && !rows.rows().isIndependent()) {
            same = drained(rows) == stored.rows();
        }
        if (!same) {
            throw LoadLedger.other("the rows of " + rows.table() + " are not those that were stored");
        }
    }

    /** Others see nothing of an open transaction, and know nothing of what TimescaleDB was told in this session. */
    private boolean isSharing() throws SQLException {
        return crew.isThere() && !target.inTransaction() && !timescale.areOn();
    }

    /** Reads the rows to their proven end and keeps none. */
    private long drained(DumpPart.Rows rows) throws IOException {
        RowBlock block = new RowBlock(BLOCK_BYTES);
        while (rows.rows().read(block)) {
            watch.cancellation().check();
        }
        return rows.rows().rowCount();
    }

    private void statement(DumpPart.Statement original) throws SQLException, IOException {
        DumpPart.Statement statement = rules.adapted(original, notes);
        SqlTokens tokens = rules.tokens(statement);
        if (StatementInsert.is(statement)) {
            insert(statement, tokens);
        } else if (!heldBack.keeps(statement, tokens, at)) {
            run(statement, tokens, DumpSession.isSetting(tokens) ? Place.NOWHERE : Place.of(at));
        }
    }

    private void insert(DumpPart.Statement statement, SqlTokens tokens) throws SQLException, IOException {
        largeObjects.flush();
        dataBegins(statement);
        if (statement.entry().section() != Section.DATA || shared.isLoading() || effects.orderOfRowsMatters()) {
            shared.awaitAll();
        }
        rules.rule(statement, tokens, rules.scan(statement));
        Optional<SqlTokens.Name> name = StatementInsert.table(tokens);
        watch.object(LoadObject.of(statement, tokens));
        if (name.isPresent() && leftOut.takesRowsOf(name.get(), catalog)) {
            leftOut.droppedRows(name.get(), statement.rows().orElse(0));
        } else if (!foreign.takes(statement, tokens)) {
            effects.beforeRows();
            inserts.add(statement, tokens, at);
        }
    }

    private void run(DumpPart.Statement statement, SqlTokens tokens, Place place) throws SQLException, IOException {
        Optional<String> library = Libraries.strange(tokens);
        if (library.isPresent()) {
            leftOut.withoutLibrary(statement, tokens, library.get());
            return;
        }
        StatementScan scan = rules.scan(statement);
        Ruling ruling = rules.rule(statement, tokens, scan);
        ledger.defines(ruling.sql());
        if (ledger.goesOn() && !ledger.isEarly()) {
            ruling = LargeObjects.again(tokens, ruling);
        }
        foreign.check(statement, tokens);
        flush();
        if (ruling.sql().isPresent()) {
            watch.object(LoadObject.of(statement, tokens));
            effects.before(tokens, scan);
        }
        StatementRunner.Ruled ruled = new StatementRunner.Ruled(statement, tokens, ruling, place);
        if (!isTakenByCrew(ruled)) {
            if (!ledger.before().isDone(place) && !SharedWork.isBesideAll(statement, tokens)) {
                shared.awaitAll();
                families.mayHaveChanged();
            }
            long begun = System.nanoTime();
            runner.run(target, ruled).ifPresent(sql -> session.ran(tokens, sql));
            watch.spentSince(WorkOf.entry(statement.entry()), begun);
        }
        effects.after(tokens);
        foreign.after(tokens);
        if (ruling.sql().isPresent()) {
            timescale.after(tokens);
        }
    }

    private boolean isTakenByCrew(StatementRunner.Ruled ruled) throws SQLException, IOException {
        DumpPart.Statement statement = ruled.statement();
        Optional<String> sql = ruled.ruling().sql();
        if (!SharedWork.mayTake(statement) || sql.isEmpty() || !(isSharing() || shared.isHalfDone(ruled))) {
            return false;
        }
        if (sql.get().equals(statement.sql())) {
            return shared.takes(statement, ruled.tokens(), ruled, runner);
        }
        DumpPart.Statement changed = new DumpPart.Statement(
                statement.entry(), sql.get(), statement.position(), statement.line(), statement.rows());
        return shared.takes(changed, rules.tokens(changed), ruled, runner);
    }

    private void refuseOpenTransaction() {
        boolean open = server.neighbours().exist() ? rules.isInTransactionOfDump() : target.inTransaction();
        if (open) {
            throw problem(LOAD_FAILED, "the dump ends inside a transaction, so what it loaded last is not stored")
                    .remedy(
                            "The file was probably cut short: compare its size with the original.",
                            "If it was written so, add COMMIT at the end of a copy of the file.");
        }
    }
}
