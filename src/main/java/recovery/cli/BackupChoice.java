package recovery.cli;

import static recovery.core.error.ErrorCode.BACKUP_NOT_FOUND;
import static recovery.core.error.RecoveryException.problem;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Engine;
import recovery.core.error.RecoveryException;

/**
 * The backup that {@code --latest} means: the newest that brings this target back whole. A safety copy holds what is to be
 * replaced, so it is meant only if there is nothing else.
 */
final class BackupChoice {
    private BackupChoice() {}

    /**
     * Says on {@code where} which newer ones were passed over and why, so that nobody believes to have the newest.
     *
     * @param opens whether the key of the settings opens an encrypted database
     */
    static Backup latest(
            List<Backup> backups, Engine engine, String directory, Predicate<Backup> opens, PrintStream where) {
        Optional<Backup> safetyCopy = Optional.empty();
        for (Backup backup : backups) {
            Optional<String> reason = reasonAgainst(backup, engine).or(() -> reasonAgainstUnknown(backup, opens));
            if (reason.isEmpty() && !backup.savesWhatWasLive()) {
                return backup;
            }
            if (reason.isEmpty() && safetyCopy.isEmpty()) {
                safetyCopy = Optional.of(backup);
            }
            where.println("Passed over '%s': %s."
                    .formatted(backup.name(), reason.orElse("it is a safety copy of the live database")));
        }
        return safetyCopy.orElseThrow(() -> none(backups, directory));
    }

    /** Random bytes are taken for an encrypted database only if somebody says so. */
    private static Optional<String> reasonAgainstUnknown(Backup backup, Predicate<Backup> opens) {
        return backup.format() == BackupFormat.SQLITE_ENCRYPTED && !opens.test(backup)
                ? Optional.of("it may be an encrypted SQLite database, and DB_KEY is not set or does not open it")
                : Optional.empty();
    }

    /** Without those of another kind of database; what an encrypted one is, is not known before it is opened. */
    static List<Backup> forTheMenu(List<Backup> backups, Engine engine, String directory) {
        List<Backup> fitting = backups.stream()
                .filter(backup -> backup.engine().orElse(engine) == engine)
                .toList();
        if (fitting.isEmpty()) {
            throw none(backups, directory);
        }
        return fitting;
    }

    private static RecoveryException none(List<Backup> backups, String directory) {
        return problem(
                        BACKUP_NOT_FOUND,
                        "%s",
                        backups.isEmpty()
                                ? "there is no backup in '%s'".formatted(directory)
                                : "none of the %d files in '%s' can be restored into this target"
                                        .formatted(backups.size(), directory))
                .remedy("Copy a backup into that folder, or set BACKUP_DIR to the folder that holds them.");
    }

    private static Optional<String> reasonAgainst(Backup backup, Engine engine) {
        if (!backup.restorable()) {
            return backup.reason();
        }
        if (backup.engine().filter(other -> other != engine).isPresent()) {
            return Optional.of("it is a backup of " + backup.engine().get().title());
        }
        return switch (backup.contents()) {
            case SCHEMA -> Optional.of("it holds definitions without rows");
            case DATA -> Optional.of("it holds rows without definitions");
            case COMPLETE, UNKNOWN -> Optional.empty();
        };
    }
}
