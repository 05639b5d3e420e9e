package recovery.core.restore;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import recovery.core.backup.Backup;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.core.target.LoadOptions;
import recovery.core.target.Strategy;

/**
 * What a restore is going to do. Making it changes nothing; dry run, confirmation, log and job show the same one.
 *
 * @param target the name to type for confirmation
 * @param address where the target is, for people
 * @param strategy how the copy takes the live name
 * @param copyName the copy beside
 * @param previousName under which the live data is kept; empty if there is no live database
 * @param checks that the copy must pass, sentences
 * @param questions what the operator has to agree to, sentences; empty if nothing
 * @param options what is taken of the backup and how it is loaded; what the request left open is decided
 * @param refusals why it must not be done; those that are not overridden end the restore before its first write
 */
public record RestorePlan(
        String id,
        Backup backup,
        Inspection inspection,
        String target,
        String address,
        Strategy strategy,
        String serverVersion,
        boolean liveExists,
        long liveSizeBytes,
        OptionalLong spaceNeededBytes,
        OptionalLong freeBytes,
        List<String> sessions,
        String copyName,
        Optional<String> previousName,
        List<String> steps,
        List<String> checks,
        List<String> questions,
        List<Note> notes,
        LoadOptions options,
        List<RecoveryException> refusals) {
    public RestorePlan {
        sessions = List.copyOf(sessions);
        steps = List.copyOf(steps);
        checks = List.copyOf(checks);
        questions = List.copyOf(questions);
        notes = List.copyOf(notes);
        refusals = List.copyOf(refusals);
    }

    /** The same with another copy, which is not made by this restore. */
    RestorePlan onto(String otherCopy, List<String> otherSteps, List<RecoveryException> otherRefusals) {
        return new RestorePlan(
                id,
                backup,
                inspection,
                target,
                address,
                strategy,
                serverVersion,
                liveExists,
                liveSizeBytes,
                spaceNeededBytes,
                freeBytes,
                sessions,
                otherCopy,
                previousName,
                otherSteps,
                checks,
                questions,
                notes,
                options,
                otherRefusals);
    }

    /** Over how many connections the copy is loaded, in words; empty for a target that is loaded over one. */
    public Optional<String> connections() {
        String asked =
                options.jobs().isPresent() ? Integer.toString(options.jobs().getAsInt()) : "as many as suit";
        return switch (strategy) {
            case FILE, ONLINE, VOLUME -> Optional.empty();
            case SCHEMA -> Optional.of("1, since all is one transaction");
            case DATABASE, REPLACE -> Optional.of(asked);
        };
    }
}
