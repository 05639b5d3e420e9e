package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.DATABASE_UNREACHABLE;
import static recovery.core.error.ErrorCode.LOAD_FAILED;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.ErrorCode.RESTORE_ALREADY_RUNNING;
import static recovery.core.error.ErrorCode.SWAP_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import javax.sql.DataSource;
import recovery.core.backup.Engine;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.core.target.DumpTool;
import recovery.core.target.LastDump;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadWatch;
import recovery.core.target.SafetySource;
import recovery.core.target.Strategy;
import recovery.core.target.Survey;
import recovery.core.target.Target;
import recovery.core.target.TargetCopy;

/** A database on a PostgreSQL server, 12 or newer, and the databases beside it. Strategy {@code database}. */
public final class PostgresTarget implements Target {
    private static final PostgresSwap.Limits LIMITS =
            new PostgresSwap.Limits(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(10));

    private final PostgresSettings settings;
    private final PostgresConnections connections;
    private final PostgresNames names;
    private final PostgresProbe probe;
    private final PostgresSwap.Limits limits;
    private final PostgresLock.Limits lockLimits;
    private final DumpTool dumpTool;
    private final SchemaTarget schemas;
    private final PostgresReplacement replacement;
    private final AtomicReference<PostgresLock> lock = new AtomicReference<>();

    public PostgresTarget(PostgresSettings settings) {
        this(settings, Optional.empty(), LIMITS);
    }

    /** {@code forProbes} gives connections to the live database with short limits of time; it stays the caller's. */
    public PostgresTarget(PostgresSettings settings, DataSource forProbes) {
        this(settings, Optional.of(forProbes), LIMITS);
    }

    /** {@code dumpTool} writes safety copies where it can. */
    public PostgresTarget(PostgresSettings settings, Optional<DataSource> forProbes, DumpTool dumpTool) {
        this(settings, forProbes, LIMITS, PostgresLock.Limits.USUAL, dumpTool);
    }

    PostgresTarget(PostgresSettings settings, Optional<DataSource> forProbes, PostgresSwap.Limits limits) {
        this(settings, forProbes, limits, PostgresLock.Limits.USUAL, DumpTool.NONE);
    }

    PostgresTarget(
            PostgresSettings settings,
            Optional<DataSource> forProbes,
            PostgresSwap.Limits limits,
            PostgresLock.Limits lockLimits) {
        this(settings, forProbes, limits, lockLimits, DumpTool.NONE);
    }

    private PostgresTarget(
            PostgresSettings settings,
            Optional<DataSource> forProbes,
            PostgresSwap.Limits limits,
            PostgresLock.Limits lockLimits,
            DumpTool dumpTool) {
        this.lockLimits = lockLimits;
        this.settings = settings;
        this.connections = new PostgresConnections(settings);
        this.names = new PostgresNames(settings.database());
        this.probe = new PostgresProbe(connections, forProbes);
        this.limits = limits;
        this.dumpTool = dumpTool;
        this.schemas = new SchemaTarget(this, settings, connections, limits);
        this.replacement = new PostgresReplacement(this, new LiveDrop(connections, this::ensureLock));
    }

    @Override
    public Engine engine() {
        return Engine.POSTGRESQL;
    }

    @Override
    public List<Strategy> strategies() {
        return List.of(Strategy.DATABASE, Strategy.SCHEMA, Strategy.REPLACE);
    }

    @Override
    public Strategy strategy() {
        return Strategy.DATABASE;
    }

    @Override
    public Target by(Strategy other) {
        return switch (other) {
            case DATABASE -> this;
            case SCHEMA -> schemas;
            case REPLACE -> replacement;
            case FILE, ONLINE, VOLUME -> throw new IllegalArgumentException("strategy " + other);
        };
    }

    @Override
    public String name() {
        return settings.database();
    }

    @Override
    public String address() {
        return "PostgreSQL database '%s' on %s".formatted(settings.database(), settings.server());
    }

    @Override
    public LiveStatus probe(Duration limit) {
        Optional<String> error = probe.error(limit);
        return new LiveStatus(engine(), name(), error.isEmpty(), error);
    }

    @Override
    public Survey survey(Inspection backup, LoadOptions options) {
        return maintenance(
                DATABASE_UNREACHABLE,
                "looking at the server",
                session -> new PostgresSurveyor(settings, session)
                        .survey(backup, options, copies(session).abandoned()));
    }

    @Override
    public String copyName(String id) {
        return names.copy(id);
    }

    @Override
    public String previousName(LocalDateTime time) {
        return names.previous(time);
    }

    @Override
    public boolean exists(String name) {
        return maintenance(
                DATABASE_UNREACHABLE,
                "looking for '" + name + "'",
                session -> DatabaseRow.find(session, name).isPresent());
    }

    @Override
    public List<String> leftovers() {
        return maintenance(
                DATABASE_UNREACHABLE,
                "looking for leftovers",
                session -> copies(session).abandoned());
    }

    private CopyDatabases copies(PostgresSession session) {
        return new CopyDatabases(connections, session, names);
    }

    @Override
    public TargetLock lock(String holder) {
        PostgresLock taken = PostgresLock.take(connections, lockLimits, holder);
        try {
            settle();
        } catch (RuntimeException e) {
            taken.close();
            throw e;
        }
        lock.set(taken);
        return taken;
    }

    @Override
    public Optional<String> endDeadLock(Predicate<String> isDead) {
        return maintenance(
                DATABASE_UNREACHABLE,
                "looking for the lock",
                session -> PostgresLock.endDead(session, names.lockKey(), isDead));
    }

    @Override
    public TargetCopy createCopy(String name) {
        createCopyLike(settings.database(), name);
        return new PostgresCopy(connections, name, new FinishedWork());
    }

    /** As {@link #createCopy}, with what belongs to database {@code like} as a whole; nobody can go on with it. */
    TargetCopy createCopyLike(String like, String name) {
        maintenance(
                LOAD_FAILED, "creating '" + name + "'", session -> new DatabaseCreation(session).createNew(like, name));
        return new PostgresCopy(connections, name, like, LoadLedger.none());
    }

    @Override
    public TargetCopy openCopy(String name) {
        CopyOpening opening = new CopyOpening(connections, name);
        return maintenance(DATABASE_UNREACHABLE, "opening '" + name + "'", opening::open);
    }

    @Override
    public SwapResult swap(String incoming, String keepLiveAs) {
        try {
            return new PostgresSwap(connections, limits, this::ensureLock, incoming, keepLiveAs).run();
        } catch (SQLException e) {
            throw PostgresErrors.failed(SWAP_FAILED, "swapping '" + name() + "'", e, settings.server());
        }
    }

    /** Takes the lock again if its session died meanwhile. */
    void ensureLock() {
        PostgresLock held = lock.get();
        if (held != null) {
            held.ensure();
        }
    }

    /**
     * Opens the live database again if a process died in the middle of a swap and left it closed. A database that an
     * administrator closed is not touched: ours is known by a copy or previous database beside it that was closed in
     * the same transaction. Ends what the server still creates for a dead process, which would appear behind the look.
     * Does nothing while a restore holds the lock, for then that one is about to open it.
     */
    @Override
    public List<String> mend() {
        try (PostgresLock held = PostgresLock.take(connections, lockLimits, PostgresLock.LOOK)) {
            return settle();
        } catch (RecoveryException e) {
            if (e.code() == RESTORE_ALREADY_RUNNING) {
                return List.of();
            }
            throw e;
        }
    }

    /** For the holder of the lock: nobody else restores now, so what is closed or being created is that of a dead process. */
    private List<String> settle() {
        return maintenance(DATABASE_UNREACHABLE, "looking for what was left", session -> {
            new AbandonedCreations(session, names).end();
            return new ClosedDatabases(session, names).openAgain(name());
        });
    }

    @Override
    public SafetySource safetySource(String id, LastDump last, LoadWatch watch) {
        return new PostgresSafety(this, connections, dumpTool, watch).open(last, copyName(id));
    }

    @Override
    public void drop(String copyName) {
        if (copyName.equals(name()) || names.isPrevious(copyName) || !names.isCopy(copyName)) {
            throw problem(REQUEST_UNUSABLE, "'%s' is not a copy that a restore of '%s' made", copyName, name())
                    .remedy("Only copies can be dropped here; drop other databases with the tools of the server.");
        }
        maintenance(ErrorCode.DATABASE_IN_USE, "dropping '" + copyName + "'", session -> {
            copies(session).drop(copyName);
            return copyName;
        });
    }

    @Override
    public List<Previous> previousOnes() {
        return maintenance(
                DATABASE_UNREACHABLE,
                "looking for previous databases",
                session -> new PreviousDatabases(session, names).all());
    }

    @Override
    public void dropPrevious(String name) {
        maintenance(ErrorCode.DATABASE_IN_USE, "deleting '" + name + "'", session -> {
            new PreviousDatabases(session, names).drop(name);
            return name;
        });
    }

    /** Something done in the maintenance database. */
    private interface Work<T> {
        T in(PostgresSession session) throws SQLException;
    }

    private <T> T maintenance(ErrorCode code, String doing, Work<T> work) {
        try (PostgresSession session = new PostgresSession(connections.maintenance())) {
            return work.in(session);
        } catch (SQLException e) {
            throw PostgresErrors.failed(code, doing, e, settings.server());
        }
    }
}
