package recovery.core.restore;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ends what a dead process of this folder of state still holds on the server, which may not have noticed its death: until then
 * its copy looks as if somebody were working at it.
 */
final class DeadHolder {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofMillis(20);

    private static final Pattern HOLDER = Pattern.compile("([0-9_]+) by .*, process ([0-9]+) on .*");

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
        return here.target().endDeadLock(other -> JobHolder.isOfThisHost(other) && isOfThisFolder(here, other));
    }

    /** Ids are times, so that restores of two folders may have the same: only with the process it is theirs. */
    private static boolean isOfThisFolder(Surroundings here, String holder) {
        Matcher named = HOLDER.matcher(holder);
        if (!named.matches()) {
            return false;
        }
        JournalFolder journals = new JournalFolder(here.stateDirectory());
        return journals.list().stream().anyMatch(entry -> {
            Map<String, String> lines = journals.lines(entry.id());
            return named.group(2).equals(lines.get("pid"))
                    && (named.group(1).equals(entry.id()) || named.group(1).equals(lines.get("copyOf")));
        });
    }
}
