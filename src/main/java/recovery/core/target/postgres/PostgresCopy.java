package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.LOAD_FAILED;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import recovery.core.backup.Backup;
import recovery.core.dump.DumpReader;
import recovery.core.dump.DumpReaders;
import recovery.core.error.Note;
import recovery.core.layer.BackupStream;
import recovery.core.target.CopyFacts;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadWatch;
import recovery.core.target.TargetCopy;

/** A database beside the live one while it is being filled. Each step opens and closes its own connections. */
final class PostgresCopy implements TargetCopy {
    private final PostgresConnections connections;
    private final String name;
    private final String like;
    private final LoadLedger ledger;
    private int jobs = Jobs.ofThisHost();

    /** {@code before}: what earlier runs of the load have finished. */
    PostgresCopy(PostgresConnections connections, String name, FinishedWork before) {
        this(
                connections,
                name,
                connections.settings().database(),
                LoadLedger.of(() -> connections.loading(name), before));
    }

    /** {@code like}: the database from which owner, privileges and settings are taken. */
    PostgresCopy(PostgresConnections connections, String name, String like, LoadLedger ledger) {
        this.like = like;
        this.connections = connections;
        this.name = name;
        this.ledger = ledger;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public LoadResult load(Backup backup, BackupStream stream, LoadOptions options, LoadWatch watch)
            throws IOException {
        String live = connections.settings().database();
        try (LiveGuard guard = LiveGuard.of(connections);
                Connection connection = Rush.outlasted(() -> connections.loading(name))) {
            DumpReader reader = reader(backup, stream, options, watch);
            jobs = options.jobs().isPresent() ? options.jobs().getAsInt() : Jobs.fitting(connection);
            return new PostgresLoader(connection, live, exists(like), options)
                    .over(jobs, () -> connections.loading(name))
                    .noting(ledger)
                    .load(reader, watch);
        } catch (SQLException e) {
            throw failed("loading into '" + name + "'", e, watch);
        }
    }

    static DumpReader reader(Backup backup, BackupStream stream, LoadOptions options, LoadWatch watch)
            throws IOException {
        if (options.schemaFile().isEmpty()) {
            return DumpReaders.open(backup, stream, options.choice());
        }
        try (BackupStream schema = BackupStream.open(options.schemaFile().get(), watch.cancellation())) {
            return DumpReaders.open(backup, stream, options.choice(), schema);
        }
    }

    private boolean exists(String database) throws SQLException {
        try (PostgresSession session = new PostgresSession(connections.maintenance())) {
            return DatabaseRow.find(session, database).isPresent();
        }
    }

    @Override
    public LoadResult finish(LoadResult loaded, LoadWatch watch) {
        List<Note> notes = new ArrayList<>();
        try {
            new PlannerStatistics(reach(), watch).collect();
        } catch (SQLException e) {
            throw failed("collecting statistics of '" + name + "'", e, watch);
        }
        try (PostgresSession copy = reach().open()) {
            notes.addAll(Structure.unvalidated(copy));
        } catch (SQLException e) {
            throw failed("looking at the constraints of '" + name + "'", e, watch);
        }
        watch.object("owner, privileges and settings of the database");
        try (PostgresSession session = new PostgresSession(connections.maintenance())) {
            watch.cancellation().whenAsked(session::cancel);
            notes.addAll(new DatabaseProperties(session, like, name).carryOver());
        } catch (SQLException e) {
            throw failed("carrying over the properties of the live database", e, watch);
        } finally {
            watch.cancellation().whenAsked(() -> {});
        }
        return loaded.withNotes(notes);
    }

    @Override
    public CopyFacts measure(Collection<String> tables, LoadResult loaded, LoadWatch watch) {
        try {
            return new CopyMeasuring(reach(), watch).measure(tables, loaded);
        } catch (SQLException e) {
            throw failed("checking '" + name + "'", e, watch);
        } finally {
            watch.cancellation().whenAsked(() -> {});
        }
    }

    @Override
    public boolean canGoOn() {
        return ledger.hasBegun();
    }

    @Override
    public void complete() {
        if (canGoOn()) {
            try (PostgresSession copy = new PostgresSession(connections.database(name))) {
                LedgerTable.drop(copy);
            } catch (SQLException e) {
                throw PostgresErrors.failed(
                        LOAD_FAILED,
                        "completing '" + name + "'",
                        e,
                        connections.settings().server());
            }
        }
    }

    private Reach reach() {
        return Reach.over(connections, name, jobs);
    }

    /** Everything is durable already: each step waited for its commit. */
    @Override
    public void close() {}

    private RuntimeException failed(String doing, SQLException e, LoadWatch watch) {
        watch.cancellation().check();
        return PostgresErrors.failed(
                LOAD_FAILED, doing, e, connections.settings().server());
    }
}
