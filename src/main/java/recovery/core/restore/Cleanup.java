package recovery.core.restore;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import recovery.core.error.RecoveryException;
import recovery.core.target.Target;

/** Deletes what jobs that died have left. Any thread may use it. */
final class Cleanup {
    private final Surroundings here;
    private final Leftovers leftovers;

    Cleanup(Surroundings here, Leftovers leftovers) {
        this.here = here;
        this.leftovers = leftovers;
    }

    /**
     * Sentences on what was deleted. What cannot be deleted keeps nothing else from it, and is told last.
     *
     * @throws RecoveryException RESTORE_ALREADY_RUNNING while a restore runs
     */
    List<String> run() {
        String holder = JobHolder.describe("cleaning up");
        List<String> done = new ArrayList<>();
        try (RestoreLock lock = RestoreLock.take(here.stateDirectory(), holder, () -> {});
                Target.TargetLock targetLock = lockOfTarget(holder, done)) {
            delete(done).ifPresent(first -> {
                throw first;
            });
            return done;
        }
    }

    private Target.TargetLock lockOfTarget(String holder, List<String> done) {
        DeadHolder.end(here)
                .ifPresent(dead ->
                        done.add("Ended the session of '%s', which the server took to be alive.".formatted(dead)));
        return here.target().lock(holder);
    }

    private Optional<RecoveryException> delete(List<String> done) {
        RecoveryException first = null;
        for (Leftovers.Leftover leftover : leftovers.look()) {
            try {
                leftover.deletion().run();
                done.add(leftover.deleted());
            } catch (RecoveryException failed) {
                if (first == null) {
                    first = failed;
                } else {
                    first.addSuppressed(failed);
                }
            }
        }
        return Optional.ofNullable(first);
    }
}
