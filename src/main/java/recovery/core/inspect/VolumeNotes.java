package recovery.core.inspect;

import static recovery.core.error.ErrorCode.DATABASE_NOT_CHOSEN;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import recovery.core.error.Note;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Volume;

/** What lies around the database of a backup: other databases, other files, and its logs. Stateless. */
final class VolumeNotes {
    private static final int MOST_NAMES = 10;

    private VolumeNotes() {}

    /** {@code logCounted}: the changes in the log are part of the rows that were counted. */
    static List<Note> of(BackupStream stream, boolean logCounted) throws IOException {
        List<Note> notes = new ArrayList<>();
        stream.volume().ifPresent(volume -> around(volume, notes));
        boolean decided = stream.volume().filter(Volume::undecided).isEmpty();
        if (decided && stream.hasCompanion("-journal")) {
            notes.add(new Note(
                    "LOG_BESIDE",
                    "A '-journal' lies beside the database: a restore rolls back what it remembers as unfinished."));
        } else if (decided && stream.hasCompanion("-wal")) {
            notes.add(new Note(
                    "LOG_BESIDE",
                    "A '-wal' lies beside the database: its committed changes are restored too, and are %s here."
                            .formatted(logCounted ? "counted" : "not counted")));
        }
        return notes;
    }

    private static void around(Volume volume, List<Note> notes) {
        if (volume.undecided()) {
            notes.add(new Note(
                    DATABASE_NOT_CHOSEN.name(),
                    "The archive holds %d databases, and none is named like the target: %s."
                            .formatted(volume.databases().size(), list(volume.databases()))));
        } else if (volume.databases().size() > 1) {
            notes.add(new Note(
                    "DATABASE_CHOSEN",
                    "Of %d databases in the archive '%s' is taken."
                            .formatted(volume.databases().size(), shown(volume.database()))));
        }
        if (volume.otherFiles() > 0) {
            long more =
                    volume.otherFiles() - Math.min(MOST_NAMES, volume.others().size());
            notes.add(new Note(
                    "OTHER_FILES",
                    "The archive holds %d other %s, which only --whole-volume restores: %s%s."
                            .formatted(
                                    volume.otherFiles(),
                                    volume.otherFiles() == 1 ? "file" : "files",
                                    list(volume.others()),
                                    more > 0 ? " and %d more".formatted(more) : "")));
        }
    }

    private static String list(List<String> paths) {
        return paths.stream()
                .limit(MOST_NAMES)
                .map(path -> "'" + shown(path) + "'")
                .collect(Collectors.joining(", "));
    }

    private static String shown(String path) {
        String plain = path.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > 100 ? plain.substring(0, 100) + "…" : plain;
    }
}
