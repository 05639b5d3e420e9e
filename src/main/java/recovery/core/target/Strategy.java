package recovery.core.target;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How restored data takes the place of the live data. */
public enum Strategy {
    /** A database beside the live one, then two renames in one transaction. */
    DATABASE,
    /** Within the live database: its schemas are renamed aside and the backup is loaded, in one transaction. */
    SCHEMA,
    /** The live data goes into a file, then it is dropped and the backup is loaded. */
    REPLACE,
    /** A file beside the live one, then a swap of files. */
    FILE,
    /** A file beside the live one, then all of it or some tables are written into the live file in one transaction. */
    ONLINE,
    /** A folder beside that of the live file, then a swap of folders. */
    VOLUME;

    /** As operators write it and as it stands in JSON. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one that operators call {@code name}. */
    public static Optional<Strategy> named(String name) {
        return Arrays.stream(values())
                .filter(strategy -> strategy.toString().equals(name))
                .findAny();
    }
}
