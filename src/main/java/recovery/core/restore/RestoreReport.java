package recovery.core.restore;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import recovery.core.error.ErrorCode;
import recovery.core.error.Note;
import recovery.core.target.Strategy;
import recovery.core.verify.Verification;

/**
 * How a restore, rollback or dry run ended: what {@code restore --json} prints, {@code details} in the HTTP answer and the
 * audit record hold, with these names.
 *
 * @param downtimeMs how long the live database could not be used; 0 if it was not swapped
 * @param timings where the time went
 * @param safetyCopy a file that was written of the live database
 * @param liveDatabase one sentence on the state of the live database
 * @param error empty on success
 */
public record RestoreReport(
        String id,
        String kind,
        boolean success,
        RestoreState state,
        String backup,
        Optional<String> backupSha256,
        String engine,
        String target,
        String address,
        Strategy strategy,
        Instant startedAt,
        long durationMs,
        long downtimeMs,
        Timings timings,
        long rows,
        long sizeBytes,
        List<Verification.TableCheck> tables,
        List<Note> notes,
        Verification verification,
        Rollback rollback,
        String liveDatabase,
        List<String> nextSteps,
        String door,
        Optional<String> overrideReason,
        Optional<SafetyCopy> safetyCopy,
        Optional<RestorePlan> plan,
        Optional<Failure> error) {

    /** How to undo: the command, the address to POST to, and the name under which the previous data is kept. */
    public record Rollback(
            boolean available, Optional<String> command, Optional<String> url, Optional<String> previous) {}

    /** What failed, with its code, and what to do. */
    public record Failure(ErrorCode code, String problem, List<String> remedies) {}
}
