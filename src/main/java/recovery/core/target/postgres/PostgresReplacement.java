package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.DATABASE_IN_USE;
import static recovery.core.error.ErrorCode.DISK_FULL;
import static recovery.core.error.ErrorCode.SWAP_UNCONFIRMED;
import static recovery.core.error.RecoveryException.problem;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.core.target.LoadOptions;
import recovery.core.target.OtherStrategy;
import recovery.core.target.ReplaceableTarget;
import recovery.core.target.Strategy;
import recovery.core.target.Survey;
import recovery.core.target.TargetCopy;

/** A database on a PostgreSQL server that makes room before its successor is loaded. Strategy {@code replace}. */
final class PostgresReplacement extends OtherStrategy implements ReplaceableTarget {
    private static final long MIB = 1024 * 1024;

    private final PostgresTarget beside;
    private final LiveDrop drop;

    PostgresReplacement(PostgresTarget beside, LiveDrop drop) {
        super(beside, Strategy.REPLACE);
        this.beside = beside;
        this.drop = drop;
    }

    /** The new database needs room in what is free and what the live one takes. */
    @Override
    public Survey survey(Inspection backup, LoadOptions options) {
        Survey survey = beside.survey(backup, options);
        List<RecoveryException> refusals = new ArrayList<>(survey.refusals().stream()
                .filter(refusal -> refusal.code() != DISK_FULL)
                .toList());
        drop.refusal().ifPresent(refusals::add);
        if (survey.freeBytes().isPresent() && survey.spaceNeededBytes().isPresent()) {
            long room = survey.freeBytes().getAsLong() + survey.liveSizeBytes();
            long needed = survey.spaceNeededBytes().getAsLong();
            if (room < needed) {
                refusals.add(problem(
                                DISK_FULL,
                                "the restored database needs about %d MiB, and there are %d MiB when the live one is gone",
                                needed / MIB,
                                room / MIB)
                        .remedy("Give the disk of the server more space."));
            }
        }
        return new Survey(
                survey.serverVersion(),
                survey.liveExists(),
                survey.liveSizeBytes(),
                survey.spaceNeededBytes(),
                survey.freeBytes(),
                survey.sessions(),
                survey.leftovers(),
                survey.notes(),
                refusals);
    }

    @Override
    public String copyName(String id) {
        return beside.copyName(id);
    }

    @Override
    public String previousName(LocalDateTime time) {
        return beside.previousName(time);
    }

    @Override
    public boolean exists(String name) {
        return beside.exists(name);
    }

    /** They are those of strategy {@code database}, which names them. */
    @Override
    public List<String> leftovers() {
        return List.of();
    }

    @Override
    public String keeperName(String id) {
        return beside.copyName(id + "_kept");
    }

    @Override
    public List<Note> createKeeper(String keeper) {
        beside.createCopy(keeper).close();
        try {
            return drop.keepProperties(keeper);
        } catch (RuntimeException e) {
            beside.drop(keeper);
            throw e;
        }
    }

    @Override
    public void dropLive(String keeper) {
        if (!beside.exists(keeper)) {
            throw problem(DATABASE_IN_USE, "'%s' is missing, which keeps what belongs to '%s'", keeper, name())
                    .remedy("Start the restore again.");
        }
        try {
            drop.run(keeper);
        } catch (RecoveryException e) {
            throw isGone() ? silent(e) : e;
        }
    }

    /** Whether the failure is one of the answer only. Who cannot be asked may have dropped it. */
    private boolean isGone() {
        try {
            return !beside.exists(name());
        } catch (RecoveryException unreachable) {
            return true;
        }
    }

    private RecoveryException silent(RecoveryException e) {
        return problem(SWAP_UNCONFIRMED, "the server went silent while '%s' was dropped: %s", name(), e.getMessage())
                .causedBy(e)
                .remedy("Look whether the server runs, and whether '%s' is there.".formatted(name()));
    }

    @Override
    public TargetCopy createCopy(String name) {
        return beside.createCopyLike(beside.name(), name);
    }

    @Override
    public TargetCopy createCopy(String name, String keeper) {
        return beside.exists(keeper) ? beside.createCopyLike(keeper, name) : createCopy(name);
    }

    @Override
    public SwapResult swap(String incoming, String keepLiveAs) {
        return beside.swap(incoming, keepLiveAs);
    }

    @Override
    public List<String> mend() {
        return beside.mend();
    }

    @Override
    public void drop(String copyName) {
        beside.drop(copyName);
    }

    @Override
    public List<Previous> previousOnes() {
        return List.of();
    }

    @Override
    public void dropPrevious(String name) {
        beside.dropPrevious(name);
    }
}
