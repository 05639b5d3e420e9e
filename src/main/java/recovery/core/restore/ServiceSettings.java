package recovery.core.restore;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import recovery.core.layer.Limits;

/**
 * What a {@link RestoreService} is told once.
 *
 * @param stateDirectory for journals and the lock; made if it is missing
 * @param program how an operator calls this program, e.g. {@code java -jar emergency.jar}
 * @param limits how much a backup may unpack to
 * @param keep what prune offers for deletion
 * @param publicKey to whom safety copies are encrypted, as {@code EncryptionKey} reads it
 * @param databaseKey of encrypted SQLite files that come without a key of their own; stays with the caller
 * @param application what uses the live database
 */
public record ServiceSettings(
        Path stateDirectory,
        Clock clock,
        String program,
        Limits limits,
        KeepRules keep,
        Optional<String> publicKey,
        Optional<char[]> databaseKey,
        AppControl application) {
    public ServiceSettings(
            Path stateDirectory,
            Clock clock,
            String program,
            Limits limits,
            KeepRules keep,
            Optional<String> publicKey,
            Optional<char[]> databaseKey) {
        this(stateDirectory, clock, program, limits, keep, publicKey, databaseKey, AppControl.NONE);
    }

    public ServiceSettings(Path stateDirectory, Clock clock, String program) {
        this(stateDirectory, clock, program, Limits.GENEROUS, KeepRules.USUAL, Optional.empty(), Optional.empty());
    }
}
