package recovery.core.restore;

import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends what a dead process of this folder of state still holds on the server, which may not have noticed its death: until then
 * its copy looks as if somebody were working at it.
 */
final class DeadHolder {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofMillis(20);

    private DeadHolder() {}

    /**
     * Returns when its session has ended, or after a moment at the latest, and says who it was. The lock of the folder must be
     * held: then whoever worked with it is dead.
     */
    static Optional<String> end(Surroundings here) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        Optional<String> first = endOnce(here);
        Optional<String> still = first;
        while (still.isPresent() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(POLL.toNanos());
            still = endOnce(here);
        }
        return first;
    }

    private static Optional<String> endOnce(Surroundings here) {
        return here.target().endDeadLock(other -> JobHolder.isOfThisHost(other) && hasJournal(here, other));
    }

    private static boolean hasJournal(Surroundings here, String holder) {
        String id = holder.split(" ", 2)[0];
        return id.matches("[0-9_]+") && Files.exists(here.stateDirectory().resolve("restores/" + id + ".journal"));
    }
}
