package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.DATABASE_UNREACHABLE;
import static recovery.core.error.ErrorCode.LOAD_FAILED;
import static recovery.core.error.ErrorCode.SWAP_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import recovery.core.error.ErrorCode;
import recovery.core.inspect.Inspection;
import recovery.core.target.LoadOptions;
import recovery.core.target.OtherStrategy;
import recovery.core.target.Strategy;
import recovery.core.target.Survey;
import recovery.core.target.TargetCopy;

/**
 * The schemas of a live database that stays where it is: strategy {@code schema}, for roles that may not create or
 * rename databases. From {@link #createCopy} to {@link #swap} or {@link #drop} one transaction is open, and a process that dies leaves
 * nothing. Previous data is the set of schemas with one ending, named e.g. {@code *_before_20261120081500}.
 */
final class SchemaTarget extends OtherStrategy {
    private final PostgresTarget usual;
    private final PostgresSettings settings;
    private final PostgresConnections connections;
    private final PostgresSwap.Limits limits;
    private final AtomicReference<SchemaTransaction> open = new AtomicReference<>();

    SchemaTarget(
            PostgresTarget usual,
            PostgresSettings settings,
            PostgresConnections connections,
            PostgresSwap.Limits limits) {
        super(usual, Strategy.SCHEMA);
        this.usual = usual;
        this.settings = settings;
        this.connections = connections;
        this.limits = limits;
    }

    @Override
    public Survey survey(Inspection backup, LoadOptions options) {
        try (PostgresSession session = session()) {
            session.execute("SET search_path = pg_catalog");
            return new SchemaSurveyor(settings, session).survey(backup, options);
        } catch (SQLException e) {
            if (PostgresErrors.state(e).equals("3D000")) {
                return SchemaSurveyor.missing(settings);
            }
            throw failed(DATABASE_UNREACHABLE, "looking at '" + name() + "'", e);
        }
    }

    /** For people only: the copy has no name in the database before it takes the live one. */
    @Override
    public String copyName(String id) {
        return usual.copyName(id);
    }

    @Override
    public String previousName(LocalDateTime time) {
        return SchemaNames.previous(time);
    }

    @Override
    public boolean exists(String name) {
        return SchemaNames.isPrevious(name)
                ? within("looking for '" + name + "'", session -> new PreviousSchemas(session).exists(name))
                : name.equals(name()) && usual.exists(name);
    }

    /** None: what is not committed is gone with its process. */
    @Override
    public List<String> leftovers() {
        return List.of();
    }

    @Override
    public TargetCopy createCopy(String name) {
        try {
            SchemaTransaction begun = SchemaTransaction.begin(connections, name);
            drop(open.getAndSet(begun));
            return new SchemaCopy(connections, begun);
        } catch (SQLException e) {
            throw failed(LOAD_FAILED, "setting the schemas of '" + name() + "' aside", e);
        }
    }

    @Override
    public SwapResult swap(String incoming, String keepLiveAs) {
        usual.ensureLock();
        SchemaExchange exchange = new SchemaExchange(connections, limits);
        SchemaTransaction transaction = open.get();
        try {
            if (SchemaNames.isPrevious(incoming)) {
                return new SwapResult(Optional.of(keepLiveAs), exchange.bringBack(incoming, keepLiveAs));
            }
            if (transaction == null || !transaction.name().equals(incoming)) {
                throw problem(SWAP_FAILED, "nothing was loaded as '%s'", incoming)
                        .remedy("Start the restore again; nothing was renamed.");
            }
            Duration downtime = exchange.commit(transaction, keepLiveAs);
            drop(incoming);
            return new SwapResult(Optional.of(keepLiveAs), downtime);
        } catch (SQLException e) {
            throw failed(SWAP_FAILED, "swapping the schemas of '" + name() + "'", e);
        }
    }

    /** Nothing: a swap is one commit. */
    @Override
    public List<String> mend() {
        return List.of();
    }

    @Override
    public void drop(String copyName) {
        SchemaTransaction transaction = open.get();
        if (transaction != null && transaction.name().equals(copyName) && open.compareAndSet(transaction, null)) {
            drop(transaction);
        }
    }

    private static void drop(SchemaTransaction transaction) {
        if (transaction != null) {
            transaction.close();
        }
    }

    @Override
    public List<Previous> previousOnes() {
        return within("looking for previous schemas", session -> new PreviousSchemas(session).all());
    }

    @Override
    public void dropPrevious(String name) {
        within("deleting '" + name + "'", session -> {
            new PreviousSchemas(session).drop(name);
            return name;
        });
    }

    private interface Work<T> {
        T in(PostgresSession session) throws SQLException;
    }

    private <T> T within(String doing, Work<T> work) {
        try (PostgresSession session = session()) {
            return work.in(session);
        } catch (SQLException e) {
            throw failed(DATABASE_UNREACHABLE, doing, e);
        }
    }

    private PostgresSession session() throws SQLException {
        return new PostgresSession(connections.database(settings.database()));
    }

    private RuntimeException failed(ErrorCode code, String doing, SQLException e) {
        return PostgresErrors.failed(code, doing, e, settings.server());
    }
}
