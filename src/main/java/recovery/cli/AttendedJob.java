package recovery.cli;

import java.util.function.Supplier;
import recovery.core.restore.RestoreJob;
import recovery.core.restore.RestoreReport;

/** Stays with a job until its end: shows how far it is, lets it be interrupted, tells how it ended. */
final class AttendedJob {
    private static final long LOOK_EVERY_MILLIS = 100;

    private final Session session;
    private final boolean asJson;

    AttendedJob(Session session, boolean asJson) {
        this.session = session;
        this.asJson = asJson;
    }

    /** Starts a job and returns its exit code. */
    int attend(Supplier<RestoreJob> start) throws InterruptedException {
        Interruption interruption = Interruption.guard(session.screen().err());
        int code = ExitCodes.FAILED;
        try {
            RestoreJob job = start.get();
            interruption.begun(job);
            RestoreReport report = await(job);
            tell(report);
            code = report.error().map(error -> ExitCodes.of(error.code())).orElse(ExitCodes.DONE);
            return code;
        } finally {
            session.screen().out().flush();
            session.screen().err().flush();
            interruption.ended(code);
        }
    }

    private RestoreReport await(RestoreJob job) throws InterruptedException {
        Screen screen = session.screen();
        ProgressLine line = new ProgressLine(session.people(asJson), screen.isTerminal(), screen.width());
        Thread progress = new Thread(() -> show(job, line), "progress");
        progress.setDaemon(true);
        progress.start();
        try {
            return job.await();
        } finally {
            progress.interrupt();
            progress.join();
        }
    }

    private static void show(RestoreJob job, ProgressLine line) {
        try {
            while (job.status().report().isEmpty()) {
                line.show(job.status().progress(), System.nanoTime());
                Thread.sleep(LOOK_EVERY_MILLIS);
            }
        } catch (InterruptedException ended) {
            // the job has ended
        } finally {
            line.clear();
        }
    }

    private void tell(RestoreReport report) {
        if (asJson) {
            session.printJson(report);
        }
        report.plan()
                .filter(plan -> report.kind().equals("dry-run"))
                .ifPresent(plan -> session.print(PlanView.lines(plan, report.startedAt()), asJson));
        session.print(new ReportView(session.screen()).lines(report), asJson);
        ReportView.failure(report).forEach(session.screen().err()::println);
    }
}
