package recovery.core.restore;

import java.time.Duration;

/**
 * Stops and starts the application that uses the live database. Whoever implements it says of each call the truth: a
 * command that was sent is not an application that has stopped. Any thread may call, one at a time.
 */
public interface AppControl {
    /** For a site that has named no way to do it. */
    AppControl NONE = new AppControl() {
        @Override
        public boolean isConfigured() {
            return false;
        }

        @Override
        public void stop(Duration limit) {
            throw new IllegalStateException("no application is configured");
        }

        @Override
        public void start(Duration limit) {
            throw new IllegalStateException("no application is configured");
        }

        @Override
        public Health health(Duration limit) {
            return Health.UNKNOWN;
        }
    };

    /** Whether {@link #stop} and {@link #start} can do anything; plans offer them only then. */
    boolean isConfigured();

    /**
     * Stops it and returns when it has ended; nothing to do if it does not run.
     *
     * @throws recovery.core.error.RecoveryException if it still runs after {@code limit}, or cannot be stopped
     */
    void stop(Duration limit);

    /**
     * Starts it and returns when it runs; nothing to do if it does. Also after a restore that failed, if this program stopped it.
     *
     * @throws recovery.core.error.RecoveryException if it does not run after {@code limit}
     */
    void start(Duration limit);

    /** How it is; never throws, and returns after {@code limit} at the latest. */
    Health health(Duration limit);

    /** {@code RUNNING} and {@code STOPPED} only if that is certain. */
    enum Health {
        RUNNING,
        STOPPED,
        UNKNOWN
    }
}
