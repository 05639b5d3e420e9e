package recovery.core.target;

import java.util.List;
import java.util.OptionalLong;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;

/**
 * What a target is like before a restore.
 *
 * @param serverVersion e.g. {@code 15.18}
 * @param liveExists false if the live database is gone; then the copy takes its name
 * @param freeBytes where it can be known: on this host
 * @param sessions who is connected to the live database, for people; a restore ends them at the swap
 * @param leftovers copies that broken restores left
 * @param notes what will be adapted: roles that are missing and the like
 * @param refusals why this backup cannot be restored here; each may be overridden with a reason, unless its kind is BACKUP
 */
public record Survey(
        String serverVersion,
        boolean liveExists,
        long liveSizeBytes,
        OptionalLong spaceNeededBytes,
        OptionalLong freeBytes,
        List<String> sessions,
        List<String> leftovers,
        List<Note> notes,
        List<RecoveryException> refusals) {
    public Survey {
        sessions = List.copyOf(sessions);
        leftovers = List.copyOf(leftovers);
        notes = List.copyOf(notes);
        refusals = List.copyOf(refusals);
    }
}
