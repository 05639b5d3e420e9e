package recovery.core.restore;

import java.nio.file.Path;
import java.time.Clock;
import recovery.core.layer.Limits;

/**
 * What a {@link RestoreService} is told once.
 *
 * @param stateDirectory for journals and the lock; made if it is missing
 * @param program how an operator calls this program, e.g. {@code java -jar emergency.jar}
 * @param limits how much a backup may unpack to
 * @param keep what prune offers for deletion
 */
public record ServiceSettings(Path stateDirectory, Clock clock, String program, Limits limits, KeepRules keep) {
    public ServiceSettings(Path stateDirectory, Clock clock, String program) {
        this(stateDirectory, clock, program, Limits.GENEROUS, KeepRules.USUAL);
    }
}
