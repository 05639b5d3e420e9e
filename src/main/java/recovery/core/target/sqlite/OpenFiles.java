package recovery.core.target.sqlite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Finds out whether somebody else uses a database file. This process does not count. */
final class OpenFiles {
    /** Where SQLite's readers and writers hold their locks: a byte range at 1 GiB, see os.h of SQLite, SHARED_FIRST. */
    private static final long SHARED_FIRST = 0x40000002L;

    private static final long SHARED_SIZE = 510;

    private OpenFiles() {}

    /** Processes that have {@code database} or one of its sidecars open, as {@code name (pid 12)}; only Linux tells. */
    static List<String> processes(Path database) {
        return new DatabaseFolder(database).users(database);
    }

    /**
     * Whether another process holds one of SQLite's locks on {@code database}. Sees every connection to a database in
     * WAL mode and on Windows, otherwise only those that are reading or writing at this moment. Not to be called while
     * this process uses the file: closing it here gives up this process's own locks.
     */
    static boolean isLocked(Path database) {
        try (FileChannel channel = FileChannel.open(database, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock(SHARED_FIRST, SHARED_SIZE, false)) {
            return lock == null;
        } catch (IOException | OverlappingFileLockException unknown) {
            return false;
        }
    }
}
