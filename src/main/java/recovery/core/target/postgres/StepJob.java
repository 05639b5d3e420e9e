package recovery.core.target.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import recovery.core.target.LoadWatch;
import recovery.core.target.Work;

/** One step of a statement of the dump, in a transaction of its own. */
final class StepJob implements Job {
    private final StatementRunner runner;
    private final StatementRunner.Ruled step;
    private final Surroundings surroundings;
    private final LoadWatch watch;

    /**
     * @param settings of the session, see {@link DumpSession#sql}
     * @param object for people
     * @param goesOn shared by the steps of one statement; false once one of them was left out, and the rest with it
     */
    record Surroundings(Work work, String settings, String object, AtomicBoolean goesOn) {}

    StepJob(StatementRunner runner, StatementRunner.Ruled step, Surroundings surroundings, LoadWatch watch) {
        this.runner = runner;
        this.step = step;
        this.surroundings = surroundings;
        this.watch = watch;
    }

    @Override
    public void on(Worker worker, Runnable usedUp) throws SQLException {
        watch.cancellation().check();
        if (!surroundings.goesOn().get()) {
            return;
        }
        watch.object(surroundings.object());
        long begun = System.nanoTime();
        worker.use(surroundings.settings());
        if (runner.run(worker.connection(), step).isEmpty()) {
            surroundings.goesOn().set(false);
        }
        watch.spent(surroundings.work(), Duration.ofNanos(System.nanoTime() - begun));
    }
}
