package recovery.core.target.postgres;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends what runs over the first connection of a load when somebody asks for it. The server is asked again and again,
 * since a request may come a moment before the statement that it is for; and one that answers nothing is left after
 * some patience, so that whoever waits for it goes on.
 */
final class LoadStop implements AutoCloseable {
    private static final long MOMENT_MILLIS = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Worker first;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);

    LoadStop(Worker first) {
        this.first = first;
    }

    /** Returns at once. Any thread may call, any number of times. */
    void ask() {
        if (asked.compareAndSet(false, true)) {
            Thread thread = new Thread(this::stop, "stop");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void stop() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            do {
                first.cancel();
                if (ended.await(MOMENT_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            } while (System.nanoTime() < end);
            first.abort();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The load has ended, and with it all that was to be stopped. */
    @Override
    public void close() {
        ended.countDown();
    }
}
