package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import recovery.core.target.LoadWatch;
import recovery.core.target.Work;

/** One step of a statement of the dump, in a transaction of its own. */
final class StepJob implements Job {
    /** Below, a foreign key is validated before it is found out how. */
    private static final double WORTH_A_LOOK = 1e6;

    private final StatementRunner runner;
    private final StatementRunner.Ruled step;
    private final Surroundings surroundings;
    private final WorkAhead ahead;
    private final LoadWatch watch;

    /**
     * @param weight how much work it is, compared with other steps
     * @param settings of the session, see {@link DumpSession#sql}
     * @param object for people
     * @param othersIdle asked when it begins: whether some other connection has nothing to do
     * @param goesOn shared by the steps of one statement; false once one of them was left out, and the rest with it
     */
    record Surroundings(
            Work work,
            double weight,
            String settings,
            String object,
            BooleanSupplier othersIdle,
            AtomicBoolean goesOn) {}

    StepJob(
            StatementRunner runner,
            StatementRunner.Ruled step,
            Surroundings surroundings,
            WorkAhead ahead,
            LoadWatch watch) {
        this.ahead = ahead;
        this.runner = runner;
        this.step = step;
        this.surroundings = surroundings;
        this.watch = watch;
    }

    @Override
    public void on(Worker worker, Runnable usedUp) throws SQLException {
        watch.cancellation().check();
        Work work = surroundings.work();
        int backend = worker.connection().backend();
        long begun = System.nanoTime();
        ahead.begin(backend, work, surroundings.weight());
        if (surroundings.goesOn().get()) {
            watch.object(surroundings.object());
            worker.use(surroundings.settings());
            if (work == Work.INDEX) {
                worker.letHelp(surroundings.othersIdle().getAsBoolean());
            }
            if (run(worker).isEmpty()) {
                surroundings.goesOn().set(false);
            }
            watch.object("");
        }
        ahead.end(backend);
        watch.spentSince(work, begun);
    }

    private Optional<String> run(Worker worker) throws SQLException {
        LoadConnection connection = worker.connection();
        return surroundings.work() == Work.CONSTRAINT && surroundings.weight() >= WORTH_A_LOOK
                ? KeyCheck.run(connection, step.ruling().sql().orElse(""), () -> runner.run(connection, step))
                : runner.run(connection, step);
    }
}
