package recovery.core.dump;

import static recovery.core.error.ErrorCode.BACKUP_NOT_RECOGNISED;
import static recovery.core.error.ErrorCode.BACKUP_OTHER_ENGINE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import recovery.core.backup.Backup;
import recovery.core.dump.archive.Archives;
import recovery.core.dump.plain.PlainDumpReader;
import recovery.core.layer.BackupStream;

/** Chooses the reader that fits a PostgreSQL backup. */
public final class DumpReaders {
    private DumpReaders() {}

    /**
     * A reader of what {@code choice} takes of {@code backup}, whose bytes without layers are {@code content}; the
     * caller closes it.
     *
     * @throws recovery.core.error.RecoveryException BACKUP_UNSUPPORTED, BACKUP_NOT_RECOGNISED, BACKUP_OTHER_ENGINE
     */
    public static DumpReader open(Backup backup, BackupStream content, DumpChoice choice) throws IOException {
        return switch (backup.format()) {
            case SQL -> new PlainDumpReader(new DumpBytes(content.content()));
            case PG_CUSTOM -> Archives.custom(content);
            case PG_DIRECTORY, PG_TAR -> Archives.members(content, choice);
            case SQLITE_DATABASE ->
                throw problem(
                                BACKUP_OTHER_ENGINE,
                                "'%s' is a database file of SQLite, not of PostgreSQL",
                                backup.name())
                        .remedy("Choose a backup of the PostgreSQL database.");
            case TAR ->
                throw problem(
                                BACKUP_NOT_RECOGNISED,
                                "'%s' is a tar archive and not a dump of PostgreSQL",
                                backup.name())
                        .remedy("Unpack it and restore the dump that is in it.");
            case UNKNOWN ->
                throw problem(BACKUP_NOT_RECOGNISED, "'%s' is no backup that is known here", backup.name())
                        .remedy("Choose another backup.");
        };
    }
}
