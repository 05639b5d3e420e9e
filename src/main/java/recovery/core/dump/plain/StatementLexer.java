package recovery.core.dump.plain;

import static recovery.core.error.ErrorCode.DUMP_DANGEROUS;
import static recovery.core.error.ErrorCode.DUMP_TRUNCATED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import recovery.core.dump.DumpBytes;
import recovery.core.error.RecoveryException;

/**
 * Finds where statements end, by the rules of psql's lexer (psqlscan.l). What was found stays in {@code dump} until
 * {@link #take}. Variables such as {@code :name} are left as they are. For one thread.
 */
final class StatementLexer {
    /** What stands at the beginning of the bytes that are left. */
    enum Found {
        STATEMENT,
        /** A comment to the end of its line, which begins with two hyphens. */
        COMMENT,
        /** A backslash command to the end of its line. */
        COMMAND,
        END
    }

    private final DumpBytes dump;
    private final Scan scan;
    private final DollarQuote dollarQuote;
    private final StatementShape shape = new StatementShape();
    private Stops stops = new Stops(Encoding.UTF8);
    private boolean standardStrings = true;
    private int length;
    private boolean terminated;
    private int outermostParenthesis;

    StatementLexer(DumpBytes dump) {
        this.dump = dump;
        this.scan = new Scan(dump);
        this.dollarQuote = new DollarQuote(scan);
    }

    /** The sets of bytes at which each state stops. */
    private record Stops(
            ByteSet statement,
            ByteSet name,
            ByteSet quote,
            ByteSet escapes,
            ByteSet doubleQuote,
            ByteSet dollar,
            ByteSet line,
            ByteSet comment) {
        Stops(Encoding encoding) {
            this(
                    ByteSet.ofStatements(encoding),
                    ByteSet.endOfName(encoding),
                    ByteSet.of("'", encoding),
                    ByteSet.of("'\\", encoding),
                    ByteSet.of("\"", encoding),
                    ByteSet.of("$", encoding),
                    ByteSet.of("\n", encoding),
                    ByteSet.of("*/", encoding));
        }
    }

    /** For everything that follows. */
    void use(Encoding encoding) {
        scan.use(encoding);
        stops = new Stops(encoding);
    }

    /** For everything that follows: whether a backslash in {@code '…'} is an ordinary character. */
    void useStandardStrings(boolean standard) {
        standardStrings = standard;
    }

    boolean standardStrings() {
        return standardStrings;
    }

    /** Finds what comes next; blanks, empty statements and comments with {@code /*} before it are taken. */
    Found find() throws IOException {
        while (true) {
            scan.moveTo(0);
            int first = dump.peek(0);
            if (first < 0) {
                return Found.END;
            }
            if (ByteSet.isBlank(first) || first == ';') {
                skipBlanks();
            } else if (first == '-' && dump.peek(1) == '-') {
                return toEndOfLine(Found.COMMENT);
            } else if (first == '/' && dump.peek(1) == '*') {
                comment();
                dump.skip(scan.at());
            } else if (first == '\\') {
                return toEndOfLine(Found.COMMAND);
            } else {
                statement();
                return Found.STATEMENT;
            }
        }
    }

    private void skipBlanks() throws IOException {
        int count = 0;
        int c = dump.peek(0);
        while (ByteSet.isBlank(c) || c == ';') {
            c = dump.peek(++count);
        }
        dump.skip(count);
    }

    private Found toEndOfLine(Found what) throws IOException {
        terminated = scan.runTo(stops.line()) >= 0;
        length = scan.at();
        return what;
    }

    /** Bytes of what was found, without the semicolon or line feed behind it. */
    int length() {
        return length;
    }

    /** The semicolon or line feed behind it was there. */
    boolean terminated() {
        return terminated;
    }

    /** What is known of the statement that was found. */
    StatementShape shape() {
        return shape;
    }

    /** Takes what was found, with the semicolon or line feed behind it. */
    void take() {
        dump.skip(terminated ? length + 1 : length);
    }

    private void statement() throws IOException {
        shape.begin();
        int c = scan.runTo(stops.statement());
        while (c >= 0) {
            if (c == ';' && shape.mayEnd()) {
                break;
            }
            token(c);
            c = scan.runTo(stops.statement());
        }
        terminated = c == ';';
        length = scan.at();
        if (!terminated && !shape.mayEnd()) {
            throw shape.inParentheses()
                    ? unfinished("parentheses that open", outermostParenthesis)
                    : unfinished("a BEGIN ATOMIC body of the statement that begins", 0);
        }
    }

    private void token(int c) throws IOException {
        switch (c) {
            case '\'' -> quote(standardStrings ? stops.quote() : stops.escapes());
            case '"' -> doubleQuote();
            case '$' -> dollar();
            case '-' -> hyphen();
            case '/' -> slash();
            case '(' -> openParenthesis();
            case ')' -> closeParenthesis();
            case ':' -> colon();
            case '\\' -> throw commandInside();
            case ';' -> scan.step(1);
            default -> {
                if (ByteSet.isDigit(c)) {
                    number();
                } else {
                    word(c);
                }
            }
        }
    }

    /** Letters right behind digits belong to the number, a dollar sign does not. */
    private void number() throws IOException {
        while (ByteSet.isDigit(scan.peek(0))) {
            scan.step(1);
        }
        if (ByteSet.isNameStart(scan.peek(0))) {
            scan.runTo(stops.name());
        }
    }

    private void word(int c) throws IOException {
        int begin = scan.at();
        scan.runTo(stops.name());
        int prefix = scan.at() - begin == 1 ? c | 0x20 : 0;
        int next = scan.peek(0);
        if (next == '\'' && prefix == 'e') {
            quote(stops.escapes());
        } else if (next == '\'' && (prefix == 'b' || prefix == 'x')) {
            quote(stops.quote());
        } else if (next == '&' && prefix == 'u' && scan.peek(1) == '\'') {
            scan.step(1);
            quote(stops.quote());
        } else if (next == '&' && prefix == 'u' && scan.peek(1) == '"') {
            scan.step(1);
        } else if (next != '\'' || prefix != 'n') {
            shape.word(dump.bytes(), dump.begin() + begin, scan.at() - begin);
        }
    }

    private void quote(ByteSet ends) throws IOException {
        int begin = scan.at();
        scan.step(1);
        while (true) {
            int c = scan.runTo(ends);
            if (c < 0 || (c == '\\' && scan.peek(1) < 0)) {
                throw unfinished("a quoted text that begins", begin);
            }
            if (c == '\\') {
                escaped();
            } else if (scan.peek(1) == '\'') {
                scan.step(2);
            } else {
                scan.step(1);
                return;
            }
        }
    }

    /** The byte behind a backslash loses its meaning, unless it is the first of a pair, which is stepped over whole. */
    private void escaped() throws IOException {
        scan.step(scan.peek(1) >= 0x80 ? 1 : 2);
    }

    private void doubleQuote() throws IOException {
        int begin = scan.at();
        scan.step(1);
        while (scan.runTo(stops.doubleQuote()) >= 0) {
            if (scan.peek(1) != '"') {
                scan.step(1);
                return;
            }
            scan.step(2);
        }
        throw unfinished("a quoted name that begins", begin);
    }

    private void dollar() throws IOException {
        int begin = scan.at();
        if (dollarQuote.opens() && !dollarQuote.close(stops.dollar())) {
            throw unfinished("a dollar-quoted text that begins", begin);
        }
    }

    private void hyphen() throws IOException {
        if (scan.peek(1) == '-') {
            scan.runTo(stops.line());
        } else {
            scan.step(1);
        }
    }

    private void slash() throws IOException {
        if (scan.peek(1) == '*') {
            comment();
        } else {
            scan.step(1);
        }
    }

    private void comment() throws IOException {
        int begin = scan.at();
        scan.step(2);
        int depth = 1;
        while (depth > 0) {
            int c = scan.runTo(stops.comment());
            if (c < 0) {
                throw unfinished("a comment that begins", begin);
            }
            int second = scan.peek(1);
            if (c == '/' && second == '*') {
                depth++;
                scan.step(2);
            } else if (c == '*' && second == '/') {
                depth--;
                scan.step(2);
            } else {
                scan.step(1);
            }
        }
    }

    private void openParenthesis() {
        if (!shape.inParentheses()) {
            outermostParenthesis = scan.at();
        }
        shape.open();
        scan.step(1);
    }

    private void closeParenthesis() {
        shape.close();
        scan.step(1);
    }

    /** {@code ::} is a cast; {@code :name} is a variable of psql and no word of the statement. */
    private void colon() throws IOException {
        scan.step(1);
        if (scan.peek(0) == ':') {
            scan.step(1);
            return;
        }
        while (ByteSet.isNamePart(scan.peek(0)) && scan.peek(0) != '$') {
            scan.step(1);
        }
    }

    private RecoveryException commandInside() throws IOException {
        int begin = scan.at();
        scan.runTo(ByteSet.of(" \t\r\n;", Encoding.UTF8));
        scan.moveTo(Math.min(scan.at(), begin + 40));
        dump.skip(begin);
        return problem(
                        DUMP_DANGEROUS,
                        "line %d holds the command '%s' of psql inside a statement",
                        dump.line(),
                        Encoding.named("LATIN1").text(dump, scan.at() - begin))
                .at(dump.position())
                .remedy(MetaCommand.REMEDY);
    }

    private RecoveryException unfinished(String what, int begin) {
        return problem(DUMP_TRUNCATED, "the dump ends inside %s in line %d", what, dump.lineOf(begin))
                .at(dump.position() + begin)
                .remedy(
                        "Compare the file size with the original; the copy may have been cut short.",
                        "Restore an older backup instead.");
    }
}
