package recovery.core.restore;

import java.io.IOException;
import java.util.Optional;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupCatalogue;
import recovery.core.backup.Sha256;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;
import recovery.core.inspect.Identity;
import recovery.core.layer.Opening;
import recovery.core.target.LastDump;
import recovery.core.target.Target;

/** Finds the backup from which the live database was last restored, if it is still the same file. Any thread may use it. */
final class LastRestored {
    static final String SHA256 = "backupSha256";

    private final BackupCatalogue catalogue;
    private final JournalFolder journals;

    LastRestored(BackupCatalogue catalogue, JournalFolder journals) {
        this.catalogue = catalogue;
        this.journals = journals;
    }

    /** Reads the whole file, to see whether it is the same. */
    LastDump of(Target target, Opening opening) {
        Optional<HistoryEntry> restore = restore(target);
        if (restore.isEmpty()) {
            return none("no restore of this database is known here", opening);
        }
        String name = restore.get().backup();
        Optional<String> sha256 =
                Optional.ofNullable(journals.lines(restore.get().id()).get(SHA256));
        if (sha256.isEmpty()) {
            return none(
                    "the journal of restore %s keeps no checksum of '%s'"
                            .formatted(restore.get().id(), name),
                    opening);
        }
        try {
            Backup backup = catalogue.find(name);
            if (!Sha256.of(backup.path(), opening.cancellation()::check).equals(sha256.get())) {
                return none("'%s' is another file than the one that was restored".formatted(name), opening);
            }
            return new LastDump(Optional.of(Identity.of(backup, opening)), opening, "");
        } catch (RecoveryException e) {
            opening.cancellation().check();
            return none(
                    "'%s', from which it was restored, cannot be used: %s".formatted(name, e.getMessage()), opening);
        } catch (IOException e) {
            return none("'%s', from which it was restored, cannot be read: %s".formatted(name, Why.of(e)), opening);
        }
    }

    private static LastDump none(String reason, Opening opening) {
        return new LastDump(Optional.empty(), opening, reason);
    }

    /** A rollback takes back the restore before it. */
    private Optional<HistoryEntry> restore(Target target) {
        int takenBack = 0;
        for (HistoryEntry entry : journals.list()) {
            if (entry.state().hasChangedTarget() && journals.isOf(entry, target)) {
                // a rollback by strategy replace is the restore of a safety copy
                boolean renamed = entry.kind().equals(JobKind.ROLLBACK) && !Replacements.isOne(entry);
                if (renamed) {
                    takenBack++;
                } else if (!entry.kind().equals(JobKind.BACKUP)
                        && !entry.kind().equals(JobKind.DRY_RUN)
                        && takenBack-- <= 0) {
                    return Optional.of(entry);
                }
            }
        }
        return Optional.empty();
    }
}
