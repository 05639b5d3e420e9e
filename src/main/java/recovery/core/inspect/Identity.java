package recovery.core.inspect;

import java.io.IOException;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Identification;
import recovery.core.layer.Layers;
import recovery.core.layer.Opening;

/** Finds out what an encrypted backup is, which shows only when it is open. Stateless; any thread may use it. */
public final class Identity {
    private Identity() {}

    /**
     * {@code backup} with the format, engine and contents that its first bytes behind all layers show; as it is if that
     * could be seen without a secret and without reading far. If they are no backup, it is not restorable and says why.
     *
     * @throws recovery.core.error.RecoveryException SECRET_MISSING, SECRET_WRONG, and the codes of the layers
     */
    public static Backup of(Backup backup, Opening opening) throws IOException {
        return backup.encrypted() || backup.format() == BackupFormat.TAR
                ? Identification.identified(backup, Layers.head(backup.path(), opening, Identification.HEAD_BYTES))
                : backup;
    }
}
