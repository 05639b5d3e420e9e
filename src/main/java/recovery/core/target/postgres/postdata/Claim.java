package recovery.core.target.postgres.postdata;

/**
 * What a step does with one table, index or other object, as far as it matters to other steps. From it follows whether
 * two steps may run at the same time, and in which order; so that no two that could wait for each other's locks ever
 * run together.
 *
 * <p>The locks are those of "Explicit Locking" in PostgreSQL's manual. Two claims are {@link Relation#FREE} only if
 * their locks do not conflict and they do not change the same row of a catalog.
 */
public enum Claim {
    /** Fills a table with rows: ROW EXCLUSIVE. Everything that comes later needs the rows. */
    COPY,
    /** Speaks of a part of the table, such as a constraint, and changes nothing in it: ACCESS SHARE. */
    MENTION,
    /** Validates a foreign key against the table that is referred to: ROW SHARE. */
    VALIDATE_AGAINST,
    /** Validates a constraint of a table: SHARE UPDATE EXCLUSIVE. */
    VALIDATE,
    /** Sees to it that all rows are known to be visible: SHARE UPDATE EXCLUSIVE. */
    CLEAN,
    /** Builds an index of a table: SHARE, which goes well with itself. */
    BUILD,
    /** Adds a foreign key to the table that refers: SHARE ROW EXCLUSIVE, for a moment if it is not validated at once. */
    REFERRING,
    /** Adds a foreign key to the table that is referred to, whose unique index must be there: SHARE ROW EXCLUSIVE. */
    REFERRED,
    /** The same for a key of all partitions of a table, for which 18 takes ACCESS EXCLUSIVE. */
    REFERRED_BY_PARTITIONS,
    /** Changes what belongs to an index of the table, or makes a constraint of one: up to ACCESS EXCLUSIVE. */
    ATTACH,
    /** Anything else, after all that was before it and before all that comes behind it. */
    ALONE;

    /** How two steps with a claim on the same thing stand to each other; the later one is the stricter one. */
    public enum Relation {
        /** Both may run at any time. */
        FREE,
        /** In any order, but not at the same time. */
        APART,
        /** The one that stands first in the dump must have ended before the other begins. */
        ORDERED
    }

    /** How a step with this claim stands to one with {@code later} that comes behind it in the dump. */
    public Relation to(Claim later) {
        if (this == COPY && later == COPY) {
            return Relation.FREE;
        }
        if (this == ALONE || later == ALONE || this == COPY || later == COPY) {
            return Relation.ORDERED;
        }
        if ((this == BUILD || this == ATTACH) && (later == REFERRED || later == REFERRED_BY_PARTITIONS)) {
            return Relation.ORDERED;
        }
        if (isBetterFirst(this, later)) {
            return Relation.ORDERED;
        }
        return isFree(this, later) || isFree(later, this) ? Relation.FREE : Relation.APART;
    }

    /** Both orders would do, but with the index of the referring columns and visible rows a key is validated faster. */
    private static boolean isBetterFirst(Claim one, Claim later) {
        return switch (one) {
            case BUILD -> later == VALIDATE || later == CLEAN;
            case REFERRING, REFERRED, REFERRED_BY_PARTITIONS -> later == CLEAN;
            case CLEAN -> later == VALIDATE || later == VALIDATE_AGAINST;
            case COPY, MENTION, VALIDATE_AGAINST, VALIDATE, ATTACH, ALONE -> false;
        };
    }

    /** The claim of a step that has both on the same thing: as strict as each of them to every other. */
    Claim and(Claim other) {
        if (this == other) {
            return this;
        }
        Claim less = compareTo(other) < 0 ? this : other;
        Claim more = less == this ? other : this;
        return switch (less) {
            case MENTION -> more;
            case VALIDATE_AGAINST -> more == VALIDATE ? more : ALONE;
            case REFERRING, REFERRED -> more == ATTACH ? ALONE : more;
            case COPY, VALIDATE, CLEAN, BUILD, REFERRED_BY_PARTITIONS, ATTACH, ALONE -> ALONE;
        };
    }

    private static boolean isFree(Claim one, Claim other) {
        return switch (one) {
            case MENTION, VALIDATE_AGAINST ->
                switch (other) {
                    case MENTION, VALIDATE_AGAINST, VALIDATE, CLEAN, BUILD, REFERRING, REFERRED -> true;
                    case COPY, REFERRED_BY_PARTITIONS, ATTACH, ALONE -> false;
                };
            case BUILD -> other == BUILD;
            case COPY, VALIDATE, CLEAN, REFERRING, REFERRED, REFERRED_BY_PARTITIONS, ATTACH, ALONE -> false;
        };
    }
}
