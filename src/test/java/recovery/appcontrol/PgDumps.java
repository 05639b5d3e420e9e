package recovery.appcontrol;

import java.nio.file.Path;
import java.util.List;

/** A pg_dump of the test's own choice. */
public final class PgDumps {
    private PgDumps() {}

    /** None but the one in {@code folder}, if there is one. */
    public static PgDump onlyIn(Path folder) {
        return new PgDump(folder.toString(), List.of());
    }
}
