package recovery.core.target;

import java.util.Optional;
import recovery.core.backup.Backup;
import recovery.core.layer.Opening;

/**
 * The backup from which the live database was last restored: its definitions may still be those of today.
 *
 * @param backup empty if it is not known or not there any more
 * @param opening with what it is opened
 * @param reason a half sentence, if there is none: why
 */
public record LastDump(Optional<Backup> backup, Opening opening, String reason) {}
