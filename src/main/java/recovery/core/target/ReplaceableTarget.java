package recovery.core.target;

import java.util.List;
import recovery.core.error.Note;

/**
 * The live database as strategy {@code replace} handles it: it is dropped before its successor is loaded. What belongs to the
 * database as a whole is kept meanwhile by an empty database. Copies take it from there.
 */
public interface ReplaceableTarget extends Target {
    /** The name of the empty database of restore {@code id}. */
    String keeperName(String id);

    /**
     * Creates it like the live database: encoding, locale, owner, privileges, settings, comment. On failure nothing is left.
     *
     * @return what could not be kept
     */
    List<Note> createKeeper(String keeper);

    /**
     * Drops the live database, for which {@code keeper} must be there; ends its sessions.
     *
     * @throws recovery.core.error.RecoveryException DATABASE_IN_USE, RIGHTS_MISSING, SWAP_FAILED: it was not dropped;
     *     SWAP_UNCONFIRMED: the server went silent
     */
    void dropLive(String keeper);

    /** As {@link #createCopy}, like {@code keeper} if that is there. */
    TargetCopy createCopy(String name, String keeper);
}
