package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.BACKUP_NOT_RECOGNISED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import recovery.core.backup.EncryptedDatabase;
import recovery.core.dump.sqlite.SqliteContent;
import recovery.core.dump.sqlite.cipher.DecryptedPages;
import recovery.core.dump.sqlite.cipher.EncryptedHead;
import recovery.core.layer.BackupStream;
import recovery.core.target.CopyFacts;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadResult.TableRows;
import recovery.core.target.LoadWatch;

/**
 * A copy that holds an encrypted database, byte for byte as the backup has it, and the keys if there are any. Closing wipes
 * those; the file stays. For one thread.
 */
final class EncryptedFile implements AutoCloseable {
    private final Path file;
    private final EncryptedHead head;
    private final LoadResult loaded;

    private EncryptedFile(Path file, EncryptedHead head, LoadResult loaded) {
        this.file = file;
        this.head = head;
        this.loaded = loaded;
    }

    /** Writes what {@code stream} holds into {@code file}. Nothing is written if the key does not open it. */
    static EncryptedFile write(String name, BackupStream stream, Path file, LoadWatch watch) throws IOException {
        watch.object("encrypted database file");
        EncryptedHead head = EncryptedHead.read(name, stream.content(), stream.opening());
        try {
            long written = DatabaseFileLoad.writeAll(head.bytes(), stream.content(), file, watch.cancellation());
            return new EncryptedFile(
                    file, head, head.keys().isPresent() ? opened(file, head, written) : closed(name, written));
        } catch (IOException | RuntimeException failed) {
            head.close();
            throw failed;
        }
    }

    private static LoadResult opened(Path file, EncryptedHead head, long written) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                DecryptedPages pages = new DecryptedPages(head.keys().orElseThrow(), new byte[0], in)) {
            SqliteContent content = SqliteContent.read(pages, false);
            List<TableRows> tables = content.tables().stream()
                    .map(table -> new TableRows(table.name(), OptionalLong.empty()))
                    .toList();
            return new LoadResult(tables, DatabaseFileLoad.check(content.header(), written), true, true);
        }
    }

    private static LoadResult closed(String name, long written) {
        if (!EncryptedDatabase.fits(written)) {
            throw problem(
                            BACKUP_NOT_RECOGNISED,
                            "'%s' is not recognised: its bytes look random, and %d bytes are no whole number of database pages",
                            name,
                            written)
                    .remedy(
                            "Choose another backup.",
                            "Compare the file size with the original; the copy may have been cut short.");
        }
        return new LoadResult(List.of(), List.of(), true, true);
    }

    LoadResult loaded() {
        return loaded;
    }

    CopyFacts measure(Collection<String> tables, MemoryLimit limit, LoadWatch watch) throws SQLException {
        return head.keys().isPresent()
                ? new EncryptedMeasure(limit, watch).of(file, head.keys().get(), tables)
                : EncryptedMeasure.withoutKey();
    }

    @Override
    public void close() {
        head.close();
    }
}
