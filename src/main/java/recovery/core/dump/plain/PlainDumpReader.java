package recovery.core.dump.plain;

import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.ErrorCode.DUMP_DANGEROUS;
import static recovery.core.error.ErrorCode.DUMP_TRUNCATED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import recovery.core.dump.DumpBytes;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpReader;
import recovery.core.dump.Entry;
import recovery.core.dump.RowBlock;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;

/**
 * Reads SQL scripts for PostgreSQL: those of pg_dump and pg_dumpall, which prove their end, and others, which do not.
 *
 * <p>Statements are found by psql's rules and handed out unchanged, also the settings that were followed here
 * ({@code client_encoding}, {@code standard_conforming_strings}). No backslash command is run: {@code \restrict} is
 * checked, {@code \encoding} followed, {@code \connect} says which database comes now, all others are refused. Of
 * several databases one is handed out, and what belongs to the whole server; the others are read to their end.
 */
public final class PlainDumpReader implements DumpReader {
    private static final int SKIPPED_BYTES = 1 << 18;

    private final DumpBytes dump;
    private final StatementLexer lexer;
    private final Settings settings;
    private final EndProof end = new EndProof();
    private final Connections connections;
    private final List<Note> notes = new ArrayList<>();
    private final CheckedEntries entries = new CheckedEntries();
    private Optional<CopyRows> openRows = Optional.empty();
    private boolean begun;
    private boolean statementsBegun;

    /** For everything in a script that fills one database. */
    public PlainDumpReader(DumpBytes dump) {
        this(dump, DumpChoice.EVERYTHING);
    }

    /** {@code choice} says which database; its selection is not looked at here. */
    public PlainDumpReader(DumpBytes dump, DumpChoice choice) {
        this.dump = dump;
        this.connections = new Connections(choice);
        this.lexer = new StatementLexer(dump);
        this.settings = new Settings(lexer);
    }

    @Override
    public DumpHeader header() {
        return end.header();
    }

    @Override
    public long position() {
        return dump.position();
    }

    @Override
    public Proof proof() {
        return end.proof();
    }

    @Override
    public List<Note> notes() {
        List<Note> all = new ArrayList<>(notes);
        connections.note().ifPresent(all::add);
        entries.note().ifPresent(all::add);
        return List.copyOf(all);
    }

    @Override
    public List<String> databases() {
        return connections.databases();
    }

    @Override
    public Optional<DumpPart> next() throws IOException {
        if (openRows.filter(rows -> !rows.ended()).isPresent()) {
            throw new IllegalStateException("the rows before were not read to their end");
        }
        openRows = Optional.empty();
        if (!begun) {
            begun = true;
            new FirstBytes(dump).check();
        }
        while (true) {
            switch (lexer.find()) {
                case COMMENT -> comment();
                case COMMAND -> command();
                case STATEMENT -> {
                    Optional<DumpPart> part = statement();
                    if (part.isPresent()) {
                        return part;
                    }
                }
                case END -> {
                    end.check(dump.position());
                    connections.end();
                    return Optional.empty();
                }
            }
        }
    }

    private void comment() throws IOException {
        String text = settings.encoding().text(dump, lexer.length());
        if (end.comment(text, dump.position())) {
            entries.none();
            if (end.isCluster()) {
                connections.cluster();
            }
        } else {
            entries.comment(text);
        }
        lexer.take();
    }

    private void command() throws IOException {
        long line = dump.line();
        long position = dump.position();
        MetaCommand command = MetaCommand.of(settings.encoding().text(dump, lexer.length()));
        if (command.name().equals("\\unrestrict") && command.arguments().size() == 1) {
            end.unrestrict(command.arguments().get(0), line, position, lexer.terminated());
        } else if (end.isRestricted()) {
            throw refused(command, line, position);
        } else if (command.name().equals("\\restrict") && command.arguments().size() == 1) {
            end.restrict(command.arguments().get(0));
        } else if (command.connects() && lexer.terminated()) {
            connections.connect(command, line).ifPresent(notes::add);
            entries.none();
        } else if (command.name().equals("\\encoding") && command.arguments().size() == 1 && lexer.terminated()) {
            settings.encoding(command.arguments().get(0));
        } else {
            throw refused(command, line, position);
        }
        lexer.take();
    }

    private RecoveryException refused(MetaCommand command, long line, long position) {
        if (!lexer.terminated()) {
            return problem(DUMP_TRUNCATED, "the dump ends inside a command in line %d: '%s'", line, command.name())
                    .at(position)
                    .remedy("Compare the file size with the original; the copy may have been cut short.");
        }
        if (command.name().equals("\\.")) {
            return problem(DUMP_DAMAGED, "line %d ends rows with '\\.', but no COPY statement stands before it", line)
                    .at(position)
                    .remedy("Restore an older backup instead; a part of this one is missing.");
        }
        return problem(DUMP_DANGEROUS, "line %d holds the command '%s' of psql", line, command.name())
                .at(position)
                .remedy(MetaCommand.REMEDY);
    }

    /** Empty if it belongs to a database that is not wanted; then it was read to its end. */
    private Optional<DumpPart> statement() throws IOException {
        long line = dump.line();
        long position = dump.position();
        StatementShape shape = lexer.shape();
        String sql = settings.encoding().text(dump, lexer.length()).stripTrailing();
        refuseUnterminated(shape, line, position);
        if (!statementsBegun) {
            statementsBegun = true;
            FirstBytes.checkFirstWord(shape.firstWord(), sql);
        }
        boolean taken = connections.takes(shape.firstWord(), sql, position);
        lexer.take();
        if (shape.firstWord().equals("copy")) {
            DumpPart.Rows rows = rows(sql, line, position);
            return taken ? Optional.of(rows) : passedOver(rows);
        }
        boolean setting = shape.firstWord().equals("set") || shape.firstWord().equals("reset");
        if (setting) {
            settings.follow(sql);
        }
        return taken
                ? Optional.of(new DumpPart.Statement(
                        setting ? Entry.NONE : entries.of(sql, line), sql, position, line, shape.insertedRows()))
                : Optional.empty();
    }

    private static Optional<DumpPart> passedOver(DumpPart.Rows rows) throws IOException {
        RowBlock block = new RowBlock(SKIPPED_BYTES);
        boolean more = true;
        while (more) {
            more = rows.rows().read(block);
        }
        return Optional.empty();
    }

    /** psql runs the last statement of a script without its semicolon; pg_dump writes none. */
    private void refuseUnterminated(StatementShape shape, long line, long position) {
        if (lexer.terminated()) {
            return;
        }
        if (end.proof() == Proof.END_MARKED
                || end.isRestricted()
                || shape.firstWord().equals("copy")) {
            throw problem(DUMP_TRUNCATED, "the dump ends inside the statement that begins in line %d", line)
                    .at(position)
                    .remedy(
                            "Compare the file size with the original; the copy may have been cut short.",
                            "Restore an older backup instead.");
        }
    }

    private DumpPart.Rows rows(String sql, long line, long position) throws IOException {
        CopyHeader header = CopyHeader.of(sql, line, lexer.standardStrings());
        toNextLine(line);
        Encoding encoding = settings.encodingOr(header.encoding());
        CopyRows rows = new CopyRows(dump, header.table(), encoding);
        openRows = Optional.of(rows);
        return new DumpPart.Rows(
                entries.of(sql, line), header.table(), header.columns(), encoding.name(), rows, position, line);
    }

    /** The rows begin in the line behind the statement. */
    private void toNextLine(long line) throws IOException {
        int count = 0;
        int c = dump.peek(0);
        while (c >= 0 && c != '\n' && ByteSet.isBlank(c)) {
            c = dump.peek(++count);
        }
        if (c >= 0 && c != '\n') {
            throw problem(DUMP_DAMAGED, "the COPY statement in line %d has something behind its semicolon", line)
                    .at(dump.position() + count)
                    .remedy("Restore an older backup instead, or put the rest of that line into a line of its own.");
        }
        dump.skip(c < 0 ? count : count + 1);
    }
}
