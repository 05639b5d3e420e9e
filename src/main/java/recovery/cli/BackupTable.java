package recovery.cli;

import java.time.Instant;
import java.util.List;
import recovery.core.backup.Backup;

/** The backups as a decision view: how old, how large, what, and whether it can be restored. */
final class BackupTable {
    private BackupTable() {}

    static List<String> lines(List<Backup> backups, Instant now) {
        Table table = new Table().row("NAME", "AGE", "SIZE", "WHAT", "RESTORABLE");
        backups.forEach(backup -> table.row(
                backup.name(),
                Words.age(backup.taken(), now),
                Words.size(backup.sizeBytes()),
                Words.what(backup),
                verdict(backup)));
        return table.lines();
    }

    /** With numbers to choose by. */
    static List<String> numbered(List<Backup> backups, Instant now) {
        Table table = new Table();
        for (int index = 0; index < backups.size(); index++) {
            Backup backup = backups.get(index);
            table.row(
                    "%4d)".formatted(index + 1),
                    backup.name(),
                    Words.age(backup.taken(), now) + " old",
                    Words.size(backup.sizeBytes()),
                    Words.what(backup),
                    backup.reason().map(reason -> "not restorable: " + reason).orElse(""));
        }
        return table.lines();
    }

    private static String verdict(Backup backup) {
        return backup.reason().map(reason -> "no: " + reason).orElse("yes");
    }
}
