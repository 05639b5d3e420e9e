package recovery.core.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Opens what lies behind the layers of a file, for a look at its first bytes. Any thread may use it. */
@FunctionalInterface
public interface BehindLayers {
    /**
     * The content of {@code file} without its compression and its tar archive, as far as that goes without a secret and
     * without reading all of it: an encrypted layer is left in place, and so is an archive of pg_dump. Reading to the
     * end proves that the file is whole. The caller closes it.
     *
     * @throws recovery.core.error.RecoveryException why it cannot be read; so does the stream. DATABASE_NOT_CHOSEN for an
     *     archive that is too large to be looked through here
     */
    InputStream open(Path file) throws IOException;
}
