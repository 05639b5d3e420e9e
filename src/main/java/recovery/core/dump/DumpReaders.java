package recovery.core.dump;

import java.io.InputStream;
import recovery.core.backup.Backup;

/** Chooses the reader that fits a PostgreSQL backup. */
public final class DumpReaders {
    private DumpReaders() {}

    /**
     * A reader on {@code content}, which are the bytes of {@code backup} without its layers; the caller closes them.
     *
     * @throws recovery.core.error.RecoveryException BACKUP_UNSUPPORTED, BACKUP_NOT_RECOGNISED
     */
    public static DumpReader open(Backup backup, InputStream content) {
        throw new UnsupportedOperationException();
    }
}
