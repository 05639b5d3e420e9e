package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.DATABASE_IN_USE;
import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import recovery.core.error.Why;
import recovery.core.target.Target.Previous;

/** The files that swaps kept beside the live one. Stateless but for the folder. */
final class PreviousFiles {
    private final DatabaseFolder folder;
    private final DateTimeFormatter time;

    PreviousFiles(DatabaseFolder folder, DateTimeFormatter time) {
        this.folder = folder;
        this.time = time;
    }

    /** Oldest first. */
    List<Previous> all() {
        List<Previous> found = new ArrayList<>();
        for (String name : folder.previousOnes()) {
            since(name).ifPresent(since -> found.add(new Previous(name, since, size(folder.file(name)))));
        }
        found.sort(Comparator.comparing(Previous::since).thenComparing(Previous::name));
        return found;
    }

    void drop(String name) {
        if (since(name).isEmpty()) {
            throw problem(REQUEST_UNUSABLE, "'%s' is not the name of a previous file", name)
                    .remedy("Delete other files by hand.");
        }
        Path file = folder.file(name);
        List<String> users = folder.users(file);
        if (!users.isEmpty()) {
            throw problem(DATABASE_IN_USE, "'%s' is open in %s and was not deleted", name, String.join(", ", users))
                    .remedy("Stop that program, or keep the file.");
        }
        try {
            DatabaseFolder.delete(file);
            folder.force();
        } catch (IOException failed) {
            throw problem(FILE_NOT_ACCESSIBLE, "cannot delete '%s': %s", file, Why.of(failed))
                    .causedBy(failed)
                    .remedy("Delete the file by hand.");
        }
    }

    /** Files of other tools may begin alike. */
    private Optional<LocalDateTime> since(String name) {
        String begin = folder.previousName("");
        try {
            return name.startsWith(begin)
                    ? Optional.of(LocalDateTime.parse(name.substring(begin.length()), time))
                    : Optional.empty();
        } catch (DateTimeParseException notOurs) {
            return Optional.empty();
        }
    }

    private static OptionalLong size(Path file) {
        try {
            long bytes = Files.size(file);
            for (Path sidecar : DatabaseFolder.sidecars(file)) {
                bytes += Files.size(sidecar);
            }
            return OptionalLong.of(bytes);
        } catch (IOException unreadable) {
            return OptionalLong.empty();
        }
    }
}
