package recovery.core.dump.plain;

import java.io.IOException;
import recovery.core.dump.DumpBytes;

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
    private final StatementShape shape = new StatementShape();
    private final TokenScan tokens;
    private int length;
    private boolean terminated;

    StatementLexer(DumpBytes dump) {
        this.dump = dump;
        this.tokens = new TokenScan(dump, shape);
    }

    /** For everything that follows. */
    void use(Encoding encoding) {
        tokens.use(encoding);
    }

    /** For everything that follows: whether a backslash in {@code '…'} is an ordinary character. */
    void useStandardStrings(boolean standard) {
        tokens.useStandardStrings(standard);
    }

    boolean standardStrings() {
        return tokens.standardStrings();
    }

    /** Finds what comes next; blanks, empty statements and comments with {@code /*} before it are taken. */
    Found find() throws IOException {
        while (true) {
            tokens.begin();
            int first = dump.peek(0);
            if (first < 0) {
                return Found.END;
            }
            if (ByteSet.isBlank(first) || first == ';') {
                skipBlanks();
            } else if (first == '-' && dump.peek(1) == '-') {
                return toEndOfLine(Found.COMMENT);
            } else if (first == '/' && dump.peek(1) == '*') {
                tokens.comment();
                dump.skip(tokens.at());
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
        terminated = tokens.toEndOfLine();
        length = tokens.at();
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
        terminated = tokens.toEndOfStatement();
        length = tokens.at();
        if (!terminated && !shape.mayEnd()) {
            throw tokens.unfinished();
        }
    }
}
