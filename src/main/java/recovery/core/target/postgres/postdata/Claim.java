package recovery.core.target.postgres.postdata;

import java.util.Set;

/**
 * What a step does with one table or index, as far as it matters to other steps. From it follows whether two steps may
 * run at the same time, and in which order; so that no two that could wait for each other's locks ever run together.
 *
 * <p>The locks are those of "Explicit Locking" in PostgreSQL's manual.
 */
public enum Claim {
    /** Fills a table with rows: ROW EXCLUSIVE. Everything that comes later needs the rows. */
    COPY,
    /** Builds an index of a table: SHARE, which goes well with itself. */
    BUILD,
    /** Turns an index into a constraint of its table: ACCESS EXCLUSIVE, for a moment. */
    ATTACH,
    /** Adds a foreign key to the table that refers: SHARE ROW EXCLUSIVE, for a moment if it is not validated at once. */
    REFERRING,
    /** Adds a foreign key to the table that is referred to, whose unique index must be there: SHARE ROW EXCLUSIVE. */
    REFERRED,
    /** Validates a constraint of a table: SHARE UPDATE EXCLUSIVE. */
    VALIDATE,
    /** Validates a foreign key against the table that is referred to: ROW SHARE. */
    VALIDATE_AGAINST,
    /** Anything else, after all that was before it and before all that comes behind it. */
    ALONE;

    /** How two steps with a claim on the same thing stand to each other. */
    public enum Relation {
        /** Both may run at any time. */
        FREE,
        /** In any order, but not at the same time. */
        APART,
        /** The one that stands first in the dump must have ended before the other begins. */
        ORDERED
    }

    private static final Set<Claim> KEYS = Set.of(REFERRING, REFERRED);

    /** How a step with this claim stands to one with {@code later} that comes behind it in the dump. */
    public Relation to(Claim later) {
        if (this == COPY && later == COPY) {
            return Relation.FREE;
        }
        if (this == ALONE || later == ALONE || this == COPY || later == COPY) {
            return Relation.ORDERED;
        }
        if ((this == BUILD || this == ATTACH) && later == REFERRED) {
            return Relation.ORDERED;
        }
        return isFree(this, later) || isFree(later, this) ? Relation.FREE : Relation.APART;
    }

    private static boolean isFree(Claim one, Claim other) {
        return switch (one) {
            case BUILD -> other == BUILD || other == VALIDATE_AGAINST;
            case VALIDATE_AGAINST -> other == VALIDATE_AGAINST || other == VALIDATE || KEYS.contains(other);
            case COPY, ATTACH, REFERRING, REFERRED, VALIDATE, ALONE -> false;
        };
    }
}
