package recovery.core.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import recovery.core.backup.Backup;
import recovery.core.backup.Contents;
import recovery.core.backup.Engine;
import recovery.core.dump.sqlite.SqliteContent;
import recovery.core.error.Note;
import recovery.core.inspect.Inspection.TableContent;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Volume;

/** What was seen in a backup of SQLite, with what is the same for all of them. */
record SqliteInspection(Backup backup, BackupStream stream) {
    /** Of a database file; {@code contentBytes} as far as it is known. */
    Inspection ofFile(SqliteContent content, OptionalLong contentBytes, List<Note> more) {
        List<TableContent> tables = content.tables().stream()
                .map(table -> new TableContent(table.name(), table.rows()))
                .toList();
        List<Note> notes = new ArrayList<>(more);
        if (!content.allTables()) {
            notes.add(new Note("TABLES_UNSEEN", "Not all tables of the backup could be listed; all are restored."));
        }
        return of(Contents.COMPLETE, content.complete(), true, contentBytes, tables, List.of(), notes);
    }

    Inspection of(
            Contents contents,
            boolean complete,
            boolean proven,
            OptionalLong contentBytes,
            List<TableContent> tables,
            List<String> risks,
            List<Note> more) {
        List<Note> notes = new ArrayList<>(stream.notes());
        notes.addAll(more);
        return new Inspection(
                backup.name(),
                backup.format(),
                Optional.of(Engine.SQLITE),
                Optional.empty(),
                Optional.empty(),
                contents,
                complete,
                proven,
                stream.fileSize(),
                contentBytes,
                tables,
                List.of(),
                List.of(),
                List.of(),
                stream.volume().map(Volume::databases).orElse(List.of()),
                risks,
                notes);
    }
}
