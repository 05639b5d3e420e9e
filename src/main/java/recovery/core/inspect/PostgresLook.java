package recovery.core.inspect;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import recovery.core.backup.Backup;
import recovery.core.backup.Contents;
import recovery.core.backup.Engine;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpReader;
import recovery.core.dump.DumpReader.Proof;
import recovery.core.dump.DumpReaders;
import recovery.core.dump.RowBlock;
import recovery.core.error.ErrorCode;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Opening;

/** Looks into one dump of PostgreSQL. For one thread. */
final class PostgresLook {
    /** Definitions are rarely larger than one megabyte. */
    private static final long HEAD_BYTES = 64L << 20;

    private static final int BLOCK_BYTES = 1 << 20;

    private final Backup backup;
    private final boolean whole;
    private final BackupStream stream;
    private final DumpReader reader;
    private DumpContent content = new DumpContent();
    private Optional<Note> undecided = Optional.empty();

    private PostgresLook(Backup backup, boolean whole, BackupStream stream, DumpReader reader) {
        this.backup = backup;
        this.whole = whole;
        this.stream = stream;
        this.reader = reader;
    }

    static Inspection look(Backup backup, boolean whole, Opening opening, DumpChoice choice) throws IOException {
        try (BackupStream stream = BackupStream.open(backup.path(), opening)) {
            PostgresLook look = new PostgresLook(backup, whole, stream, DumpReaders.open(backup, stream, choice));
            return look.result();
        }
    }

    private Inspection result() throws IOException {
        try {
            return result(readParts());
        } catch (RecoveryException e) {
            if (e.code() != ErrorCode.DATABASE_NOT_CHOSEN) {
                throw e;
            }
            content = new DumpContent();
            undecided = Optional.of(new Note("DATABASE_NOT_CHOSEN", sentence(e.getMessage())));
            return result(true);
        }
    }

    private static String sentence(String problem) {
        return Character.toUpperCase(problem.charAt(0)) + problem.substring(1) + ".";
    }

    /** True if the end of the dump was reached. */
    private boolean readParts() throws IOException {
        Optional<DumpReader> definitions = whole ? Optional.empty() : reader.definitions();
        if (definitions.isPresent()) {
            readDefinitions(definitions.get());
            return false;
        }
        while (whole || (!content.anyRows() && reader.position() < HEAD_BYTES)) {
            Optional<DumpPart> part = reader.next();
            if (part.isEmpty()) {
                return true;
            }
            if (part.get() instanceof DumpPart.Rows rows) {
                content.rows(rows, whole ? counted(rows) : OptionalLong.empty());
            } else if (part.get() instanceof DumpPart.Statement statement) {
                content.statement(statement);
            }
        }
        return false;
    }

    /** The table of contents of an archive names every table, also those whose rows stand far behind. */
    private void readDefinitions(DumpReader definitions) throws IOException {
        long characters = 0;
        for (Optional<DumpPart> part = definitions.next(); part.isPresent(); part = definitions.next()) {
            if (part.get() instanceof DumpPart.Rows rows) {
                content.rows(rows, OptionalLong.empty());
            } else if (part.get() instanceof DumpPart.Statement statement) {
                content.statement(statement);
                characters += statement.sql().length();
            }
            if (characters > HEAD_BYTES) {
                return;
            }
        }
    }

    private OptionalLong counted(DumpPart.Rows rows) throws IOException {
        RowBlock block = new RowBlock(BLOCK_BYTES);
        boolean more = true;
        while (more) {
            more = rows.rows().read(block);
        }
        return OptionalLong.of(rows.rows().rowCount());
    }

    private Inspection result(boolean complete) {
        boolean proven = reader.proof() == Proof.END_MARKED;
        List<String> risks = new ArrayList<>();
        if (!proven) {
            risks.add("The script carries no proof that it is whole: if its end is missing, nobody can tell.");
        }
        risks.addAll(content.risks());
        List<Note> notes = new ArrayList<>(stream.notes());
        notes.addAll(reader.notes());
        undecided.ifPresent(notes::add);
        return new Inspection(
                backup.name(),
                backup.format(),
                proven ? Optional.of(Engine.POSTGRESQL) : backup.engine(),
                reader.header().serverVersion(),
                reader.header().dumpVersion(),
                undecided.isPresent() ? Contents.UNKNOWN : content.contents(complete),
                complete,
                proven,
                stream.fileSize(),
                complete ? OptionalLong.of(reader.position()) : OptionalLong.empty(),
                content.tables(complete),
                content.roles(),
                content.extensions(),
                content.schemas(),
                content.databases(reader.databases()),
                risks,
                notes,
                content.extensionTables());
    }
}
