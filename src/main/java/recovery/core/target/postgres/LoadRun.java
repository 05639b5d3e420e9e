package recovery.core.target.postgres;

import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpReader;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadWatch;

/** One load: what is decided, done and counted meets here. For one thread and one dump. */
final class LoadRun {
    private final Connection connection;
    private final Worker first;
    private final Crew crew;
    private final Optional<String> live;
    private final LoadOptions options;
    private final LoadLedger ledger;
    private final LoadWatch watch;

    LoadRun(
            Connection connection,
            Worker first,
            Crew crew,
            Optional<String> live,
            LoadOptions options,
            LoadLedger ledger,
            LoadWatch watch) {
        this.ledger = ledger;
        this.connection = connection;
        this.first = first;
        this.crew = crew;
        this.live = live;
        this.options = options;
        this.watch = watch;
    }

    LoadResult all(DumpReader reader) throws SQLException, IOException {
        LoadServer server = LoadServer.ask(first.connection(), live, options.roles(), crew.most());
        try {
            return load(reader, server);
        } catch (RecoveryException e) {
            boolean undone = server.neighbours().exist();
            throw undone || server.roles().made().isEmpty()
                    ? e
                    : naming(server.roles().made(), e);
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

    private LoadResult load(DumpReader reader, LoadServer server) throws SQLException, IOException {
        LoadSession.begin(connection, server);
        PartLoader loader = new PartLoader(connection, first, crew, server, options, ledger, watch);
        for (Optional<DumpPart> part = reader.next(); part.isPresent(); part = reader.next()) {
            watch.cancellation().check();
            try {
                crew.check();
                if (reader.proof() != DumpReader.Proof.END_MARKED && ledger.isEarly()) {
                    ledger.giveUp();
                }
                loader.load(part.get());
            } catch (RecoveryException e) {
                crew.stop();
                throw DamageSearch.of(reader, watch.cancellation()).explain(e, part);
            }
        }
        LoadResult result = loader.end(reader.proof() == DumpReader.Proof.END_MARKED, reader.notes());
        LoadSession.end(connection, server);
        return result;
    }
}
