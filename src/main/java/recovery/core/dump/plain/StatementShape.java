package recovery.core.dump.plain;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import java.util.OptionalLong;

/**
 * What is learned of a statement while its end is looked for: parentheses, SQL-standard function bodies, its first
 * word, and the rows of an {@code INSERT … VALUES}. For one thread.
 */
final class StatementShape {
    private static final int LONGEST_KEYWORD = 12;

    private final FunctionBody body = new FunctionBody();
    private String firstWord = "";
    private int words;
    private int depth;
    private boolean inValues;
    private boolean onlyValues;
    private long rows;
    private String previous = "";

    void begin() {
        body.begin();
        firstWord = "";
        words = 0;
        depth = 0;
        inValues = false;
        onlyValues = true;
        rows = 0;
    }

    void open() {
        if (depth == 0 && inValues) {
            rows++;
        }
        depth++;
    }

    void close() {
        depth = Math.max(0, depth - 1);
    }

    boolean inParentheses() {
        return depth > 0;
    }

    /** A semicolon here ends the statement. */
    boolean mayEnd() {
        return depth == 0 && !body.isOpen();
    }

    /** The first keyword in lower case, as far as it is one; empty without. */
    String firstWord() {
        return firstWord;
    }

    /** How many rows an {@code INSERT … VALUES} adds; empty if it cannot be read off. */
    OptionalLong insertedRows() {
        return firstWord.equals("insert") && inValues && onlyValues && rows > 0
                ? OptionalLong.of(rows)
                : OptionalLong.empty();
    }

    /** A keyword or unquoted name. */
    void word(byte[] bytes, int begin, int length) {
        words++;
        if (words > 4 && depth > 0) {
            return;
        }
        String word = length <= LONGEST_KEYWORD ? lowerCase(bytes, begin, length) : "";
        if (words == 1) {
            firstWord = word;
        }
        body.word(word, depth);
        if (depth == 0 && firstWord.equals("insert")) {
            wordOfInsert(word);
        }
    }

    private static String lowerCase(byte[] bytes, int begin, int length) {
        return new String(bytes, begin, length, ISO_8859_1).toLowerCase(Locale.ROOT);
    }

    /** Any other word behind VALUES, such as ON CONFLICT or UNION, may change how many rows arrive. */
    private void wordOfInsert(String word) {
        if (word.equals("values") && !inValues) {
            inValues = true;
            rows = previous.equals("default") ? 1 : 0;
        } else if (word.equals("select") || inValues) {
            onlyValues = false;
        }
        previous = word;
    }
}
