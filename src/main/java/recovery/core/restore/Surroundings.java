package recovery.core.restore;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Optional;
import recovery.core.layer.Cancellation;
import recovery.core.layer.Limits;
import recovery.core.layer.Opening;
import recovery.core.layer.Secrets;
import recovery.core.target.Target;

/**
 * What every job of one service works with.
 *
 * @param program how an operator calls this program, for the sentences that say what to type
 * @param databaseKey of encrypted SQLite files, if a request brings none
 * @param limits how much a backup may unpack to
 */
record Surroundings(
        Target target,
        PreviousNames previousNames,
        PastRestores past,
        Path stateDirectory,
        Clock clock,
        String program,
        Limits limits,
        Optional<char[]> databaseKey,
        AppControl application) {
    static Surroundings of(Target target, JournalFolder journals, ServiceSettings settings) {
        return new Surroundings(
                target,
                new PreviousNames(journals),
                new PastRestores(target, journals),
                settings.stateDirectory(),
                settings.clock(),
                settings.program(),
                settings.limits(),
                settings.databaseKey(),
                settings.application());
    }

    /** With what a backup is opened; the secrets stay with the caller. */
    Opening opening(Cancellation cancellation, Secrets secrets) {
        return new Opening(cancellation, secrets, limits, databaseKey);
    }

    Instant now() {
        return clock.instant();
    }

    LocalDateTime localTime() {
        return LocalDateTime.now(clock);
    }
}
