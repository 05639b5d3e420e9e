package recovery.core.backup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Files {@code NAME.part} in a folder of backups: uploads and safety copies that are being written, or were when their
 * process died. Who writes one locks it, so that also another container can tell the two apart. Stateless.
 */
public final class PartFiles {
    private PartFiles() {}

    /** The lock of the one who writes it; it ends when {@code part} is closed. Where there are no locks, nothing happens. */
    public static void lock(FileChannel part) {
        try {
            FileLock held = part.tryLock();
            if (held == null) {
                throw new IllegalStateException("a new file is locked already");
            }
        } catch (IOException noLocks) {
            System.getLogger(PartFiles.class.getName())
                    .log(System.Logger.Level.DEBUG, "files cannot be locked there", noLocks);
        }
    }

    /** Those that nobody writes, sorted by name; empty if the folder cannot be read. */
    public static List<Path> abandoned(Path folder) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, "*.part")) {
            for (Path part : parts) {
                if (Files.isRegularFile(part, LinkOption.NOFOLLOW_LINKS)) {
                    found.add(part);
                }
            }
        } catch (IOException | DirectoryIteratorException unreadable) {
            return List.of();
        }
        // in this order: on POSIX systems a process that closes a file gives up all its locks on it
        found.removeAll(FileUsers.open(found));
        found.removeIf(PartFiles::isLocked);
        Collections.sort(found);
        return found;
    }

    private static boolean isLocked(Path part) {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        } catch (OverlappingFileLockException ours) {
            return true;
        } catch (IOException noLocks) {
            return false;
        }
    }
}
