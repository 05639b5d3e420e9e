package recovery.core.restore;

import java.util.Optional;

/**
 * What an operator asked for.
 *
 * @param backup its name in the catalogue
 * @param dryRun look, plan and read the whole backup, but write nothing
 * @param strategy forced strategy; {@code database} and {@code file} are known
 * @param confirmed the operator typed the target's name, or said that no question should be asked; needed for backups
 *     that cannot prove that they are whole
 * @param overrideReason why refusals by the state of the target should be ignored; stands in the report
 * @param door through which it came: {@code page}, {@code api} or {@code terminal}
 */
public record RestoreRequest(
        String backup,
        boolean dryRun,
        Optional<String> strategy,
        boolean confirmed,
        Optional<String> overrideReason,
        String door) {
    /** A plain restore of {@code backup}. */
    public static RestoreRequest of(String backup, String door) {
        return new RestoreRequest(backup, false, Optional.empty(), false, Optional.empty(), door);
    }
}
