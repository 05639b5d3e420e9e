package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.LOAD_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import recovery.core.backup.Backup;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.layer.BackupStream;
import recovery.core.target.CopyFacts;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadWatch;
import recovery.core.target.TargetCopy;

/** The schemas of a dump within the live database, in a transaction that nobody else sees into. */
final class SchemaCopy implements TargetCopy {
    private static final int ONE = 1;

    private final PostgresConnections connections;
    private final SchemaTransaction transaction;

    SchemaCopy(PostgresConnections connections, SchemaTransaction transaction) {
        this.connections = connections;
        this.transaction = transaction;
    }

    @Override
    public String name() {
        return transaction.name();
    }

    @Override
    public LoadResult load(Backup backup, BackupStream stream, LoadOptions options, LoadWatch watch)
            throws IOException {
        String live = connections.settings().database();
        try {
            LoadResult loaded = new PostgresLoader(transaction.connection(), live, true, options)
                    .within(transaction.neighbours())
                    .load(PostgresCopy.reader(backup, stream, options, watch), watch);
            watch.cancellation().whenAsked(transaction.session()::cancel);
            transaction.settle();
            return loaded.withNotes(untouched());
        } catch (SQLException e) {
            throw failed("loading into '" + live + "'", e, watch);
        } catch (RecoveryException e) {
            throw explained(e);
        } finally {
            watch.cancellation().whenAsked(() -> {});
        }
    }

    /** What fails here for another reason than it would in a database of its own. */
    private static RecoveryException explained(RecoveryException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && isLargeObjectThere(sql)) {
                return problem(
                                LOAD_FAILED,
                                "the backup has large objects, and the live database has some of the same numbers: %s",
                                PostgresErrors.said(sql))
                        .causedBy(e)
                        .remedy(
                                "Use strategy 'database', since large objects are in no schema and cannot be set aside.",
                                "Or delete those of the live database that nothing needs, e.g. with vacuumlo.");
            }
            if (cause instanceof SQLException sql && PostgresErrors.state(sql).equals("53200")) {
                return problem(LOAD_FAILED, "the server has no room for more locks: %s", PostgresErrors.said(sql))
                        .causedBy(e)
                        .remedy(
                                "Set max_locks_per_transaction of the server to several times its value and restart it.",
                                "Or use strategy 'database', which needs no such number of locks.");
            }
        }
        return e;
    }

    private static boolean isLargeObjectThere(SQLException e) {
        return PostgresErrors.state(e).equals("23505")
                && String.valueOf(e.getMessage()).contains("pg_largeobject_metadata");
    }

    private List<Note> untouched() {
        List<String> schemas = transaction.untouched();
        return schemas.isEmpty()
                ? List.of()
                : List.of(new Note(
                        "SCHEMA_UNTOUCHED",
                        "The backup does not bring these schemas of '%s', so they stay as they are: %s."
                                .formatted(
                                        connections.settings().database(),
                                        schemas.stream()
                                                .map(name -> "'" + name + "'")
                                                .collect(Collectors.joining(", ")))));
    }

    @Override
    public LoadResult finish(LoadResult loaded, LoadWatch watch) {
        List<Note> notes = new ArrayList<>();
        try {
            new PlannerStatistics(reach(), watch).collect();
            try (PostgresSession session = reach().open()) {
                notes.addAll(Structure.unvalidated(session));
            }
        } catch (SQLException e) {
            throw failed("collecting statistics of the restored schemas", e, watch);
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
            throw failed("checking the restored schemas", e, watch);
        } finally {
            watch.cancellation().whenAsked(() -> {});
        }
    }

    private Reach reach() {
        return new Reach(() -> PostgresSession.within(transaction.connection(), transaction.neighbours()), ONE);
    }

    /** Nothing is durable before the swap commits it; the transaction goes on. */
    @Override
    public void close() {}

    private RuntimeException failed(String doing, SQLException e, LoadWatch watch) {
        watch.cancellation().check();
        return PostgresErrors.failed(
                LOAD_FAILED, doing, e, connections.settings().server());
    }
}
