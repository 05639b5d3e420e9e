package recovery.core.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which processes have a file open; only Linux tells, elsewhere it is nobody. Stateless. */
public final class FileUsers {
    private static final Path PROCESSES = Path.of("/proc");

    private FileUsers() {}

    /** Other processes that have one of {@code files} open, as {@code name (pid 12)}. */
    public static List<String> others(Collection<Path> files) {
        return users(files, Long.toString(ProcessHandle.current().pid()));
    }

    /** Whether any process, this one included, has {@code file} open. */
    public static boolean isOpen(Path file) {
        return !users(List.of(file), "").isEmpty();
    }

    private static List<String> users(Collection<Path> files, String without) {
        Set<Object> wanted = new HashSet<>();
        files.forEach(file -> fileKey(file, wanted));
        List<String> found = new ArrayList<>();
        if (wanted.isEmpty() || !Files.isDirectory(PROCESSES)) {
            return found;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            for (Path process : processes) {
                String pid = process.getFileName().toString();
                if (!pid.equals(without) && hasOpen(process, wanted)) {
                    found.add("%s (pid %s)".formatted(command(process), pid));
                }
            }
        } catch (IOException | UncheckedIOException unreadable) {
            return found;
        }
        return found;
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
