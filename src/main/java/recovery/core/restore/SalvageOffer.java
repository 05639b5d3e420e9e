package recovery.core.restore;

import static recovery.core.error.ErrorCode.BACKUP_NOT_RECOGNISED;
import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.ErrorCode.DUMP_TRUNCATED;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.ErrorCode.VERIFICATION_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Contents;
import recovery.core.backup.Engine;
import recovery.core.error.ErrorCode;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.core.target.LoadOptions;
import recovery.core.target.Strategy;

/** When a salvage is offered, asked about and refused, and what is known of a backup that is too damaged to look into. Stateless. */
public final class SalvageOffer {
    /** Begins the remedy that names the salvage. */
    private static final String OFFER = "If there is no other backup, salvage";

    private SalvageOffer() {}

    /** {@code reason}, with the salvage as its last remedy if the backup is a damaged file of SQLite. */
    static RecoveryException with(
            RecoveryException reason, Engine engine, LoadOptions options, Optional<BackupFormat> format) {
        boolean damaged = isDamage(reason.code())
                || (reason.code() == VERIFICATION_FAILED
                        && String.valueOf(reason.getMessage()).contains("integrity: "));
        boolean file = format.orElse(BackupFormat.SQLITE_DATABASE) == BackupFormat.SQLITE_DATABASE;
        if (!damaged || !file || engine != Engine.SQLITE || options.files().salvage() || isOffered(reason.remedies())) {
            return reason;
        }
        return problem(reason.code(), "%s", reason.getMessage())
                .remediesOf(
                        reason,
                        OFFER
                                + " what can be read of it: --salvage, or the tick 'Salvage' of the page; some rows will be lost.");
    }

    /** Whether the remedies name the salvage. */
    public static boolean isOffered(List<String> remedies) {
        return remedies.stream().anyMatch(remedy -> remedy.startsWith(OFFER));
    }

    private static boolean isDamage(ErrorCode code) {
        return code == DUMP_DAMAGED || code == DUMP_TRUNCATED || code == BACKUP_NOT_RECOGNISED;
    }

    /** REQUEST_UNUSABLE where a salvage makes no sense. */
    static void refuse(Engine engine, LoadOptions options, Optional<String> strategy) {
        if (!options.files().salvage()) {
            return;
        }
        if (engine != Engine.SQLITE) {
            throw problem(
                            REQUEST_UNUSABLE,
                            "only damaged files of SQLite can be salvaged, and the target is PostgreSQL")
                    .remedy("Leave the salvage out.");
        }
        if (!options.choice().selection().isEverything()
                || strategy.filter(name -> !name.equals(Strategy.FILE.toString()))
                        .isPresent()) {
            throw problem(
                            REQUEST_UNUSABLE,
                            "a salvage makes a whole new file, so it goes with no table and no other strategy")
                    .remedy("Salvage the whole file, or leave the salvage out.");
        }
    }

    /** REQUEST_UNUSABLE if the backup is no database file. */
    static void refuse(Inspection backup, LoadOptions options) {
        if (options.files().salvage() && backup.format() != BackupFormat.SQLITE_DATABASE) {
            throw problem(
                            REQUEST_UNUSABLE,
                            "'%s' is a %s, and only database files can be salvaged",
                            backup.backup(),
                            backup.format().title())
                    .remedy("Leave the salvage out.");
        }
    }

    /** The same backup taken for a file of SQLite, if all that speaks against it is that nobody knows its first bytes. */
    static Backup taken(Backup backup, RecoveryException refusal) {
        if (refusal.code() != BACKUP_NOT_RECOGNISED) {
            throw refusal;
        }
        return new Backup(
                backup.name(),
                backup.path(),
                backup.sizeBytes(),
                backup.modified(),
                backup.taken(),
                BackupFormat.SQLITE_DATABASE,
                backup.compression(),
                backup.encrypted(),
                Optional.of(Engine.SQLITE),
                backup.contents(),
                true,
                Optional.empty(),
                backup.sha256(),
                backup.metadata());
    }

    /** What is known of a file that cannot be looked into for that reason. */
    static Inspection unseen(Backup backup, RecoveryException reason) {
        if (!isDamage(reason.code())) {
            throw reason;
        }
        return new Inspection(
                backup.name(),
                BackupFormat.SQLITE_DATABASE,
                Optional.of(Engine.SQLITE),
                Optional.empty(),
                Optional.empty(),
                Contents.COMPLETE,
                false,
                true,
                backup.sizeBytes(),
                OptionalLong.empty(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(new Note(
                        "BACKUP_DAMAGED", "The backup cannot be looked into: %s.".formatted(reason.getMessage()))));
    }

    /** What the operator has to agree to, as half of a sentence. */
    static Optional<String> question(LoadOptions options, String target) {
        return options.files().salvage()
                ? Optional.of(
                        "if the backup is damaged, '%s' will hold only what can be read of it: rows will be lost, and"
                                        .formatted(target)
                                + " nobody can tell for certain how many")
                : Optional.empty();
    }
}
