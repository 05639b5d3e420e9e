package recovery.core.dump.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpReader;
import recovery.core.dump.RowBlock;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Cancellation;

/** What a reader made of an archive, read to its end. */
final class ArchiveParts {
    static final Path BACKUPS = Path.of("src", "test", "resources", "backups");

    /** Statements, {@code COPY} with table and columns, {@code LARGE OBJECT} with its number, in order. */
    final List<String> all = new ArrayList<>();

    final List<DumpPart> parts = new ArrayList<>();

    /** By table; one character for each byte. */
    final Map<String, String> rows = new LinkedHashMap<>();

    final Map<String, Long> rowCounts = new LinkedHashMap<>();
    final Map<Long, String> largeObjects = new LinkedHashMap<>();

    /** Reads the file or folder, whatever its name ends with. */
    static ArchiveParts of(Path backup) throws IOException {
        return of(backup, DumpChoice.EVERYTHING);
    }

    static ArchiveParts of(Path backup, DumpChoice choice) throws IOException {
        try (BackupStream stream = BackupStream.open(backup, new Cancellation())) {
            return of(open(backup, stream, choice));
        }
    }

    static DumpReader open(Path backup, BackupStream stream, DumpChoice choice) throws IOException {
        boolean custom = Files.isRegularFile(backup) && backup.toString().contains(".dump");
        return custom ? Archives.custom(stream, choice) : Archives.members(stream, choice);
    }

    static ArchiveParts of(DumpReader reader) throws IOException {
        ArchiveParts parts = new ArchiveParts();
        for (Optional<DumpPart> part = reader.next(); part.isPresent(); part = reader.next()) {
            parts.add(part.get());
        }
        return parts;
    }

    private void add(DumpPart part) throws IOException {
        parts.add(part);
        if (part instanceof DumpPart.Statement statement) {
            all.add(statement.sql());
        } else if (part instanceof DumpPart.Rows rowsPart) {
            all.add(("COPY " + rowsPart.table() + " " + rowsPart.columns()).strip());
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            RowBlock block = new RowBlock(1 << 12);
            while (rowsPart.rows().read(block)) {
                bytes.write(block.bytes(), 0, block.length());
            }
            rows.merge(rowsPart.table(), bytes.toString(ISO_8859_1), String::concat);
            rowCounts.merge(rowsPart.table(), rowsPart.rows().rowCount(), Long::sum);
        } else if (part instanceof DumpPart.LargeObject object) {
            all.add("LARGE OBJECT " + object.oid());
            largeObjects.put(object.oid(), new String(object.content().readAllBytes(), ISO_8859_1));
        }
    }
}
