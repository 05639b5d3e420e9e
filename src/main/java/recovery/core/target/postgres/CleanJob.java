package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.LOAD_FAILED;
import static recovery.core.target.postgres.PostgresNames.literal;
import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.SQLException;
import java.util.Set;
import recovery.core.target.LoadWatch;
import recovery.core.target.Work;

/**
 * Makes known that all rows of a table are visible to all, where a foreign key is to be validated that two indexes can
 * prove ({@link KeyCheck}): that costs a fifth of what it saves. It also spares the server the same work right behind
 * the swap. Rows that came frozen need nothing.
 */
final class CleanJob implements Job {
    private static final String PAYS = """
            SELECT 1 FROM pg_catalog.pg_class t
            WHERE t.oid = pg_catalog.to_regclass(%s) AND t.relkind = 'r' AND t.relpages > 1000
              AND t.relallvisible < 0.9 * t.relpages
              AND EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k
                          WHERE k.contype = 'f' AND NOT k.convalidated AND t.oid IN (k.conrelid, k.confrelid) AND\s""" + KeyCheck.HAS_INDEX + ")";

    private final String schema;
    private final String table;
    private final Set<String> cleaned;
    private final LoadWatch watch;

    /** {@code cleaned}: tables of which it is known, shared by all such jobs; safe for threads. */
    CleanJob(String schema, String table, Set<String> cleaned, LoadWatch watch) {
        this.schema = schema;
        this.table = table;
        this.cleaned = cleaned;
        this.watch = watch;
    }

    @Override
    public void on(Worker worker, Runnable usedUp) throws SQLException {
        watch.cancellation().check();
        LoadConnection connection = worker.connection();
        String name = quoted(schema) + "." + quoted(table);
        long begun = System.nanoTime();
        if (!cleaned.contains(name)
                && connection.value(PAYS.formatted(literal(name))).isPresent()) {
            watch.object("visibility of " + name);
            try {
                connection.run("VACUUM (FREEZE, INDEX_CLEANUP OFF, TRUNCATE OFF) " + name);
            } catch (SQLException e) {
                watch.cancellation().check();
                throw PostgresErrors.failed(LOAD_FAILED, "VACUUM of " + name, e, connection.server());
            }
            cleaned.add(name);
            watch.object("");
        }
        watch.spentSince(Work.CONSTRAINT, begun);
    }
}
