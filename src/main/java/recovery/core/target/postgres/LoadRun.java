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
import recovery.core.dump.DumpReader;
import recovery.core.dump.RowBlock;
import recovery.core.dump.SqlTokens;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadWatch;

/** One load: what is decided, done and counted meets here. For one thread and one dump. */
final class LoadRun {
    private static final int BLOCK_BYTES = 256 * 1024;

    private final Connection connection;
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

    LoadRun(Connection connection, LoadConnection target, Optional<String> live, LoadOptions options, LoadWatch watch)
            throws SQLException {
        this.connection = connection;
        this.target = target;
        this.options = options;
        this.watch = watch;
        server = LoadServer.ask(target, live, options.roles());
        rules = new StatementRules(server, options);
        notes = new LoadNotes(server.user());
        catalog = new LoadCatalog(connection);
        effects = new RowEffects(counts, catalog);
        foreign = new ForeignTables(connection, notes);
        leftOut = new LeftOut(options.skippedExtensions(), server.superuser());
        inserts = new InsertRunner(target, catalog, counts, notes, watch);
        largeObjects = new LargeObjects(target, watch);
        heldBack = new HeldBack(target);
        timescale = new TimescaleHooks(target);
    }

    LoadResult all(DumpReader reader) throws SQLException, IOException {
        try {
            return load(reader);
        } catch (RecoveryException e) {
            throw server.roles().made().isEmpty() ? e : naming(server.roles().made(), e);
        }
    }

    /** Roles are not of the copy: they stay when it is dropped. */
    private static RecoveryException naming(List<String> made, RecoveryException e) {
        List<String> remedies = new ArrayList<>(e.remedies());
        remedies.add("These roles were created for the restore and stay; drop them if they are not needed: %s."
                .formatted(String.join(
                        ", ", made.stream().map(PostgresNames::quoted).toList())));
        return problem(e.code(), e.getMessage())
                .causedBy(e)
                .remedy(remedies.get(0), remedies.subList(1, remedies.size()).toArray(String[]::new));
    }

    private LoadResult load(DumpReader reader) throws SQLException, IOException {
        LoadSession.begin(connection, server);
        for (Optional<DumpPart> part = reader.next(); part.isPresent(); part = reader.next()) {
            watch.cancellation().check();
            try {
                part(part.get());
            } catch (RecoveryException e) {
                throw new DamageSearch(reader, watch.cancellation()).explain(e, part);
            }
        }
        flush();
        refuseOpenTransaction();
        List<Note> more = new ArrayList<>(reader.notes());
        atEnd().ifPresent(more::add);
        LoadSession.end(connection, server);
        boolean marked = reader.proof() == DumpReader.Proof.END_MARKED;
        more.addAll(leftOut.notes());
        return new LoadResult(
                        counts.tables(catalog.tables()),
                        notes.all(),
                        effects.foreignKeysProven(),
                        marked,
                        leftOut.lost(),
                        largeObjects.written() == 0 ? OptionalLong.empty() : OptionalLong.of(largeObjects.written()))
                .withNotes(more);
    }

    private void part(DumpPart part) throws SQLException, IOException {
        if (part instanceof DumpPart.Rows rows) {
            rows(rows);
        } else if (part instanceof DumpPart.Statement statement) {
            statement(statement);
        } else if (part instanceof DumpPart.LargeObject object) {
            inserts.flush();
            largeObjects.write(object);
        }
    }

    private Optional<Note> atEnd() throws SQLException {
        heldBack.run(statement -> run(statement, rules.tokens(statement)));
        if (!server.superuser()) {
            target.run(TriggerRules.USER_TRIGGERS_ON);
        }
        Optional<Note> prepared = timescale.atEnd();
        if (options.roles().owner().isPresent()) {
            target.run("RESET SESSION AUTHORIZATION");
            new OwnedObjects(target).handTo(options.roles().owner().get(), notes);
        }
        server.roles().made().forEach(notes::roleCreated);
        server.roles().refused().forEach(notes::roleSettingSkipped);
        return prepared;
    }

    private void flush() throws SQLException {
        inserts.flush();
        largeObjects.flush();
    }

    private void rows(DumpPart.Rows rows) throws SQLException, IOException {
        flush();
        watch.object(rows.table());
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
            throw LoadFailure.of(rows, e, target.server());
        }
    }

    private void copy(DumpPart.Rows rows, Optional<SqlTokens.Name> name) throws SQLException, IOException {
        long stored = target.copy(rows, watch);
        Optional<TableName> table = name.isPresent() ? catalog.resolve(name.get()) : Optional.empty();
        table.ifPresentOrElse(known -> counts.added(known, stored), counts::allUnknown);
    }

    /** Reads the rows to their proven end and keeps none. */
    private long drained(DumpPart.Rows rows) throws IOException {
        RowBlock block = new RowBlock(BLOCK_BYTES);
        while (rows.rows().read(block)) {
            watch.cancellation().check();
        }
        return rows.rows().rowCount();
    }

    private void statement(DumpPart.Statement original) throws SQLException {
        DumpPart.Statement statement = rules.adapted(original, notes);
        SqlTokens tokens = rules.tokens(statement);
        if (StatementInsert.is(statement)) {
            insert(statement, tokens);
        } else if (!heldBack.keeps(statement, tokens)) {
            run(statement, tokens);
        }
    }

    private void insert(DumpPart.Statement statement, SqlTokens tokens) throws SQLException {
        largeObjects.flush();
        rules.rule(statement, tokens, rules.scan(statement));
        Optional<SqlTokens.Name> name = StatementInsert.table(tokens);
        watch.object(LoadObject.of(statement, tokens));
        if (name.isPresent() && leftOut.takesRowsOf(name.get(), catalog)) {
            leftOut.droppedRows(name.get(), statement.rows().orElse(0));
        } else if (!foreign.takes(statement, tokens)) {
            effects.beforeRows();
            inserts.add(statement, tokens);
        }
    }

    private void run(DumpPart.Statement statement, SqlTokens tokens) throws SQLException {
        Optional<String> library = Libraries.strange(tokens);
        if (library.isPresent()) {
            leftOut.withoutLibrary(statement, tokens, library.get());
            return;
        }
        StatementScan scan = rules.scan(statement);
        Ruling ruling = rules.rule(statement, tokens, scan);
        foreign.check(statement, tokens);
        flush();
        if (ruling.sql().isPresent()) {
            watch.object(LoadObject.of(statement, tokens));
            effects.before(tokens, scan);
        }
        Optional<Ruling> next = Optional.of(ruling);
        while (next.isPresent()) {
            next.get().note().accept(notes);
            next = run(statement, tokens, next.get());
        }
        effects.after(tokens);
        foreign.after(tokens);
        if (ruling.sql().isPresent()) {
            timescale.after(tokens);
        }
    }

    /** Runs what {@code ruling} says; what to do now if the database did not take it and that may be got over. */
    private Optional<Ruling> run(DumpPart.Statement statement, SqlTokens tokens, Ruling ruling) throws SQLException {
        if (ruling.sql().isEmpty()) {
            return Optional.empty();
        }
        try {
            if (leftOut.isPossible() || StatementRules.mayBeForgiven(ruling, tokens)) {
                target.runOrUndo(ruling.sql().get());
            } else {
                target.run(ruling.sql().get());
            }
            ruling.done().accept(notes);
            return Optional.empty();
        } catch (SQLException e) {
            watch.cancellation().check();
            Optional<Ruling> next = StatementRules.afterFailure(statement, ruling, e);
            if (next.isEmpty() && !leftOut.takes(statement, tokens, e)) {
                throw LoadFailure.of(statement, tokens, e, server.version(), target.server());
            }
            return next.or(() -> instead(tokens, statement.sql()));
        }
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

    private void refuseOpenTransaction() {
        if (target.inTransaction()) {
            throw problem(LOAD_FAILED, "the dump ends inside a transaction, so what it loaded last is not stored")
                    .remedy(
                            "The file was probably cut short: compare its size with the original.",
                            "If it was written so, add COMMIT at the end of a copy of the file.");
        }
    }
}
