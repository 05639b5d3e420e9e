package recovery.jar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.UnaryOperator;
import recovery.harness.JarProcess;
import recovery.harness.JarProcess.Setting;

/** A restore into PostgreSQL that stands still in the state that a test wants, held by locks on the server. */
final class HeldRestore {
    private final Customers live;
    private final Site site;
    private final Deque<Customers.Held> locks = new ArrayDeque<>();

    HeldRestore(Customers live, Site site) {
        this.live = live;
        this.site = site;
    }

    /** The newest backup sleeps for at least a second in its load, and for long if {@code state} is RESTORING. */
    JarProcess begin(String state, UnaryOperator<Setting> how) {
        if (state.equals("PLANNED")) {
            // nothing but the look at the server reads this table
            locks.push(live.hold("postgres", "LOCK TABLE pg_subscription IN ACCESS EXCLUSIVE MODE"));
        }
        JarProcess restore = how.apply(site.program()).start("restore", "--latest", "--force");
        try {
            switch (state) {
                case "PLANNED" -> restore.await(() -> waiting("pg_subscription"), "it looks at the server", Site.LIMIT);
                case "RESTORING" -> restore.await(() -> running("pg_sleep"), "the load sleeps", Site.LIMIT);
                case "VERIFYING" -> locks.push(verification(restore));
                default -> {
                    Customers.Held verification = verification(restore);
                    locks.push(live.hold("postgres", "LOCK TABLE pg_database IN SHARE MODE"));
                    verification.close();
                    site.awaitState(restore, "SWAPPING");
                    restore.await(() -> waiting("pg_database"), "the swap waits", Site.LIMIT);
                }
            }
            return restore;
        } catch (RuntimeException | Error e) {
            restore.close();
            release();
            throw e;
        }
    }

    /** Lets it go on. */
    void release() {
        while (!locks.isEmpty()) {
            locks.pop().close();
        }
    }

    /**
     * A lock on a table of the copy that the checks read. The statistics look at it as well, so it is taken after them,
     * while the settings of the live database wait to be carried over.
     */
    private Customers.Held verification(JarProcess restore) {
        live.server().execute("postgres", "ALTER DATABASE " + live.database() + " SET work_mem = '5MB'");
        restore.await(() -> running("pg_sleep"), "the load sleeps", Site.LIMIT);
        assertThat(live.copies()).hasSize(1);
        String copy = live.copies().get(0);
        Customers.Held lock;
        try (Customers.Held sameSetting = live.hold("postgres", "ALTER DATABASE " + copy + " SET work_mem = '5MB'")) {
            restore.await(this::settingsWait, "the settings wait", Site.LIMIT);
            lock = live.hold(copy, "LOCK TABLE pg_sequence IN ACCESS EXCLUSIVE MODE");
        }
        site.awaitState(restore, "VERIFYING");
        restore.await(() -> waiting("pg_sequence"), "the check waits", Site.LIMIT);
        return lock;
    }

    boolean running(String word) {
        return !live.look("SELECT pid FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
                        + " AND query LIKE '%" + word + "%' AND datname LIKE '" + live.database() + "\\_%'")
                .isEmpty();
    }

    /** For the one who has written the same row and not committed. */
    private boolean settingsWait() {
        return !live.look("SELECT pid FROM pg_stat_activity WHERE wait_event = 'transactionid' AND query LIKE '%"
                        + live.database() + "\\_%'")
                .isEmpty();
    }

    boolean waiting(String table) {
        return !live.look("SELECT pid FROM pg_locks WHERE NOT granted AND relation = (SELECT oid FROM pg_class"
                        + " WHERE relname = '" + table + "' AND relnamespace = 'pg_catalog'::regnamespace)")
                .isEmpty();
    }
}
