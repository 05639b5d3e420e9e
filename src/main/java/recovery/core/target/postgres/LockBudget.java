package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.LOCKS_SCARCE;
import static recovery.core.error.RecoveryException.problem;

import java.sql.SQLException;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;

/**
 * Whether the lock table of the server has room for a restore in one transaction, which keeps a lock on everything that it makes
 * until its end, and at the end takes one on each table that it replaces. For one thread.
 */
final class LockBudget {
    /** Itself, its primary key, and the two for large values. */
    private static final long PER_TABLE = 4;

    /** The tables, and what else is locked: with indexes, sequences and tables for large values; functions when they get an owner. */
    private static final String LIVE = """
            SELECT count(*) FILTER (WHERE c.relkind IN ('r', 'p')),
              count(*) + count(*) FILTER (WHERE c.reltoastrelid <> 0) * 2
                + (SELECT count(*) FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace f ON f.oid = p.pronamespace
                   WHERE f.nspname IN (%1$s))
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname IN (%1$s)""";

    private static final int STEP = 64;

    private final PostgresSession session;

    LockBudget(PostgresSession session) {
        this.session = session;
    }

    private record Live(long tables, long all) {}

    /** Needs at most so many locks as far as can be known from the live schemas of the same names. */
    Optional<RecoveryException> refusal(Inspection backup, Collection<String> brought, String server)
            throws SQLException {
        long slots = session.number("SELECT pg_catalog.current_setting('max_connections')::bigint"
                + " + pg_catalog.current_setting('max_prepared_transactions')::bigint");
        long perTransaction = session.number("SELECT pg_catalog.current_setting('max_locks_per_transaction')::bigint");
        long taken = session.number("SELECT count(*) FROM pg_catalog.pg_locks");
        long needed = needed(backup, brought);
        long free = slots * perTransaction - taken;
        if (needed <= free) {
            return Optional.empty();
        }
        long enough = (needed + taken) * 5 / 4 / slots / STEP * STEP + STEP;
        return Optional.of(problem(
                        LOCKS_SCARCE,
                        "one transaction for all of the backup needs about %d locks, and the server %s has room for %d",
                        needed,
                        server,
                        Math.max(0, free))
                .remedy(
                        "Set max_locks_per_transaction of the server to at least %d and restart it.".formatted(enough),
                        "Or use strategy 'database', which needs no such number."));
    }

    private long needed(Inspection backup, Collection<String> brought) throws SQLException {
        String names = brought.isEmpty()
                ? "NULL"
                : brought.stream().map(PostgresNames::literal).collect(Collectors.joining(", "));
        Live live = session.first(row -> new Live(row.getLong(1), row.getLong(2)), LIVE.formatted(names))
                .orElseThrow();
        long perTable = live.tables() == 0 ? PER_TABLE : Math.max(PER_TABLE, live.all() / live.tables() + 1);
        return backup.tables().size() * perTable + live.tables();
    }
}
