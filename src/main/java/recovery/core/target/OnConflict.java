package recovery.core.target;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What becomes of rows that are in a live table when that table alone is restored. */
public enum OnConflict {
    /** The table becomes what it is in the backup. */
    REPLACE,
    /** Rows whose key is in the live table stay as they are, only those whose key is gone are added. */
    ADD_MISSING;

    /** As operators write it and as it stands in JSON. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The one that operators call {@code name}. */
    public static Optional<OnConflict> named(String name) {
        return Arrays.stream(values())
                .filter(policy -> policy.toString().equals(name))
                .findAny();
    }
}
