package recovery.core.target;

import java.util.Locale;

/** The kinds of work of which a restore consists, in the order in which most of each is done. */
public enum Work {
    /** Reading the backup and taking its layers off. */
    READ,
    /** Definitions before the rows. */
    DEFINE,
    /** Rows and large objects. */
    COPY,
    INDEX,
    /** Foreign keys and other checks that the database makes; and what else follows the rows. */
    CONSTRAINT,
    /** Statistics for the planner. */
    ANALYZE,
    /** Counts and checks of the copy. */
    VERIFY;

    /** As it stands in JSON. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
