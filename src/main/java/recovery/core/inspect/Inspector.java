package recovery.core.inspect;

import java.io.IOException;
import recovery.core.backup.Backup;
import recovery.core.layer.Cancellation;

/** Looks into backups without any database. Stateless; any thread may use it. */
public final class Inspector {

    /**
     * Reads the backup up to its first rows, at most 64 MiB of content: enough for versions, owners and extensions
     * before a restore that will read all of it anyway.
     */
    public Inspection head(Backup backup, Cancellation cancellation) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Reads the whole backup, counts its rows and proves its end. */
    public Inspection whole(Backup backup, Cancellation cancellation) throws IOException {
        throw new UnsupportedOperationException();
    }
}
