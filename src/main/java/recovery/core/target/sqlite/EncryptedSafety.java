package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.BACKUP_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import recovery.core.dump.sqlite.cipher.PageKeys;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;
import recovery.core.target.BringsBack;
import recovery.core.target.LoadResult.TableRows;
import recovery.core.target.LoadWatch;
import recovery.core.target.SafetySource;

/**
 * A live file that is encrypted, copied page by page as it is, which stays encrypted: SQLite without the key cannot copy it.
 * Writers wait meanwhile. Every page of the copy is proven by its seal. Closing deletes the private file.
 */
final class EncryptedSafety implements SafetySource {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SLICE = 1 << 20;

    private final Path live;
    private final Path copy;
    private final Object liveFile;
    private final LiveCipher cipher;

    /** As in {@link SqliteSafety}. */
    EncryptedSafety(Path live, Path copy, Object liveFile, LiveCipher cipher) {
        this.live = live;
        this.copy = copy;
        this.liveFile = liveFile;
        this.cipher = cipher;
    }

    @Override
    public String ending() {
        return ".db";
    }

    @Override
    public String method() {
        return "a copy of the encrypted file";
    }

    @Override
    public boolean isEncryptedDatabase() {
        return true;
    }

    @Override
    public BringsBack bringsBack() {
        return new BringsBack(
                BringsBack.Extent.EVERYTHING,
                List.of("It brings back the whole database, encrypted as it is: keep its key."));
    }

    @Override
    public List<TableRows> write(OutputStream file, LoadWatch watch) throws IOException {
        watch.object("encrypted database file");
        try {
            FileRights.createPrivate(copy);
            synchronized (liveFile) {
                copyStill(watch);
            }
            prove(watch);
        } catch (IOException failed) {
            throw failed(failed);
        }
        Files.copy(copy, file);
        return List.of();
    }

    private void copyStill(LoadWatch watch) throws IOException {
        try (QuietFile quiet = QuietFile.take(live, PATIENCE, watch.cancellation());
                FileChannel into = FileChannel.open(copy, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long length = quiet.file().size();
            for (long at = 0; at < length; ) {
                watch.cancellation().check();
                at += quiet.file().transferTo(at, Math.min(SLICE, length - at), into.position(at));
            }
            Path log = DatabaseFolder.sidecar(live, "-wal");
            if (Files.exists(log)) {
                try (FileChannel frames = FileChannel.open(log, StandardOpenOption.READ)) {
                    new WalFrames(frames).putInto(into);
                }
            }
        }
    }

    private void prove(LoadWatch watch) throws IOException {
        Optional<PageKeys> keys = cipher.keys(copy);
        if (keys.isEmpty()) {
            throw problem(
                            BACKUP_FAILED,
                            "the live file '%s' cannot be copied: %s",
                            live.getFileName(),
                            cipher.whyClosed(copy).orElse("it changed while it was copied"))
                    .remedy("Set DB_KEY to the key of the application, then start again.");
        }
        List<String> wrong = new PageProof(keys.get(), watch.cancellation())
                .of(copy, Optional.empty())
                .wrong();
        if (!wrong.isEmpty()) {
            throw problem(
                            BACKUP_FAILED,
                            "the live file '%s' is damaged, so a copy of it is worth little: %s",
                            live.getFileName(),
                            String.join("; ", wrong.stream().limit(5).toList()))
                    .remedy("Restore a backup from before the damage.");
        }
    }

    private RecoveryException failed(IOException why) {
        return problem(BACKUP_FAILED, "'%s' cannot be copied: %s", live.getFileName(), Why.of(why))
                .causedBy(why)
                .remedy("Look at the disk that holds '%s', and at its free space.".formatted(live.getParent()));
    }

    @Override
    public void close() {
        try {
            DatabaseFolder.delete(copy);
        } catch (IOException e) {
            System.getLogger(EncryptedSafety.class.getName())
                    .log(System.Logger.Level.WARNING, "the file ''{0}'' cannot be deleted: {1}", copy, Why.of(e));
        }
    }
}
