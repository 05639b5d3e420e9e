package recovery.core.target;

import static recovery.core.error.ErrorCode.NOTHING_TO_RESUME;
import static recovery.core.error.RecoveryException.problem;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import recovery.core.backup.Engine;
import recovery.core.error.Note;
import recovery.core.inspect.Inspection;

/**
 * The live database and what stands beside it. The only door to SQL.
 *
 * <p>Nothing here changes the live database but {@link #swap}. Names are plain names of databases (PostgreSQL) or
 * file names in the folder of the live file (SQLite), never paths. Each method opens and closes its own connection,
 * so any thread may call; restores are kept apart by {@link #lock}.
 *
 * <p>Every method throws {@code RecoveryException}, DATABASE_UNREACHABLE if the server does not answer.
 */
public interface Target {
    Engine engine();

    /** The strategies by which this database can be restored, the usual one first. */
    List<Strategy> strategies();

    /** The one by which this object works. */
    Strategy strategy();

    /**
     * The same live database, handled by another strategy: the same object at every call. The {@link #lock} of one is that of
     * all; names of copies and previous data belong to the strategy that made them.
     *
     * @throws IllegalArgumentException if it is none of {@link #strategies()}
     */
    Target by(Strategy other);

    /** What the operator types to confirm: the database's name or the file's name. */
    String name();

    /** Where it is, for people and without secrets, e.g. {@code PostgreSQL database 'shop' on db1:5432}. */
    String address();

    /** Whether the live database answers; never throws, and returns after {@code limit} at the latest. */
    LiveStatus probe(Duration limit);

    /** Everything about the target that decides whether {@code backup} can be restored so. Changes nothing. */
    Survey survey(Inspection backup, LoadOptions options);

    /** A free name for the copy of restore {@code id}, within the limits of the engine. */
    String copyName(String id);

    /** The name under which the live data of today is kept: {@code NAME_before_YYYYMMDDHHMMSS}. */
    String previousName(LocalDateTime time);

    /** Whether a database or file of that name exists. */
    boolean exists(String name);

    /** Copies beside that no lock holds: what broken restores left. Previous databases are not leftovers. */
    List<String> leftovers();

    /**
     * Takes the lock of this target for {@code holder}, e.g. {@code 20261120_081500 by pid 4711 on db-host}.
     *
     * @throws recovery.core.error.RecoveryException RESTORE_ALREADY_RUNNING naming who holds it
     */
    TargetLock lock(String holder);

    /**
     * Ends whoever holds the lock if {@code isDead} says so of the holder, as written by {@link #lock}: for a process
     * that is known for certain to be gone, which the server has not noticed yet, since its host died or the network
     * between. Returns the holder that was ended. Targets whose locks end with the process have nothing to do.
     */
    default Optional<String> endDeadLock(Predicate<String> isDead) {
        return Optional.empty();
    }

    /** Creates the empty copy beside the live database. On failure nothing is left. */
    TargetCopy createCopy(String name);

    /**
     * Opens the copy that an earlier restore has begun, to go on with its load; whoever still works on it is ended first. Of
     * one that has nothing to go on from, {@link TargetCopy#canGoOn} is false.
     *
     * @throws recovery.core.error.RecoveryException NOTHING_TO_RESUME if there is no such copy
     */
    default TargetCopy openCopy(String name) {
        throw problem(
                        NOTHING_TO_RESUME,
                        "a restore by strategy '%s' is made in one piece, so that nothing is left of it",
                        strategy())
                .remedy("Start the restore again, from the beginning.");
    }

    /**
     * Puts {@code incoming} in the place of the live database and keeps the live one as {@code keepLiveAs}; if there
     * is no live database, {@code incoming} just takes the name. The same operation serves for rollback.
     *
     * @throws recovery.core.error.RecoveryException SWAP_FAILED or DATABASE_IN_USE: nothing was renamed;
     *     SWAP_UNCONFIRMED: the server went silent; SWAP_HALF_DONE: files only
     */
    SwapResult swap(String incoming, String keepLiveAs);

    /**
     * The same as the end of a restore by {@code options}. By strategy {@code online} only what they choose is written into the
     * live file, and {@code incoming} is deleted in the end.
     */
    default SwapResult swap(String incoming, String keepLiveAs, LoadOptions options) {
        return swap(incoming, keepLiveAs);
    }

    /**
     * Opens again what a crash in the middle of a swap left closed, where only one outcome is possible, and says in
     * sentences what that was; usually nothing.
     */
    List<String> mend();

    /**
     * Takes back a swap that a crash cut off between its first step and its last, and says in sentences what it did; nothing
     * if the swap is done, has not begun, or is one step. Deletes no data. To be called with the {@link #lock} held.
     */
    default List<String> settle(CutSwap swap) {
        return List.of();
    }

    /**
     * Holds the live database fast as it is at this moment, to be written into a file; the caller closes it. Changes nothing
     * in it. The {@link #lock} must be held.
     *
     * @param id of the job; what is needed beside the live database meanwhile is named like its copy, and is gone at the end
     * @param last where definitions may be taken from if no program of this host can write them
     * @throws recovery.core.error.RecoveryException also RIGHTS_MISSING, CANCELLED, and BACKUP_FAILED if there is no live database
     */
    SafetySource safetySource(String id, LastDump last, LoadWatch watch);

    /** Deletes a copy or a leftover. Refuses the live name and everything named like a previous database. */
    void drop(String copyName);

    /** The previous data that this strategy keeps, oldest first. */
    List<Previous> previousOnes();

    /**
     * Deletes previous data for good. Refuses everything that is not named like it.
     *
     * @throws recovery.core.error.RecoveryException DATABASE_IN_USE if somebody is connected to it: nobody's session is ended
     */
    void dropPrevious(String name);

    /**
     * What was live before a swap.
     *
     * @param since when it ceased to be live, by the clock of the host that swapped
     * @param sizeBytes empty if it cannot be known
     */
    record Previous(String name, LocalDateTime since, OptionalLong sizeBytes) {}

    /** Held until closed; a lock of a dead process does not count. */
    interface TargetLock extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * @param error why it is offline, without secrets
     */
    record LiveStatus(Engine engine, String name, boolean online, Optional<String> error) {}

    /**
     * @param previous under which name the old data is kept; empty if there was no live database
     * @param downtime how long the live database could not be used, or not be written to
     * @param notes what else the operator should know
     */
    record SwapResult(Optional<String> previous, Duration downtime, List<Note> notes) {
        public SwapResult {
            notes = List.copyOf(notes);
        }

        public SwapResult(Optional<String> previous, Duration downtime) {
            this(previous, downtime, List.of());
        }
    }
}
