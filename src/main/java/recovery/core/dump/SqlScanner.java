package recovery.core.dump;

import recovery.core.dump.SqlTokens.Kind;
import recovery.core.dump.SqlTokens.Token;

/** Cuts one statement into tokens by PostgreSQL's rules. For one thread. */
final class SqlScanner {
    private static final Token END = new Token(Kind.END, "", 0, 0);

    private final String sql;
    private final boolean standardStrings;
    private int next;

    SqlScanner(String sql, boolean standardStrings) {
        this.sql = sql;
        this.standardStrings = standardStrings;
    }

    /** The next token; of kind {@link Kind#END} at the end. */
    Token next() {
        skipBlank();
        int begin = next;
        int c = at(0);
        if (c < 0) {
            return END;
        }
        if (c == '\'') {
            return string(begin, !standardStrings);
        }
        if (c == '"') {
            return quotedName(begin, false);
        }
        if (c == '$') {
            return dollar(begin);
        }
        if (isDigit(c) || (c == '.' && isDigit(at(1)))) {
            return number(begin);
        }
        return isNameStart(c) ? word(begin) : symbol(begin);
    }

    private Token word(int begin) {
        int c = at(0) | 0x20;
        if (at(1) == '\'' && (c == 'e' || c == 'b' || c == 'x' || c == 'n')) {
            next++;
            return string(begin, c == 'e' || (c == 'n' && !standardStrings));
        }
        if (c == 'u' && at(1) == '&' && (at(2) == '"' || at(2) == '\'')) {
            next += 2;
            return at(0) == '"' ? quotedName(begin, true) : string(begin, false);
        }
        while (isNamePart(at(0))) {
            next++;
        }
        return new Token(Kind.WORD, SqlTokens.folded(sql.substring(begin, next)), begin, next);
    }

    private Token symbol(int begin) {
        next++;
        return new Token(Kind.SYMBOL, sql.substring(begin, next), begin, next);
    }

    private Token number(int begin) {
        while (isNamePart(at(0)) || at(0) == '.') {
            next++;
        }
        return new Token(Kind.NUMBER, sql.substring(begin, next), begin, next);
    }

    private Token string(int begin, boolean escapes) {
        StringBuilder value = new StringBuilder();
        next++;
        while (at(0) >= 0) {
            char c = (char) at(0);
            if (c == '\'' && at(1) != '\'') {
                next++;
                break;
            }
            if (c == '\'') {
                next++;
            } else if (escapes && c == '\\' && at(1) >= 0) {
                c = unescaped((char) at(1));
                next++;
            }
            value.append(c);
            next++;
        }
        return new Token(Kind.STRING, value.toString(), begin, next);
    }

    private static char unescaped(char c) {
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            default -> c;
        };
    }

    private Token quotedName(int begin, boolean unicode) {
        StringBuilder name = new StringBuilder();
        next++;
        while (at(0) >= 0) {
            char c = (char) at(0);
            if (c == '"' && at(1) != '"') {
                next++;
                break;
            }
            next += c == '"' ? 2 : 1;
            name.append(c);
        }
        String text = unicode ? decoded(name.toString()) : name.toString();
        return new Token(Kind.QUOTED, text, begin, next);
    }

    /** {@code \0061} and {@code \+000061} of {@code U&"…"}; a different UESCAPE character is not looked for. */
    private static String decoded(String name) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            int from = name.startsWith("\\+", i) ? i + 2 : i + 1;
            int to = from + (from == i + 2 ? 6 : 4);
            if (name.charAt(i) == '\\' && to <= name.length() && isHex(name.substring(from, to))) {
                int code = Integer.parseInt(name.substring(from, to), 16);
                text.append(Character.isValidCodePoint(code) ? Character.toString(code) : "?");
                i = to - 1;
            } else {
                text.append(name.charAt(i));
            }
        }
        return text.toString();
    }

    private static boolean isHex(String digits) {
        return digits.chars().allMatch(c -> Character.digit(c, 16) >= 0);
    }

    private Token dollar(int begin) {
        int end = begin + 1;
        while (end < sql.length() && isNamePart(sql.charAt(end)) && sql.charAt(end) != '$') {
            end++;
        }
        if (end >= sql.length() || sql.charAt(end) != '$' || isDigit(sql.charAt(begin + 1))) {
            return symbol(begin);
        }
        String tag = sql.substring(begin, end + 1);
        int close = sql.indexOf(tag, end + 1);
        next = close < 0 ? sql.length() : close + tag.length();
        return new Token(Kind.STRING, sql.substring(end + 1, close < 0 ? sql.length() : close), begin, next);
    }

    private void skipBlank() {
        while (at(0) >= 0) {
            if (at(0) == '-' && at(1) == '-') {
                skipLine();
            } else if (at(0) == '/' && at(1) == '*') {
                skipComment();
            } else if (" \t\r\n\f\u000B".indexOf(at(0)) >= 0) {
                next++;
            } else {
                return;
            }
        }
    }

    private void skipLine() {
        while (at(0) >= 0 && at(0) != '\n' && at(0) != '\r') {
            next++;
        }
    }

    private void skipComment() {
        int depth = 0;
        do {
            if (at(0) == '/' && at(1) == '*') {
                depth++;
                next += 2;
            } else if (at(0) == '*' && at(1) == '/') {
                depth--;
                next += 2;
            } else {
                next++;
            }
        } while (depth > 0 && at(0) >= 0);
    }

    private int at(int ahead) {
        return next + ahead < sql.length() ? sql.charAt(next + ahead) : -1;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNameStart(int c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
    }

    private static boolean isNamePart(int c) {
        return isNameStart(c) || isDigit(c) || c == '$';
    }
}
