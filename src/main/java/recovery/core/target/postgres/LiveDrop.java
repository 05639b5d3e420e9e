package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.DATABASE_IN_USE;
import static recovery.core.error.ErrorCode.LOAD_FAILED;
import static recovery.core.error.ErrorCode.SWAP_FAILED;
import static recovery.core.error.RecoveryException.problem;
import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import recovery.core.error.ErrorCode;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;

/** Drops the live database, and keeps in another one what would be lost with it. Each call has its own connection. */
final class LiveDrop {
    private final PostgresConnections connections;
    private final Runnable ensureLock;

    /** {@code ensureLock} throws if the lock of the target is not held any more. */
    LiveDrop(PostgresConnections connections, Runnable ensureLock) {
        this.connections = connections;
        this.ensureLock = ensureLock;
    }

    private String live() {
        return connections.settings().database();
    }

    /** Why it cannot be dropped whoever asks for it; empty if nothing speaks against it. */
    Optional<RecoveryException> refusal() {
        return maintenance(ErrorCode.DATABASE_UNREACHABLE, "looking at '" + live() + "'", session -> {
            List<String> slots =
                    session.texts("SELECT slot_name FROM pg_replication_slots WHERE database = ? ORDER BY 1", live());
            if (slots.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(problem(
                            DATABASE_IN_USE,
                            "'%s' cannot be dropped: it has the logical replication slots %s",
                            live(),
                            String.join(", ", slots))
                    .remedy("Drop each of them with: SELECT pg_drop_replication_slot('NAME');"));
        });
    }

    /** Owner, privileges, settings, connection limit and comment; what cannot be kept becomes a note. */
    List<Note> keepProperties(String keeper) {
        return maintenance(
                LOAD_FAILED,
                "keeping the properties of '" + live() + "'",
                session -> new DatabaseProperties(session, live(), keeper).carryOver());
    }

    void run(String keeper) {
        ensureLock.run();
        maintenance(SWAP_FAILED, "dropping '" + live() + "'", session -> {
            Optional<DatabaseRow> row = DatabaseRow.find(session, live());
            if (row.isPresent() && session.version() >= 13) {
                session.execute("DROP DATABASE " + quoted(live()) + " WITH (FORCE)");
            } else if (row.isPresent()) {
                closedFirst(
                        session, row.get(), DatabaseRow.find(session, keeper).orElseThrow());
            }
            return live();
        });
    }

    /** Without FORCE: whoever connects in between would keep it from being dropped. */
    private void closedFirst(PostgresSession session, DatabaseRow row, DatabaseRow keeper) throws SQLException {
        DatabaseGates gates = new DatabaseGates(Optional.of(row), keeper);
        gates.close(session);
        boolean dropped = false;
        try {
            new SessionEnder(connections.settings(), session, live(), live()).endAll();
            session.execute("DROP DATABASE " + quoted(live()));
            dropped = true;
        } finally {
            (dropped ? new DatabaseGates(Optional.empty(), keeper) : gates).open(session);
        }
    }

    private interface Work<T> {
        T in(PostgresSession session) throws SQLException;
    }

    private <T> T maintenance(ErrorCode code, String doing, Work<T> work) {
        try (PostgresSession session = new PostgresSession(connections.maintenance())) {
            return work.in(session);
        } catch (SQLException e) {
            throw PostgresErrors.failed(code, doing, e, connections.settings().server());
        }
    }
}
