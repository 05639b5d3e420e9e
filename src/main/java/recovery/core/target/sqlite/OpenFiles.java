package recovery.core.target.sqlite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds out who else has a database file open. This process does not count. */
final class OpenFiles {
    private static final Path PROCESSES = Path.of("/proc");

    /** Where SQLite's readers and writers hold their locks: a byte range at 1 GiB, see os.h of SQLite, SHARED_FIRST. */
    private static final long SHARED_FIRST = 0x40000002L;

    private static final long SHARED_SIZE = 510;

    private OpenFiles() {}

    /** Processes that have {@code database} or one of its sidecars open, as {@code name (pid 12)}; only Linux tells. */
    static List<String> processes(Path database) {
        Set<Object> wanted = new HashSet<>();
        fileKey(database, wanted);
        DatabaseFolder.sidecars(database).forEach(file -> fileKey(file, wanted));
        List<String> found = new ArrayList<>();
        if (wanted.isEmpty() || !Files.isDirectory(PROCESSES)) {
            return found;
        }
        String own = Long.toString(ProcessHandle.current().pid());
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            for (Path process : processes) {
                String pid = process.getFileName().toString();
                if (!pid.equals(own) && hasOpen(process, wanted)) {
                    found.add("%s (pid %s)".formatted(command(process), pid));
                }
            }
        } catch (IOException | UncheckedIOException unreadable) {
            return found;
        }
        return found;
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

    private static void fileKey(Path file, Set<Object> keys) {
        try {
            Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            if (key != null) {
                keys.add(key);
            }
        } catch (IOException absent) {
            // a file that is not there is not open under this name
        }
    }

    /** Compares files and not names, because a container may see the same file under another name. */
    private static boolean hasOpen(Path process, Set<Object> wanted) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : open) {
                if (wanted.contains(keyOf(descriptor))) {
                    return true;
                }
            }
        } catch (IOException | UncheckedIOException goneOrForbidden) {
            return false;
        }
        return false;
    }

    private static Object keyOf(Path descriptor) {
        try {
            String leadsTo = Files.readSymbolicLink(descriptor).toString();
            // pipes and sockets have no path, and a stale network file would hang
            Object key = leadsTo.startsWith("/")
                    ? Files.readAttributes(descriptor, BasicFileAttributes.class)
                            .fileKey()
                    : null;
            return key == null ? "" : key;
        } catch (IOException closed) {
            return "";
        }
    }

    private static String command(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException gone) {
            return "a process";
        }
    }
}
