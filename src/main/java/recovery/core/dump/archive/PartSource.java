package recovery.core.dump.archive;

import java.io.IOException;
import java.util.Optional;
import recovery.core.dump.DumpPart;

/** Some parts of a dump, in order. For one thread. */
interface PartSource {
    /** The next part; empty behind the last one. */
    Optional<DumpPart> next() throws IOException;
}
