package recovery.core.inspect;

import java.io.IOException;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Engine;
import recovery.core.dump.DumpChoice;
import recovery.core.layer.Opening;

/** Looks into backups without any database. Stateless; any thread may use it. */
public final class Inspector {
    private final Engine assumed;

    /** {@code assumed}: whose rules are used for SQL scripts that do not say whether they are PostgreSQL's or SQLite's. */
    public Inspector(Engine assumed) {
        this.assumed = assumed;
    }

    /**
     * Reads the backup up to its first rows, at most 64 MiB of content: enough for versions, owners and extensions
     * before a restore that will read all of it anyway.
     */
    public Inspection head(Backup backup, Opening opening, DumpChoice choice) throws IOException {
        return look(backup, false, opening, choice);
    }

    /** Reads the whole backup, counts its rows and proves its end. */
    public Inspection whole(Backup backup, Opening opening, DumpChoice choice) throws IOException {
        return look(backup, true, opening, choice);
    }

    private Inspection look(Backup backup, boolean whole, Opening opening, DumpChoice choice) throws IOException {
        boolean sqlite = backup.format() == BackupFormat.SQLITE_DATABASE
                || backup.engine().orElse(assumed) == Engine.SQLITE;
        if (backup.format() == BackupFormat.SQLITE_ENCRYPTED) {
            return EncryptedLook.look(backup, whole, opening);
        }
        if (sqlite) {
            return SqliteLook.look(backup, whole, opening, choice);
        }
        return PostgresLook.look(backup, whole, opening, choice);
    }
}
