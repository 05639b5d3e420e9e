package recovery.core.inspect;

import static recovery.core.error.ErrorCode.BACKUP_NOT_RECOGNISED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import recovery.core.backup.Backup;
import recovery.core.backup.Contents;
import recovery.core.backup.EncryptedDatabase;
import recovery.core.dump.sqlite.SqliteContent;
import recovery.core.dump.sqlite.cipher.DecryptedPages;
import recovery.core.dump.sqlite.cipher.EncryptedHead;
import recovery.core.dump.sqlite.cipher.PageKeys;
import recovery.core.error.Note;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Opening;

/**
 * Looks into what may be an encrypted SQLite file. With its key it is read like any other, and every page of it is proven;
 * without, only its length is looked at. For one thread.
 */
final class EncryptedLook {
    private final Backup backup;
    private final BackupStream stream;
    private final SqliteInspection seen;
    private final boolean whole;

    private EncryptedLook(Backup backup, BackupStream stream, boolean whole) {
        this.backup = backup;
        this.stream = stream;
        this.seen = new SqliteInspection(backup, stream);
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
            OptionalLong length = content.complete() ? OptionalLong.of(content.lengthBytes()) : OptionalLong.empty();
            return seen.ofFile(
                    content,
                    length,
                    List.of(new Note("SQLCIPHER_OPENED", "The key opens the backup: %s.".formatted(keys.title()))));
        }
    }

    private Inspection closed(byte[] head) throws IOException {
        long length = head.length;
        if (whole) {
            length += stream.content().transferTo(java.io.OutputStream.nullOutputStream());
            checkLength(backup.name(), length);
        }
        return seen.of(
                Contents.UNKNOWN,
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
}
