package recovery.core.dump;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The first tokens of one SQL statement, without comments and white space: enough to see what the statement is about,
 * and not a parser. Never fails: text that is no SQL gives tokens that match nothing. Immutable.
 */
public final class SqlTokens {
    private final List<Token> tokens;

    private SqlTokens(List<Token> tokens) {
        this.tokens = List.copyOf(tokens);
    }

    /** What a token is. */
    public enum Kind {
        /** A keyword or unquoted name, in lower case as PostgreSQL folds it. */
        WORD,
        /** A name in double quotes, without them. */
        QUOTED,
        /** The value of a string: {@code '…'}, {@code E'…'} or dollar-quoted. */
        STRING,
        NUMBER,
        /** One other character, such as {@code (} or {@code ;}; an operator gives several. */
        SYMBOL,
        /** What stands behind the last token. */
        END
    }

    /**
     * One token.
     *
     * @param text its meaning: folded, without quotes
     * @param begin where it stands in the statement, counted in {@code char}s
     * @param end behind its last {@code char}
     */
    public record Token(Kind kind, String text, int begin, int end) {
        /** A keyword or unquoted name that is {@code word}, given in lower case. */
        public boolean is(String word) {
            return kind == Kind.WORD && text.equals(word);
        }

        public boolean isSymbol(char symbol) {
            return kind == Kind.SYMBOL && text.charAt(0) == symbol;
        }

        /** It can be a name: unquoted or quoted. */
        public boolean isName() {
            return kind == Kind.WORD || kind == Kind.QUOTED;
        }
    }

    /**
     * A name with its qualifiers, e.g. {@code sales."Odd Table"}.
     *
     * @param parts without quotes, folded; the last one is the object's own name
     * @param next index of the token behind the name
     */
    public record Name(List<String> parts, int next) {
        public Name {
            parts = List.copyOf(parts);
        }

        /** The object's own name. */
        public String last() {
            return parts.get(parts.size() - 1);
        }

        /** The name before the last dot. */
        public Optional<String> qualifier() {
            return parts.size() < 2 ? Optional.empty() : Optional.of(parts.get(parts.size() - 2));
        }

        /** As SQL, each part in double quotes where it needs them. */
        public String sql() {
            return String.join(".", parts.stream().map(SqlTokens::quoted).toList());
        }
    }

    /** At most {@code limit} tokens of {@code sql}, where a backslash in {@code '…'} is an ordinary character. */
    public static SqlTokens of(String sql, int limit) {
        return of(sql, limit, true);
    }

    /** At most {@code limit} tokens; {@code standardStrings} as {@code standard_conforming_strings}. */
    public static SqlTokens of(String sql, int limit, boolean standardStrings) {
        SqlScanner scanner = new SqlScanner(sql, standardStrings);
        List<Token> tokens = new ArrayList<>();
        while (tokens.size() < limit) {
            Token token = scanner.next();
            if (token.kind() == Kind.END) {
                break;
            }
            tokens.add(token);
        }
        return new SqlTokens(tokens);
    }

    public int size() {
        return tokens.size();
    }

    /** The token at {@code index}; one of kind {@link Kind#END} behind the last. */
    public Token get(int index) {
        return index < tokens.size() ? tokens.get(index) : new Token(Kind.END, "", 0, 0);
    }

    /** The statement begins with these words: lower case, one space between them, e.g. {@code "alter table"}. */
    public boolean begins(String words) {
        return has(0, words);
    }

    /** These words stand at {@code index}: lower case, one space between them. */
    public boolean has(int index, String words) {
        int at = index;
        int begin = 0;
        while (begin <= words.length()) {
            int blank = words.indexOf(' ', begin);
            int end = blank < 0 ? words.length() : blank;
            Token token = get(at++);
            boolean same = token.kind() == Kind.WORD
                    && token.text().length() == end - begin
                    && words.startsWith(token.text(), begin);
            if (!same) {
                return false;
            }
            begin = end + 1;
        }
        return true;
    }

    /** Index of the first of these words at or behind {@code from}, outside of parentheses opened there; -1 without. */
    public int find(int from, String words) {
        int depth = 0;
        for (int i = from; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.isSymbol('(')) {
                depth++;
            } else if (token.isSymbol(')')) {
                depth--;
            } else if (depth == 0 && has(i, words)) {
                return i;
            }
        }
        return -1;
    }

    /** The name that begins at {@code index}; empty if no name stands there. */
    public Optional<Name> name(int index) {
        List<String> parts = new ArrayList<>();
        int at = index;
        while (get(at).isName()) {
            parts.add(get(at++).text());
            if (!get(at).isSymbol('.')) {
                return Optional.of(new Name(parts, at));
            }
            at++;
        }
        return Optional.empty();
    }

    /** {@code name} as SQL: in double quotes unless it is a plain lower-case word. A keyword is not quoted. */
    public static String quoted(String name) {
        boolean plain = !name.isEmpty()
                && name.chars().allMatch(c -> c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
                && (name.charAt(0) < '0' || name.charAt(0) > '9');
        return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
    }

    /** For messages: the first words of a statement on one line, e.g. {@code CREATE TABLE sales.users}. */
    public static String summary(String sql) {
        String line = sql.strip().replaceAll("\\s+", " ");
        int end = line.offsetByCodePoints(0, Math.min(60, line.codePointCount(0, line.length())));
        return end < line.length() ? line.substring(0, end) + "…" : line;
    }

    /** ASCII alone is folded, as PostgreSQL does in UTF-8. */
    static String folded(String word) {
        StringBuilder folded = new StringBuilder(word);
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                folded.setCharAt(i, (char) (c + 32));
            }
        }
        return folded.toString();
    }
}
