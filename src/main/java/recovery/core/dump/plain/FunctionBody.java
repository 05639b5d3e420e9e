package recovery.core.dump.plain;

/**
 * Tells whether a statement is inside of {@code BEGIN ATOMIC … END}, where semicolons do not end it. psql's heuristic,
 * word for word: only after CREATE [OR REPLACE] FUNCTION or PROCEDURE, outside of parentheses, and with CASE … END
 * counted inside of it.
 */
final class FunctionBody {
    private final char[] initials = new char[4];
    private int words;
    private int depth;

    void begin() {
        initials[0] = 0;
        initials[1] = 0;
        initials[2] = 0;
        initials[3] = 0;
        words = 0;
        depth = 0;
    }

    boolean isOpen() {
        return depth > 0;
    }

    /** {@code word} in lower case; {@code parentheses} that are open around it. */
    void word(String word, int parentheses) {
        if (words < initials.length) {
            initials[words++] = switch (word) {
                case "create", "function", "procedure", "or", "replace" -> word.charAt(0);
                default -> 0;
            };
        }
        if (parentheses > 0 || !isFunction()) {
            return;
        }
        switch (word) {
            case "begin" -> depth++;
            case "case" -> depth += depth > 0 ? 1 : 0;
            case "end" -> depth -= depth > 0 ? 1 : 0;
            default -> {}
        }
    }

    private boolean isFunction() {
        int kind = initials[1] == 'o' && initials[2] == 'r' ? 3 : 1;
        return initials[0] == 'c' && (initials[kind] == 'f' || initials[kind] == 'p');
    }
}
