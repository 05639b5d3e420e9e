package recovery.core.restore;

import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import recovery.core.backup.PartFiles;
import recovery.core.error.Why;
import recovery.core.target.Strategy;
import recovery.core.target.Target;

/**
 * What jobs that died have left beside the live database, in the backup directory and in the state directory. Previous
 * databases are not among it, and nothing that a living process works on. To be asked with the {@link RestoreLock} held.
 */
final class Leftovers {
    private final Target target;
    private final JournalFolder journals;
    private final Path backups;

    Leftovers(Target target, JournalFolder journals, Path backups) {
        this.target = target;
        this.journals = journals;
        this.backups = backups;
    }

    /** Where it comes from, in words that follow "a" and are followed by what became of it. */
    record Leftover(String name, String from, Runnable deletion) {
        String found() {
            return "'%s' is left over from %s that was cut off; --force-cleanup deletes it.".formatted(name, from);
        }

        String deleted() {
            return "Deleted '%s', which %s had left.".formatted(name, from.replaceFirst("^an? ", "a broken "));
        }
    }

    List<Leftover> look() {
        List<Leftover> found = new ArrayList<>();
        List<String> needed = new Replacements(journals, target, "").needed();
        for (Strategy strategy : target.strategies()) {
            Target by = target.by(strategy);
            by.leftovers().stream()
                    .filter(copy -> !needed.contains(copy))
                    .forEach(copy -> found.add(new Leftover(copy, "a restore", () -> by.drop(copy))));
        }
        for (Path part : PartFiles.abandoned(backups)) {
            found.add(file(part, "an upload or safety copy"));
        }
        for (Path file : journals.empty()) {
            found.add(file(file, "a restore"));
        }
        return found;
    }

    private static Leftover file(Path file, String from) {
        return new Leftover(file.getFileName().toString(), from, () -> delete(file));
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            throw problem(FILE_NOT_ACCESSIBLE, "cannot delete '%s': %s", file, Why.of(failed))
                    .causedBy(failed)
                    .remedy("Delete the file by hand.");
        }
    }
}
