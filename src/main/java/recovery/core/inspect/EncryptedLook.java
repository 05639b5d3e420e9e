package recovery.core.inspect;

import static recovery.core.error.ErrorCode.BACKUP_NOT_RECOGNISED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Contents;
import recovery.core.backup.EncryptedDatabase;
import recovery.core.backup.Engine;
import recovery.core.dump.sqlite.SqliteContent;
import recovery.core.dump.sqlite.cipher.DecryptedPages;
import recovery.core.dump.sqlite.cipher.EncryptedHead;
import recovery.core.dump.sqlite.cipher.PageKeys;
import recovery.core.error.Note;
import recovery.core.inspect.Inspection.TableContent;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Opening;

/**
 * Looks into what may be an encrypted SQLite file. With its key it is read like any other, and every page of it is proven;
 * without, only its length is looked at. For one thread.
 */
final class EncryptedLook {
    private final Backup backup;
    private final BackupStream stream;
    private final boolean whole;

    private EncryptedLook(Backup backup, BackupStream stream, boolean whole) {
        this.backup = backup;
        this.stream = stream;
        this.whole = whole;
    }

    static Inspection look(Backup backup, boolean whole, Opening opening) throws IOException {
        try (BackupStream stream = BackupStream.open(backup.path(), opening);
                EncryptedHead head = EncryptedHead.read(backup.name(), stream.content(), opening)) {
            EncryptedLook look = new EncryptedLook(backup, stream, whole);
            return head.keys().isPresent() ? look.open(head.bytes(), head.keys().get()) : look.closed(head.bytes());
        }
    }

    private Inspection open(byte[] head, PageKeys keys) throws IOException {
        try (DecryptedPages pages = new DecryptedPages(keys, head, stream.content())) {
            SqliteContent content = SqliteContent.read(pages, whole);
            List<TableContent> tables = content.tables().stream()
                    .map(table -> new TableContent(table.name(), table.rows()))
                    .toList();
            OptionalLong length = content.complete() ? OptionalLong.of(content.lengthBytes()) : OptionalLong.empty();
            List<Note> notes = new ArrayList<>();
            notes.add(new Note("SQLCIPHER_OPENED", "The key opens the backup: %s.".formatted(keys.title())));
            if (!content.allTables()) {
                notes.add(new Note("TABLES_UNSEEN", "Not all tables of the backup could be listed; all are restored."));
            }
            return inspection(content.complete(), true, length, tables, List.of(), notes);
        }
    }

    private Inspection closed(byte[] head) throws IOException {
        long length = head.length;
        if (whole) {
            length += stream.content().transferTo(java.io.OutputStream.nullOutputStream());
            checkLength(backup.name(), length);
        }
        return inspection(
                whole,
                false,
                whole ? OptionalLong.of(length) : OptionalLong.empty(),
                List.of(),
                List.of(
                        "Without its key nobody can tell whether this is a database at all, whose it is, and whether it is whole."),
                List.of(
                        new Note(
                                "SQLCIPHER_WITHOUT_KEY",
                                "It may be an encrypted SQLite database; without its key (DB_KEY) only its length can be checked.")));
    }

    /** @throws recovery.core.error.RecoveryException BACKUP_NOT_RECOGNISED */
    private static void checkLength(String name, long length) {
        if (!EncryptedDatabase.fits(length)) {
            throw problem(
                            BACKUP_NOT_RECOGNISED,
                            "'%s' is not recognised: its bytes look random, and %d bytes are no whole number of database pages",
                            name,
                            length)
                    .remedy(
                            "Choose another backup.",
                            "Compare the file size with the original; the copy may have been cut short.");
        }
    }

    private Inspection inspection(
            boolean complete,
            boolean proven,
            OptionalLong contentBytes,
            List<TableContent> tables,
            List<String> risks,
            List<Note> more) {
        List<Note> notes = new ArrayList<>(stream.notes());
        notes.addAll(more);
        return new Inspection(
                backup.name(),
                BackupFormat.SQLITE_ENCRYPTED,
                Optional.of(Engine.SQLITE),
                Optional.empty(),
                Optional.empty(),
                proven ? Contents.COMPLETE : Contents.UNKNOWN,
                complete,
                proven,
                stream.fileSize(),
                contentBytes,
                tables,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                risks,
                notes);
    }
}
