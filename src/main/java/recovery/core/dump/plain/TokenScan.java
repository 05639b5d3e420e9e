package recovery.core.dump.plain;

import static recovery.core.error.ErrorCode.DUMP_DANGEROUS;
import static recovery.core.error.ErrorCode.DUMP_TRUNCATED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import recovery.core.dump.DumpBytes;
import recovery.core.error.RecoveryException;

/**
 * Steps over the tokens of a statement: quotes, comments and dollar tags hide what would end it. Tells {@code shape}
 * about words and parentheses. For one thread.
 */
final class TokenScan {
    private final DumpBytes dump;
    private final StatementShape shape;
    private final Scan scan;
    private final DollarQuote dollarQuote;
    private Stops stops = new Stops(Encoding.UTF8);
    private boolean standardStrings = true;
    private int outermostParenthesis;

    TokenScan(DumpBytes dump, StatementShape shape) {
        this.dump = dump;
        this.shape = shape;
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

    void use(Encoding encoding) {
        scan.use(encoding);
        stops = new Stops(encoding);
    }

    void useStandardStrings(boolean standard) {
        standardStrings = standard;
    }

    boolean standardStrings() {
        return standardStrings;
    }

    /** At the next byte of the dump. */
    void begin() {
        scan.moveTo(0);
    }

    /** How many bytes were stepped over. */
    int at() {
        return scan.at();
    }

    /** To before the line feed; false if the dump ends before it. */
    boolean toEndOfLine() throws IOException {
        return scan.runTo(stops.line()) >= 0;
    }

    /** To before the semicolon that ends the statement; false if the dump ends before it. */
    boolean toEndOfStatement() throws IOException {
        int c = scan.runTo(stops.statement());
        while (c >= 0 && (c != ';' || !shape.mayEnd())) {
            token(c);
            c = scan.runTo(stops.statement());
        }
        return c >= 0;
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

    /** Over a comment that may hold others. */
    void comment() throws IOException {
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
        int count = variablePart();
        while (count > 0) {
            scan.step(count);
            count = variablePart();
        }
    }

    private int variablePart() throws IOException {
        int c = scan.peek(0);
        return scan.namePart(0, ByteSet.isNamePart(c) && c != '$');
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

    /** The statement is still open at the end of the dump, but no quote. */
    RecoveryException unfinished() throws IOException {
        return shape.inParentheses()
                ? unfinished("parentheses that open", outermostParenthesis)
                : unfinished("a BEGIN ATOMIC body of the statement that begins", 0);
    }

    private RecoveryException unfinished(String what, int begin) {
        return problem(DUMP_TRUNCATED, "the dump ends inside %s in line %d", what, dump.lineOf(begin))
                .at(dump.position() + begin)
                .remedy(
                        "Compare the file size with the original; the copy may have been cut short.",
                        "Restore an older backup instead.");
    }
}
