package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import recovery.core.backup.FolderSync;
import recovery.core.error.Why;

/**
 * The folder of the live file: which names mean what, and which files belong to one database.
 *
 * <p>A live file that is a symbolic link stands for the file it leads to; everything happens beside that one.
 */
final class DatabaseFolder {
    /** What SQLite puts beside a database file. All of them belong to it and go where it goes. */
    static final List<String> SIDECARS = List.of("-wal", "-shm", "-journal");

    /** Ends the name of the damaged file of which a copy gets what can be read. */
    static final String DAMAGED = "-damaged";

    private static final String COPY = "_restoring_";
    private static final String PREVIOUS = "_before_";

    private final Path live;
    private final OpenFileFinder finder;

    DatabaseFolder(Path configured) {
        this(configured, OpenFileFinder.PROC);
    }

    DatabaseFolder(Path configured, OpenFileFinder finder) {
        this.finder = finder;
        live = resolved(configured.toAbsolutePath().normalize());
    }

    /** Other processes that have {@code database} or one of its sidecars open, as {@code name (pid 12)}. */
    List<String> users(Path database) {
        List<Path> files = new ArrayList<>(sidecars(database));
        files.add(database);
        return finder.others(files);
    }

    Path live() {
        return live;
    }

    String liveName() {
        return live.getFileName().toString();
    }

    Path folder() {
        return live.getParent();
    }

    String copyName(String id) {
        return liveName() + COPY + id;
    }

    String previousName(String time) {
        return liveName() + PREVIOUS + time;
    }

    /** The name of what becomes the previous file {@code name}: one of a copy, so that half of it is a leftover. */
    String halfName(String name) {
        return copyName("previous_"
                + (isPrevious(name) ? name.substring(previousName("").length()) : name));
    }

    boolean isPrevious(String name) {
        return name.startsWith(liveName() + PREVIOUS);
    }

    boolean isCopy(String name) {
        return name.startsWith(liveName() + COPY);
    }

    /** The file of that name; a name that would lead out of the folder is a bug of the caller. */
    Path file(String name) {
        Path file = folder().resolve(name);
        if (name.isEmpty() || !folder().equals(file.getParent()) || !name.equals(String.valueOf(file.getFileName()))) {
            throw new IllegalArgumentException("not a plain file name: '" + name + "'");
        }
        return file;
    }

    static Path sidecar(Path database, String suffix) {
        return database.resolveSibling(database.getFileName() + suffix);
    }

    /** The sidecars of {@code database} that are there. */
    static List<Path> sidecars(Path database) {
        return SIDECARS.stream()
                .map(suffix -> sidecar(database, suffix))
                .filter(DatabaseFolder::present)
                .toList();
    }

    /** Whether anything has that name, also a link that leads nowhere. */
    static boolean present(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Names of all copies in the folder, sorted, without their sidecars. */
    List<String> copies() {
        return named(this::isCopy);
    }

    private List<String> named(Predicate<String> wanted) {
        if (!Files.isDirectory(folder())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(wanted)
                    .map(DatabaseFolder::withoutSuffix)
                    .distinct()
                    .sorted()
                    .toList();
        } catch (IOException failed) {
            throw problem(FILE_NOT_ACCESSIBLE, "cannot list the folder '%s': %s", folder(), Why.of(failed))
                    .causedBy(failed)
                    .remedy("Give this program's user the right to read the folder.");
        }
    }

    /** Names of all previous files in the folder, without their sidecars. */
    List<String> previousOnes() {
        return named(this::isPrevious);
    }

    /** Deletes a database file with its sidecars. */
    static void delete(Path database) throws IOException {
        List<Path> all = new ArrayList<>(sidecars(database));
        all.add(sidecar(database, DAMAGED));
        all.add(database);
        for (Path file : all) {
            Files.deleteIfExists(file);
        }
    }

    /** Makes the names in the folder durable. */
    void force() {
        FolderSync.force(folder());
    }

    private static String withoutSuffix(String name) {
        return Stream.concat(SIDECARS.stream(), Stream.of(DAMAGED))
                .filter(name::endsWith)
                .map(suffix -> name.substring(0, name.length() - suffix.length()))
                .findFirst()
                .orElse(name);
    }

    private static Path resolved(Path configured) {
        try {
            Path next = configured;
            for (int links = 0; Files.isSymbolicLink(next) && links < 40; links++) {
                next = next.resolveSibling(Files.readSymbolicLink(next)).normalize();
            }
            Path folder = next.getParent();
            return Files.isDirectory(folder) ? folder.toRealPath().resolve(next.getFileName()) : next;
        } catch (IOException unreadable) {
            return configured;
        }
    }
}
