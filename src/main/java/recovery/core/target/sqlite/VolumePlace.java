package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import recovery.core.backup.FolderSync;
import recovery.core.error.Why;

/** The folder of the live file, the one above it, and which names mean what there. */
final class VolumePlace {
    private static final String COPY = "_restoring_";
    private static final String PREVIOUS = "_before_";

    private final DatabaseFolder database;

    VolumePlace(DatabaseFolder database) {
        this.database = database;
    }

    Path folder() {
        return database.folder();
    }

    String liveName() {
        return database.liveName();
    }

    /** Empty for the root of a disk. */
    Optional<Path> above() {
        return Optional.ofNullable(folder().getParent());
    }

    private String folderName() {
        return String.valueOf(folder().getFileName());
    }

    String copyName(String id) {
        return folderName() + COPY + id;
    }

    String previousName(String time) {
        return folderName() + PREVIOUS + time;
    }

    boolean isCopy(String name) {
        return name.startsWith(folderName() + COPY);
    }

    /** The folder of that name beside the live one; a name that would lead elsewhere is a bug of the caller. */
    Path beside(String name) {
        Path file = folder().resolveSibling(name);
        if (name.isEmpty()
                || !name.equals(String.valueOf(file.getFileName()))
                || above().filter(parent -> parent.equals(file.getParent())).isEmpty()) {
            throw new IllegalArgumentException("not a plain name: '" + name + "'");
        }
        return file;
    }

    /** Names of the folders beside the live one that begin so, sorted. */
    List<String> foldersBeside(String begin) {
        if (above().filter(Files::isDirectory).isEmpty()) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(above().get())) {
            return files.filter(file -> Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(begin))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            // whoever may not list that folder may not make one in it either, and the plan says so
            return List.of();
        }
    }

    /** Deletes a folder with all that is in it; links are deleted and not followed. */
    void delete(Path whole) {
        try (Stream<Path> files = Files.walk(whole)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        } catch (IOException | java.io.UncheckedIOException failed) {
            throw problem(FILE_NOT_ACCESSIBLE, "cannot delete the folder '%s': %s", whole, Why.of(failed))
                    .causedBy(failed)
                    .remedy("Delete the folder by hand.");
        }
        force();
    }

    /** Makes the names beside the live folder durable. */
    void force() {
        above().ifPresent(FolderSync::force);
    }
}
