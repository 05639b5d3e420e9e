package recovery.core.restore;

import java.time.Instant;
import java.util.Optional;

/**
 * A restore or rollback at one moment.
 *
 * @param kind {@code restore}, {@code rollback} or {@code dry-run}
 * @param sentence what is happening, or how it ended
 * @param report once it has ended, and while this process lives
 */
public record RestoreStatus(
        String id,
        String kind,
        RestoreState state,
        String sentence,
        String backup,
        String target,
        Instant startedAt,
        Progress progress,
        Optional<RestoreReport> report) {}
