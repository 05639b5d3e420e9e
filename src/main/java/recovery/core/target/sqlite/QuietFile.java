package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.BACKUP_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import recovery.core.layer.Cancellation;

/**
 * A live file held still without SQLite, by the locks that SQLite itself takes: readers go on, writers wait. Byte
 * ranges as in os.h and wal.c of SQLite. Nothing else in this process may use the file meanwhile: closing it would give the
 * locks up.
 */
final class QuietFile implements AutoCloseable {
    private static final long PENDING = 0x40000000L;
    private static final long RESERVED = PENDING + 1;
    private static final long SHARED_FIRST = PENDING + 2;
    private static final long SHARED_SIZE = 510;

    /** In the {@code -shm} file: who writes into the log, who takes it into the file. */
    private static final long WRITE_AND_CHECKPOINT = 120;

    private static final long PAUSE_MS = 20;

    private final FileChannel file;
    private final List<FileChannel> open = new ArrayList<>();

    private QuietFile(FileChannel file) {
        this.file = file;
        open.add(file);
    }

    /** Waits for writers, at most {@code patience}; BACKUP_FAILED if they do not end, or a dead one left work to do. */
    static QuietFile take(Path live, Duration patience, Cancellation cancellation) throws IOException {
        QuietFile quiet = new QuietFile(FileChannel.open(live, StandardOpenOption.READ, StandardOpenOption.WRITE));
        try {
            long until = System.nanoTime() + patience.toNanos();
            quiet.lock(quiet.file, SHARED_FIRST, SHARED_SIZE, true, until, cancellation, live);
            quiet.refuseHotJournal(live);
            Path shared = DatabaseFolder.sidecar(live, "-shm");
            if (Files.exists(shared)) {
                FileChannel index = FileChannel.open(shared, StandardOpenOption.READ, StandardOpenOption.WRITE);
                quiet.open.add(index);
                quiet.lock(index, WRITE_AND_CHECKPOINT, 2, false, until, cancellation, live);
            }
            return quiet;
        } catch (IOException | RuntimeException failed) {
            quiet.close();
            throw failed;
        }
    }

    private void lock(
            FileChannel channel,
            long from,
            long length,
            boolean shared,
            long until,
            Cancellation cancellation,
            Path live)
            throws IOException {
        while (true) {
            cancellation.check();
            FileLock lock = isWanted(channel, shared) ? null : channel.tryLock(from, length, shared);
            if (lock != null) {
                return;
            }
            if (System.nanoTime() - until > 0) {
                throw problem(BACKUP_FAILED, "'%s' is locked by a program that writes to it", live.getFileName())
                        .remedy("Stop the program that writes to it for so long, then start again.");
            }
            pause();
        }
    }

    /** A writer that waits for readers to end must not wait for ever, so nobody may come before it. */
    private boolean isWanted(FileChannel channel, boolean shared) throws IOException {
        if (!shared) {
            return false;
        }
        try (FileLock pending = channel.tryLock(PENDING, 1, true)) {
            return pending == null;
        }
    }

    /** A journal without a writer holds what a program that died had not finished; only who has the key can take it back. */
    private void refuseHotJournal(Path live) throws IOException {
        Path journal = DatabaseFolder.sidecar(live, "-journal");
        if (!Files.exists(journal) || Files.size(journal) == 0) {
            return;
        }
        try (FileLock reserved = file.tryLock(RESERVED, 1, false)) {
            if (reserved != null && startsWithData(journal)) {
                throw problem(
                                BACKUP_FAILED,
                                "a program died while it wrote to '%s', and its '-journal' has to be taken back first",
                                live.getFileName())
                        .remedy("Start the application once, so that it opens the file, then start again.");
            }
        }
    }

    private static boolean startsWithData(Path journal) throws IOException {
        try (InputStream in = Files.newInputStream(journal)) {
            return in.read() > 0;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException woken) {
            Thread.currentThread().interrupt();
            throw problem(BACKUP_FAILED, "interrupted while a lock was waited for")
                    .remedy("Start the backup again.");
        }
    }

    FileChannel file() {
        return file;
    }

    @Override
    public void close() throws IOException {
        for (FileChannel each : open) {
            each.close();
        }
    }
}
