package recovery.core.backup;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Which processes have a file open; only Linux tells, elsewhere it is nobody. Stateless. */
public final class FileUsers {
    private static final System.Logger LOG = System.getLogger(FileUsers.class.getName());
    private static final Path PROCESSES = Path.of("/proc");

    private FileUsers() {}

    /** Other processes that have one of {@code files} open, as {@code name (pid 12)}. */
    public static List<String> others(Collection<Path> files) {
        Set<Object> wanted = keys(files).keySet();
        List<String> found = new ArrayList<>();
        String own = Long.toString(ProcessHandle.current().pid());
        forEachProcess(wanted, process -> {
            String pid = process.getFileName().toString();
            if (!pid.equals(own) && !opened(process, wanted).isEmpty()) {
                found.add("%s (pid %s)".formatted(command(process), pid));
            }
        });
        return found;
    }

    /** Those of {@code files} that any process, this one included, has open; one look for all of them. */
    public static Set<Path> open(Collection<Path> files) {
        Map<Object, Path> wanted = keys(files);
        Set<Path> found = new HashSet<>();
        forEachProcess(
                wanted.keySet(),
                process -> opened(process, wanted.keySet()).forEach(key -> found.add(wanted.get(key))));
        return found;
    }

    private static void forEachProcess(Set<Object> wanted, Consumer<Path> look) {
        if (wanted.isEmpty() || !Files.isDirectory(PROCESSES)) {
            return;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            processes.forEach(look);
        } catch (IOException | DirectoryIteratorException unreadable) {
            LOG.log(System.Logger.Level.DEBUG, "the processes cannot be listed", unreadable);
        }
    }

    private static Map<Object, Path> keys(Collection<Path> files) {
        Map<Object, Path> keys = new HashMap<>();
        for (Path file : files) {
            key(file).ifPresent(key -> keys.put(key, file));
        }
        return keys;
    }

    private static Optional<Object> key(Path file) {
        try {
            return Optional.ofNullable(
                    Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        } catch (IOException absent) {
            // a file that is not there is not open under this name
            return Optional.empty();
        }
    }

    /** Which of {@code wanted} it has open. Compares files and not names: a container may see them under other names. */
    private static Set<Object> opened(Path process, Set<Object> wanted) {
        Set<Object> found = new HashSet<>();
        try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : open) {
                keyOf(descriptor).filter(wanted::contains).ifPresent(found::add);
            }
        } catch (IOException | DirectoryIteratorException goneOrForbidden) {
            return found;
        }
        return found;
    }

    private static Optional<Object> keyOf(Path descriptor) {
        try {
            // pipes and sockets have no path, and a stale network file would hang
            boolean file = Files.readSymbolicLink(descriptor).toString().startsWith("/");
            return file ? key(descriptor) : Optional.empty();
        } catch (IOException closed) {
            return Optional.empty();
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
