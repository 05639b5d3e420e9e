package recovery.core.layer;

import static recovery.core.error.ErrorCode.CANCELLED;
import static recovery.core.error.RecoveryException.problem;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The operator's wish to stop. Any thread may ask for it; the working thread meets it at its next {@link #check}.
 *
 * <p>Where no bytes flow, the working thread leaves an action with {@link #whenAsked} that wakes it up, for example
 * one that cancels the running statement.
 */
public final class Cancellation {
    private final AtomicBoolean asked = new AtomicBoolean();
    private final AtomicReference<Runnable> action = new AtomicReference<>(() -> {});

    /** Asks to stop. Returns at once; asking twice is harmless. */
    public void ask() {
        asked.set(true);
        action.get().run();
    }

    public boolean isAsked() {
        return asked.get();
    }

    /** Throws {@code CANCELLED} if somebody asked to stop. */
    public void check() {
        if (asked.get()) {
            throw problem(CANCELLED, "the restore was cancelled")
                    .remedy("Start it again whenever you like; nothing of it is left behind.");
        }
    }

    /** Runs {@code wakeUp} when somebody asks, in that thread; at once if somebody asked already. Replaces the last one. */
    public void whenAsked(Runnable wakeUp) {
        action.set(wakeUp);
        if (asked.get()) {
            wakeUp.run();
        }
    }
}
