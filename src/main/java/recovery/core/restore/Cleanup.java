package recovery.core.restore;

import java.util.ArrayList;
import java.util.List;
import recovery.core.target.Target;

/** Deletes what broken restores left. Any thread may use it. */
final class Cleanup {
    private final Surroundings here;

    Cleanup(Surroundings here) {
        this.here = here;
    }

    /** Sentences on what was deleted. RESTORE_ALREADY_RUNNING while a restore runs. */
    List<String> run() {
        Target target = here.target();
        String holder = JobHolder.describe("cleaning up");
        try (RestoreLock lock = RestoreLock.take(here.stateDirectory(), holder, () -> {});
                Target.TargetLock targetLock = target.lock(holder)) {
            List<String> done = new ArrayList<>();
            for (String copy : target.leftovers()) {
                target.drop(copy);
                done.add("Deleted '%s', which a broken restore had left.".formatted(copy));
            }
            return done;
        }
    }
}
