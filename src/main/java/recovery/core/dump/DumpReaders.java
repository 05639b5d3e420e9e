package recovery.core.dump;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static recovery.core.error.ErrorCode.BACKUP_NOT_RECOGNISED;
import static recovery.core.error.ErrorCode.BACKUP_OTHER_ENGINE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.util.List;
import recovery.core.backup.Backup;
import recovery.core.backup.TarHead;
import recovery.core.dump.archive.Archives;
import recovery.core.dump.plain.PlainDumpReader;
import recovery.core.layer.BackupStream;

/** Chooses the reader that fits a PostgreSQL backup. */
public final class DumpReaders {
    private static final String ARCHIVE = "PGDMP";

    private DumpReaders() {}

    /**
     * A reader of what {@code choice} takes of {@code backup}, whose bytes without layers are {@code content}; the
     * caller closes it.
     *
     * @throws recovery.core.error.RecoveryException BACKUP_UNSUPPORTED, BACKUP_NOT_RECOGNISED, BACKUP_OTHER_ENGINE
     */
    public static DumpReader open(Backup backup, BackupStream content, DumpChoice choice) throws IOException {
        DumpReader whole = whole(backup, content, choice);
        return choice.selection().isEverything() ? whole : new SelectedDump(whole, choice.selection());
    }

    /**
     * The same with the definitions of {@code schema}, a script or an archive of PostgreSQL with or without layers,
     * around the rows of {@code backup}.
     *
     * @throws recovery.core.error.RecoveryException also the codes of the readers: {@code schema} is read at once
     */
    public static DumpReader open(Backup backup, BackupStream content, DumpChoice choice, BackupStream schema)
            throws IOException {
        Selection asked = choice.selection();
        Selection sections = new Selection(List.of(), List.of(), List.of(), asked.sections());
        DumpReader rows = open(backup, content, new DumpChoice(choice.database(), choice.preferred(), sections));
        DumpReader both = new SchemaFile(definitions(schema), rows);
        Selection names =
                new Selection(asked.tables(), asked.schemas(), asked.excludedTables(), Selection.ALL_SECTIONS);
        return names.isEverything() ? both : new SelectedDump(both, names);
    }

    /**
     * Reads a file with definitions to its end, as a restore with it will.
     *
     * @throws recovery.core.error.RecoveryException the codes of the readers
     */
    public static void checkDefinitions(BackupStream schema) throws IOException {
        SchemaFile.check(definitions(schema));
    }

    private static DumpReader definitions(BackupStream schema) throws IOException {
        if (schema.folder().isPresent()) {
            return Archives.members(schema, DumpChoice.EVERYTHING);
        }
        try (BackupStream look = schema.again()) {
            byte[] begin = look.content().readNBytes(TarHead.BYTES);
            if (new String(begin, ISO_8859_1).startsWith(ARCHIVE)) {
                return Archives.custom(schema, DumpChoice.EVERYTHING);
            }
            if (TarHead.fits(begin)) {
                return Archives.members(schema, DumpChoice.EVERYTHING);
            }
        }
        return new PlainDumpReader(new DumpBytes(schema.content()));
    }

    private static DumpReader whole(Backup backup, BackupStream content, DumpChoice choice) throws IOException {
        return switch (backup.format()) {
            case SQL -> new PlainDumpReader(new DumpBytes(content.content()), choice);
            case PG_CUSTOM -> Archives.custom(content, choice);
            case PG_DIRECTORY, PG_TAR -> Archives.members(content, choice);
            case SQLITE_DATABASE, SQLITE_ENCRYPTED ->
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
