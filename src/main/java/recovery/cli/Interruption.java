package recovery.cli;

import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import recovery.core.restore.RestoreJob;

/**
 * Ctrl-C while a job runs: the job is asked to stop, its end is told as always, and the process ends with the exit code of
 * that end. A job that has begun to swap goes on to its end first.
 */
final class Interruption {
    private final PrintStream err;
    private Optional<RestoreJob> job = Optional.empty();
    private boolean asked;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "interruption");
    private volatile int exitCode = ExitCodes.FAILED;

    private Interruption(PrintStream err) {
        this.err = err;
    }

    /** From now on; a job that begins later is asked at once. */
    static Interruption guard(PrintStream err) {
        Interruption interruption = new Interruption(err);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    synchronized void begun(RestoreJob started) {
        job = Optional.of(started);
        if (asked) {
            started.cancel();
        }
    }

    private synchronized void ask() {
        asked = true;
        job.ifPresent(RestoreJob::cancel);
    }

    private void stop() {
        err.println();
        err.println("Stopping. Please wait: what was begun is being cleaned up.");
        ask();
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // the JVM would end with the code of the signal, which says nothing about the database
        Runtime.getRuntime().halt(exitCode);
    }

    /** The end of the job was told to the operator. */
    void ended(int code) {
        exitCode = code;
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // the hook is running and ends the process
        }
    }
}
