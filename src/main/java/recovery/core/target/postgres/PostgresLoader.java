package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.LOAD_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpReader;
import recovery.core.dump.SqlTokens;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadWatch;

/**
 * Loads a dump into the empty copy, part by part and in the order of the dump, on one connection.
 *
 * <p>Does not create the copy, does not close the connection or the reader, and does not clean up: after a failure the
 * copy is to be dropped. For one thread and one dump.
 */
public final class PostgresLoader {
    private final Connection connection;
    private final Optional<String> live;

    /**
     * @param connection to the copy, by pgjdbc, with preferQueryMode=simple and autocommit
     * @param liveName name that the copy will take
     * @param liveExists whether a database of that name exists; then its own settings win over those in the dump
     */
    public PostgresLoader(Connection connection, String liveName, boolean liveExists) {
        this.connection = connection;
        this.live = liveExists ? Optional.of(liveName) : Optional.empty();
    }

    /**
     * Loads everything the reader hands out.
     *
     * @throws recovery.core.error.RecoveryException LOAD_FAILED with the part and what the database said,
     *     DUMP_DANGEROUS, DISK_FULL, DATABASE_UNREACHABLE, CANCELLED, and the codes of the reader
     */
    public LoadResult load(DumpReader reader, LoadWatch watch) throws IOException {
        try (LoadConnection target = new LoadConnection(connection)) {
            watch.cancellation().whenAsked(target::cancel);
            try {
                return new Load(target, watch).all(reader);
            } catch (SQLException e) {
                watch.cancellation().check();
                throw PostgresErrors.failed(LOAD_FAILED, "preparing the load", e, target.server());
            } finally {
                watch.cancellation().whenAsked(() -> {});
            }
        } catch (SQLException e) {
            throw PostgresErrors.failed(LOAD_FAILED, "opening a statement", e, "of the copy");
        }
    }

    /** One run: what is decided, done and counted meets here. */
    private final class Load {
        private final LoadConnection target;
        private final LoadWatch watch;
        private final LoadServer server;
        private final StatementRules rules;
        private final LoadNotes notes;
        private final LoadCatalog catalog = new LoadCatalog(connection);
        private final RowCounts counts = new RowCounts();
        private final RowEffects effects = new RowEffects(counts, catalog);
        private final ForeignTables foreign = new ForeignTables(connection);
        private final InsertRunner inserts;

        Load(LoadConnection target, LoadWatch watch) throws SQLException {
            this.target = target;
            this.watch = watch;
            server = LoadServer.ask(connection, live);
            rules = new StatementRules(server);
            notes = new LoadNotes(server.user());
            inserts = new InsertRunner(target, catalog, counts, notes, watch);
        }

        LoadResult all(DumpReader reader) throws SQLException, IOException {
            LoadSession.begin(connection, server);
            for (Optional<DumpPart> part = reader.next(); part.isPresent(); part = reader.next()) {
                watch.cancellation().check();
                if (part.get() instanceof DumpPart.Rows rows) {
                    rows(rows);
                } else if (part.get() instanceof DumpPart.Statement statement) {
                    statement(statement);
                }
            }
            inserts.flush();
            refuseOpenTransaction();
            LoadSession.end(connection, server);
            boolean marked = reader.proof() == DumpReader.Proof.END_MARKED;
            return new LoadResult(counts.tables(catalog.tables()), notes.all(), effects.foreignKeysProven(), marked)
                    .withNotes(reader.notes());
        }

        private void rows(DumpPart.Rows rows) throws SQLException, IOException {
            inserts.flush();
            watch.object(rows.table());
            effects.beforeRows();
            Optional<SqlTokens.Name> name = SqlTokens.of(rows.table(), 5).name(0);
            rules.check(rows, name);
            try {
                foreign.check(rows);
                long stored = target.copy(rows, watch);
                Optional<TableName> table = name.isPresent() ? catalog.resolve(name.get()) : Optional.empty();
                table.ifPresentOrElse(known -> counts.added(known, stored), counts::allUnknown);
            } catch (SQLException e) {
                watch.cancellation().check();
                throw LoadFailure.of(rows, e, target.server());
            }
        }

        private void statement(DumpPart.Statement statement) throws SQLException {
            SqlTokens tokens = rules.tokens(statement);
            StatementScan scan = rules.scan(statement);
            Ruling ruling = rules.rule(statement, tokens, scan);
            foreign.check(statement, tokens);
            if (StatementInsert.is(statement)) {
                watch.object(LoadObject.of(statement, tokens));
                effects.beforeRows();
                inserts.add(statement, tokens);
                return;
            }
            inserts.flush();
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
        }

        /** Runs what {@code ruling} says; what to do now if the database did not take it and that may be got over. */
        private Optional<Ruling> run(DumpPart.Statement statement, SqlTokens tokens, Ruling ruling) {
            if (ruling.sql().isEmpty()) {
                return Optional.empty();
            }
            try {
                if (StatementRules.mayBeForgiven(ruling, tokens)) {
                    target.runOrUndo(ruling.sql().get());
                } else {
                    target.run(ruling.sql().get());
                }
                return Optional.empty();
            } catch (SQLException e) {
                watch.cancellation().check();
                Optional<Ruling> next = StatementRules.afterFailure(statement, ruling, e);
                if (next.isEmpty()) {
                    throw LoadFailure.of(statement, e, target.server());
                }
                return next;
            }
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
}
