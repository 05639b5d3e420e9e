package recovery.core.inspect;

import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Contents;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpPart.Statement;
import recovery.core.dump.DumpReader.Proof;
import recovery.core.dump.sqlite.LogPages;
import recovery.core.dump.sqlite.RowLedger;
import recovery.core.dump.sqlite.SqliteContent;
import recovery.core.dump.sqlite.SqliteHeader;
import recovery.core.dump.sqlite.SqliteNames;
import recovery.core.dump.sqlite.SqliteScriptReader;
import recovery.core.inspect.Inspection.TableContent;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Opening;
import recovery.core.layer.Volume;

/** Looks into one backup of SQLite, a database file or a script. For one thread. */
final class SqliteLook {
    /** Definitions are rarely larger than one megabyte. */
    private static final long HEAD_BYTES = 64L << 20;

    private final BackupStream stream;
    private final SqliteInspection seen;
    private boolean logCounted;

    private SqliteLook(Backup backup, BackupStream stream) {
        this.stream = stream;
        this.seen = new SqliteInspection(backup, stream);
    }

    static Inspection look(Backup backup, boolean whole, Opening opening, DumpChoice choice) throws IOException {
        Opening chosen = opening.taking(choice.database(), choice.preferred());
        try (BackupStream stream = BackupStream.open(backup.path(), chosen)) {
            refuseChoice(backup, stream, choice);
            SqliteLook look = new SqliteLook(backup, stream);
            return backup.format() == BackupFormat.SQLITE_DATABASE ? look.atFile(whole) : look.atScript(whole);
        }
    }

    private static void refuseChoice(Backup backup, BackupStream stream, DumpChoice choice) {
        if (choice.database().isPresent() && stream.volume().isEmpty()) {
            throw problem(REQUEST_UNUSABLE, "'%s' holds one database of SQLite, which has no name", backup.name())
                    .remedy("Leave out which database to take; that is for archives with several.");
        }
    }

    private Inspection atFile(boolean whole) throws IOException {
        if (stream.volume().filter(Volume::undecided).isPresent()) {
            return seen.of(
                    Contents.UNKNOWN,
                    true,
                    true,
                    OptionalLong.empty(),
                    List.of(),
                    List.of(),
                    VolumeNotes.of(stream, false));
        }
        boolean unfinished = stream.hasCompanion("-journal");
        SqliteContent content = SqliteContent.read(stream.content(), whole, unfinished, this::log);
        OptionalLong bytes = content.complete()
                ? OptionalLong.of(content.lengthBytes())
                : content.header().pageCount().isPresent()
                        ? OptionalLong.of(content.header().pageCount().getAsLong()
                                * content.header().pageSize())
                        : OptionalLong.empty();
        return seen.ofFile(content, bytes, VolumeNotes.of(stream, logCounted));
    }

    private Optional<LogPages> log(SqliteHeader header) throws IOException {
        Optional<InputStream> log = stream.hasCompanion("-journal") ? Optional.empty() : stream.companion("-wal");
        if (log.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream open = log.get()) {
            Optional<LogPages> pages = LogPages.read(open, header);
            logCounted = pages.isPresent();
            return pages;
        }
    }

    private Inspection atScript(boolean whole) throws IOException {
        SqliteScriptReader reader = new SqliteScriptReader(stream.content());
        RowLedger ledger = new RowLedger();
        List<String> risks = new ArrayList<>();
        boolean created = false;
        boolean filled = false;
        boolean ended = false;
        while (!ended && (whole || (!filled && reader.position() < HEAD_BYTES))) {
            Optional<DumpPart> part = reader.next();
            ended = part.isEmpty();
            if (part.isPresent() && part.get() instanceof Statement statement) {
                ledger.follow(statement);
                String kind = statement.entry().kind();
                created |= kind.equals("CREATE TABLE");
                filled |= kind.equals("INSERT");
                if (kind.equals("ATTACH") || kind.equals("DETACH")) {
                    risks.add("Line %d opens other database files (%s), so the restore will refuse it."
                            .formatted(statement.line(), kind));
                }
            }
        }
        boolean proven = reader.proof() == Proof.END_MARKED;
        if (!proven) {
            risks.add(0, "The script carries no proof that it is whole: if its end is missing, nobody can tell.");
        }
        boolean complete = ended;
        List<TableContent> tables = ledger.tables().stream()
                .filter(name -> !name.startsWith("sqlite_"))
                .map(name -> new TableContent(
                        SqliteNames.asSql(name), complete ? ledger.expected(name) : OptionalLong.empty()))
                .toList();
        return seen.of(
                contents(created, filled, ended),
                ended,
                proven,
                ended ? OptionalLong.of(reader.position()) : OptionalLong.empty(),
                tables,
                risks,
                reader.notes());
    }

    private static Contents contents(boolean created, boolean filled, boolean ended) {
        if (filled) {
            return created ? Contents.COMPLETE : ended ? Contents.DATA : Contents.UNKNOWN;
        }
        return ended ? Contents.SCHEMA : Contents.UNKNOWN;
    }
}
