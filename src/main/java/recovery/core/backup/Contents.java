package recovery.core.backup;

import java.util.Locale;

/** What a backup brings back. */
public enum Contents {
    /** Definitions and rows. */
    COMPLETE,
    /** Definitions without rows. */
    SCHEMA,
    /** Rows without definitions. */
    DATA,
    /** Not looked at far enough to say. */
    UNKNOWN;

    /** As it stands in JSON. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
