package recovery.core.backup;

import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The names in the backup directory at one moment. Names from outside are looked up in here and never become part of a
 * path, so that none can lead out of the directory.
 */
final class Folder {
    private final Map<String, Path> paths;

    private Folder(Map<String, Path> paths) {
        this.paths = paths;
    }

    /** FILE_NOT_ACCESSIBLE if the directory is not there or must not be read. */
    static Folder read(Path directory) {
        Map<String, Path> paths = new HashMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path path : entries) {
                String name = path.getFileName().toString();
                if (!name.startsWith(".") && !name.equals("README.md")) {
                    paths.put(name, path);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            if (Files.isRegularFile(directory)) {
                throw problem(FILE_NOT_ACCESSIBLE, "the backup directory '%s' is a file and no folder", directory)
                        .causedBy(e)
                        .remedy("Set BACKUP_DIR to the folder that holds the backups.");
            }
            boolean there = Files.exists(directory);
            throw problem(
                            FILE_NOT_ACCESSIBLE,
                            there
                                    ? "the backup directory '%s' cannot be read"
                                    : "the backup directory '%s' does not exist",
                            directory)
                    .causedBy(e)
                    .remedy(
                            there
                                    ? "Give the user of this program the right to read it."
                                    : "Create it and put the backups into it.",
                            "Set BACKUP_DIR to the folder that holds the backups.");
        }
        return new Folder(paths);
    }

    Set<String> names() {
        return paths.keySet();
    }

    boolean has(String name) {
        return paths.containsKey(name);
    }

    /** Empty if there is no such backup, or no longer; symbolic links are none, and folders only if pg_dump wrote them. */
    Optional<FileFacts> file(String name) {
        Path path = paths.get(name);
        if (path == null) {
            return Optional.empty();
        }
        try {
            BasicFileAttributes facts =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (facts.isDirectory()) {
                return ArchiveFolder.facts(name, path);
            }
            return facts.isRegularFile()
                    ? Optional.of(new FileFacts(
                            name, path, facts.size(), facts.lastModifiedTime().toInstant(), false))
                    : Optional.empty();
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** A regular file at one moment, or a folder written by pg_dump: the sum of its files and the time of the newest. */
    record FileFacts(String name, Path path, long sizeBytes, Instant modified, boolean folder) {}
}
