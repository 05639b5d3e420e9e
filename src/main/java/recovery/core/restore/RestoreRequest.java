package recovery.core.restore;

import java.util.Optional;
import recovery.core.layer.Secrets;
import recovery.core.target.LoadOptions;
import recovery.core.target.Strategy;

/**
 * What an operator asked for.
 *
 * @param backup its name in the catalogue
 * @param dryRun look, plan and read the whole backup, but write nothing
 * @param strategy forced strategy, by its name; empty for the one that suits
 * @param confirmed the operator typed the target's name, or said that no question should be asked; needed for backups
 *     that cannot prove that they are whole
 * @param overrideReason why refusals by the state of the target should be ignored; stands in the report
 * @param options what to take of the backup and how to load it
 * @param secrets for an encrypted backup; the service wipes them when the restore or the look has ended
 * @param door through which it came: {@code page}, {@code api} or {@code terminal}
 */
public record RestoreRequest(
        String backup,
        boolean dryRun,
        Optional<String> strategy,
        boolean confirmed,
        Optional<String> overrideReason,
        LoadOptions options,
        Secrets secrets,
        String door) {
    /** Everything that the backup holds, which is not encrypted. */
    public RestoreRequest(
            String backup,
            boolean dryRun,
            Optional<String> strategy,
            boolean confirmed,
            Optional<String> overrideReason,
            String door) {
        this(backup, dryRun, strategy, confirmed, overrideReason, LoadOptions.USUAL, Secrets.none(), door);
    }

    /** The same, and the plan for it is made by who has read the whole backup. */
    RestoreRequest readingAll() {
        return new RestoreRequest(backup, true, strategy, confirmed, overrideReason, options, secrets, door);
    }

    /** One by strategy {@code replace}, to which the operator has agreed. */
    static RestoreRequest replacing(String backup, String door) {
        return new RestoreRequest(
                backup, false, Optional.of(Strategy.REPLACE.toString()), true, Optional.empty(), door);
    }

    /** A plain restore of {@code backup}. */
    public static RestoreRequest of(String backup, String door) {
        return new RestoreRequest(backup, false, Optional.empty(), false, Optional.empty(), door);
    }
}
