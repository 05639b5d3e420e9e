package recovery.core.dump.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.ErrorCode.DUMP_DANGEROUS;
import static recovery.core.error.ErrorCode.DUMP_TRUNCATED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import recovery.core.dump.DumpBytes;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpPart.Statement;
import recovery.core.dump.DumpReader;
import recovery.core.dump.Entry;
import recovery.core.dump.Section;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;

/**
 * Reads an SQL script for SQLite: what {@code .dump} of SQLite's shell writes, exports of others, and SQL by hand.
 * Every part is a {@link Statement}; its entry says what it is about: kind {@code INSERT}, {@code CREATE TABLE}, …
 * and the name without quotes.
 *
 * <p>{@code .dump} writes {@code PRAGMA foreign_keys=OFF; BEGIN TRANSACTION;} first and {@code COMMIT;} last, or {@code
 * ROLLBACK; -- due to errors}: that is its proof. Also without these marks a script is refused that ends inside a
 * statement, a comment or a transaction.
 */
public final class SqliteScriptReader implements DumpReader {
    private static final String OLDER = "Restore an older backup instead.";

    private final DumpBytes dump;
    private final StatementScan scan;
    private final InsertRun inserts;
    private final List<Note> notes = new ArrayList<>();
    private Proof proof = Proof.NONE;
    private Entry last = Entry.NONE;
    private long statements;
    private boolean content;
    private boolean transaction;
    private boolean committed;

    /** Does not close {@code content}. */
    public SqliteScriptReader(InputStream content) {
        dump = new DumpBytes(content);
        scan = new StatementScan(dump);
        inserts = new InsertRun(dump);
    }

    @Override
    public Optional<DumpPart> next() throws IOException {
        while (toStatement()) {
            if (dump.peek(0) == '.' || dump.peek(0) == '\\') {
                takeCommand();
            } else {
                return Optional.of(statement());
            }
        }
        checkEnd();
        return Optional.empty();
    }

    /**
     * Takes the next statements as rows, as far as they are INSERTs of one form that stand in a long row. Empty where
     * they are not: then {@link #next} gives the next statement.
     */
    public Optional<InsertRows> nextRows() throws IOException {
        return inserts.take();
    }

    @Override
    public DumpHeader header() {
        return new DumpHeader(Optional.empty(), Optional.empty());
    }

    @Override
    public Proof proof() {
        return proof;
    }

    @Override
    public List<Note> notes() {
        return List.copyOf(notes);
    }

    /** Bytes of the dump that were read so far. */
    @Override
    public long position() {
        return dump.position();
    }

    /** Skips to the next statement; false at the end of the dump. */
    private boolean toStatement() throws IOException {
        int blank = scan.blank();
        if (blank < 0) {
            throw truncated("the script ends inside a comment");
        }
        if (blank > 0) {
            ScriptComments.check(new String(dump.copy(Math.min(blank, 4096)), UTF_8), dump.position());
            dump.skip(blank);
        }
        if (statements == 0 && ((dump.peek(0) == 0xFF && dump.peek(1) == 0xFE) || dump.peek(1) == 0)) {
            throw problem(BACKUP_UNSUPPORTED, "the script is written in UTF-16, as PowerShell writes files")
                    .remedy("Convert it to UTF-8, or write the next one without PowerShell's '>'.");
        }
        return dump.peek(0) >= 0;
    }

    private Statement statement() throws IOException {
        long position = dump.position();
        long line = dump.line();
        int length = scan.length();
        if (length < 0) {
            throw truncated("the script ends inside the statement that begins in line %d".formatted(line));
        }
        String sql = text(length - 1, line, position);
        dump.skip(length);
        StatementHead head = StatementHead.of(sql);
        Statement statement = new Statement(entry(head), sql, position, line, rows(head));
        statements++;
        content |= !head.kind().equals("PRAGMA");
        inserts.follow(head, statement.entry(), sql);
        follow(head, sql, line);
        return statement;
    }

    private String text(int length, long line, long position) {
        byte[] bytes = dump.bytes();
        int begin = dump.begin();
        for (int at = begin; at < begin + length; at++) {
            if (bytes[at] == 0) {
                throw damaged("the statement in line %d holds a zero byte".formatted(line), position);
            }
        }
        String sql = new String(bytes, begin, length, UTF_8);
        // a replacement character may be real, or stand for bytes that are not UTF-8 and must not be changed silently
        if (sql.indexOf('\uFFFD') >= 0) {
            try {
                UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, begin, length));
            } catch (CharacterCodingException otherEncoding) {
                throw problem(BACKUP_UNSUPPORTED, "the statement in line %d is not written in UTF-8", line)
                        .at(position)
                        .causedBy(otherEncoding)
                        .remedy("Convert the script to UTF-8.");
            }
        }
        return sql;
    }

    /** Statements about one table come in long rows, so the entry is mostly the last one. */
    private Entry entry(StatementHead head) {
        if (!last.kind().equals(head.kind()) || !last.name().equals(head.name())) {
            last = new Entry(Section.NONE, head.kind(), Optional.empty(), head.name(), Optional.empty());
        }
        return last;
    }

    private OptionalLong rows(StatementHead head) {
        if (!head.kind().equals("INSERT") || !head.plainValues()) {
            return OptionalLong.empty();
        }
        if (head.columnLists() < 0) {
            return OptionalLong.of(1);
        }
        return scan.groupsAtLastWord() == head.columnLists()
                ? OptionalLong.of((long) scan.groups() - head.columnLists())
                : OptionalLong.empty();
    }

    private void follow(StatementHead head, String sql, long line) throws IOException {
        switch (head.kind()) {
            case "PRAGMA" -> {
                if (statements == 1 && sql.replace(" ", "").equalsIgnoreCase("PRAGMAforeign_keys=OFF")) {
                    proof = beginFollows() ? Proof.END_MARKED : Proof.NONE;
                }
            }
            case "BEGIN" -> {
                proof = statements == 1 ? Proof.END_MARKED : proof;
                transaction = true;
            }
            case "COMMIT", "END" -> {
                transaction = false;
                committed = true;
            }
            case "ROLLBACK" ->
                throw problem(
                                DUMP_DAMAGED,
                                "line %d takes changes back (ROLLBACK): the program that wrote this met errors",
                                line)
                        .at(dump.position())
                        .remedy(OLDER, "Or repair the script by hand, if you know what is missing.");
            case "COPY" -> throw ScriptComments.otherEngine("PostgreSQL", dump.position());
            default -> {}
        }
    }

    private boolean beginFollows() throws IOException {
        int blank = scan.blank();
        if (blank < 0) {
            return false;
        }
        StringBuilder word = new StringBuilder();
        for (int ahead = blank; ahead < blank + 5 && dump.peek(ahead) >= 0; ahead++) {
            word.append((char) dump.peek(ahead));
        }
        return word.toString().equalsIgnoreCase("BEGIN");
    }

    /** A line for SQLite's shell or for psql, which a restore never runs. */
    private void takeCommand() throws IOException {
        if (dump.peek(0) == '\\') {
            throw ScriptComments.otherEngine("PostgreSQL", dump.position());
        }
        StringBuilder line = new StringBuilder();
        for (int next = dump.peek(0);
                next >= 0 && next != '\n' && line.length() < 200;
                next = dump.peek(line.length())) {
            line.append((char) next);
        }
        String command = line.toString().strip();
        // the shell writes this one itself above a recovered database
        if (!command.equals(".dbconfig defensive off")) {
            throw problem(DUMP_DANGEROUS, "line %d is a command for SQLite's shell: '%s'", dump.line(), command)
                    .at(dump.position())
                    .remedy("Look at the script, and remove the line if it does no harm.");
        }
        dump.skip(line.length());
    }

    private void checkEnd() {
        if (transaction || (proof == Proof.END_MARKED && !committed)) {
            throw truncated("the script ends inside a transaction, without the COMMIT that ends it");
        }
        if (!content) {
            throw truncated("the script holds no statements");
        }
    }

    private RecoveryException truncated(String text) {
        return problem(DUMP_TRUNCATED, text)
                .at(dump.position())
                .remedy("Compare the file size with the original; the copy may have been cut short.", OLDER);
    }

    private static RecoveryException damaged(String text, long position) {
        return problem(DUMP_DAMAGED, text).at(position).remedy(OLDER);
    }
}
