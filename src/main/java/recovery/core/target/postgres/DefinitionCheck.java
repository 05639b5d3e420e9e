package recovery.core.target.postgres;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import recovery.core.backup.Backup;
import recovery.core.dump.DefinitionsOf;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpReader;
import recovery.core.dump.DumpReaders;
import recovery.core.error.ErrorCode;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Cancellation;
import recovery.core.target.LastDump;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadWatch;
import recovery.core.target.Work;

/**
 * Whether the definitions of the last dump are still those of the live database: they are loaded into an empty database
 * beside it, and the server's words about both are compared. That database is dropped again. For one thread.
 */
final class DefinitionCheck {
    private final PostgresTarget target;
    private final PostgresConnections connections;
    private final LiveSnapshot snapshot;
    private final LoadWatch watch;

    DefinitionCheck(PostgresTarget target, PostgresConnections connections, LiveSnapshot snapshot, LoadWatch watch) {
        this.target = target;
        this.connections = connections;
        this.snapshot = snapshot;
        this.watch = watch;
    }

    /**
     * @param fits the rows of the live database can be put into the tables of the definitions
     * @param differences sentences; empty if the definitions are the same
     */
    record Result(boolean fits, List<String> differences) {}

    /** Compares by means of a database {@code beside}, which must not exist. */
    Result of(LastDump last, String beside) {
        target.createCopy(beside).close();
        try {
            CatalogPicture dumped = loaded(last, beside);
            // in a session of its own: a question that fails must not end the snapshot
            CatalogPicture live = picture(connections.settings().database());
            return new Result(live.fitsInto(dumped), live.differences(dumped));
        } catch (SQLException e) {
            watch.cancellation().check();
            throw snapshot.failed("comparing definitions", e);
        } finally {
            target.drop(beside);
        }
    }

    private CatalogPicture loaded(LastDump last, String beside) throws SQLException {
        watch.object("definitions of '" + last.backup().orElseThrow().name() + "'");
        String live = connections.settings().database();
        try (Connection connection = connections.loading(beside);
                BackupStream stream = open(last)) {
            DumpReader definitions = definitions(last, stream).around(new NoRows());
            new PostgresLoader(connection, live, true, LoadOptions.USUAL).load(definitions, new QuietWatch(watch));
        } catch (IOException e) {
            throw RecoveryException.problem(
                            ErrorCode.FILE_NOT_ACCESSIBLE,
                            "'%s' cannot be read: %s",
                            last.backup().orElseThrow().name(),
                            recovery.core.error.Why.of(e))
                    .causedBy(e)
                    .remedy("Check the rights of the file and the disk it lies on.");
        }
        return picture(beside);
    }

    private CatalogPicture picture(String database) throws SQLException {
        try (PostgresSession session = new PostgresSession(connections.database(database))) {
            session.execute("SELECT pg_catalog.set_config('search_path', '', false)");
            return CatalogPicture.of(session);
        }
    }

    static BackupStream open(LastDump last) throws IOException {
        return BackupStream.open(last.backup().orElseThrow().path(), last.opening());
    }

    static DefinitionsOf definitions(LastDump last, BackupStream stream) throws IOException {
        Backup backup = last.backup().orElseThrow();
        return new DefinitionsOf(DumpReaders.open(backup, stream, DumpChoice.EVERYTHING));
    }

    /** What is loaded here is none of the rows that are counted. */
    private record QuietWatch(LoadWatch watch) implements LoadWatch {
        @Override
        public void object(String name) {
            // the definitions are one object
        }

        @Override
        public void rows(long more) {
            // there are none
        }

        @Override
        public void spent(Work work, Duration busy) {
            // it is no work of the copy
        }

        @Override
        public Cancellation cancellation() {
            return watch.cancellation();
        }
    }

    /** A dump without any part. */
    private static final class NoRows implements DumpReader {
        @Override
        public Optional<DumpPart> next() {
            return Optional.empty();
        }

        @Override
        public DumpHeader header() {
            return new DumpHeader(Optional.empty(), Optional.empty());
        }

        @Override
        public long position() {
            return 0;
        }

        @Override
        public Proof proof() {
            return Proof.END_MARKED;
        }

        @Override
        public List<Note> notes() {
            return List.of();
        }
    }
}
