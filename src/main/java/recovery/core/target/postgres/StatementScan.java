package recovery.core.target.postgres;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * One pass over a statement of any length that finds the words before each opening parenthesis outside of strings,
 * names and comments: the functions it calls. Copies nothing else, because an INSERT may hold a
 * value of many megabytes.
 */
final class StatementScan {
    private final String sql;
    private final boolean standardStrings;
    private final Set<String> calls = new HashSet<>();
    private int next;
    private int wordBegin = -1;
    private int wordEnd;

    private StatementScan(String sql, boolean standardStrings) {
        this.sql = sql;
        this.standardStrings = standardStrings;
    }

    static StatementScan of(String sql, boolean standardStrings) {
        StatementScan scan = new StatementScan(sql, standardStrings);
        while (scan.next < sql.length()) {
            scan.step();
        }
        return scan;
    }

    /** In lower case, without schemas. Holds keywords such as {@code values} too. */
    Set<String> calls() {
        return calls;
    }

    private void step() {
        char c = sql.charAt(next);
        if (c == '\'') {
            string();
        } else if (c == '"') {
            int close = sql.indexOf('"', next + 1);
            word(next + 1, close < 0 ? sql.length() : close);
            next = close < 0 ? sql.length() : close + 1;
        } else if (c == '$') {
            dollar();
        } else if (c == '-' && sql.startsWith("--", next)) {
            next = after(sql.indexOf('\n', next), 1);
        } else if (c == '/' && sql.startsWith("/*", next)) {
            comment();
        } else if (isNamePart(c)) {
            int begin = next;
            while (next < sql.length() && isNamePart(sql.charAt(next))) {
                next++;
            }
            word(begin, next);
        } else {
            if (c == '(' && wordBegin >= 0) {
                calls.add(sql.substring(wordBegin, wordEnd).toLowerCase(Locale.ROOT));
            }
            if (c > ' ') {
                wordBegin = -1;
            }
            next++;
        }
    }

    private void word(int begin, int end) {
        wordBegin = begin;
        wordEnd = end;
    }

    private void string() {
        boolean escapeString = wordEnd == next && wordEnd - wordBegin == 1 && (sql.charAt(wordBegin) | 0x20) == 'e';
        boolean escapes = (wordBegin >= 0 && escapeString) || !standardStrings;
        wordBegin = -1;
        if (!escapes) {
            next = after(sql.indexOf('\'', next + 1), 1);
            return;
        }
        next++;
        while (next < sql.length() && sql.charAt(next) != '\'') {
            next += sql.charAt(next) == '\\' ? 2 : 1;
        }
        next++;
    }

    private void dollar() {
        wordBegin = -1;
        int end = next + 1;
        while (end < sql.length() && isNamePart(sql.charAt(end)) && sql.charAt(end) != '$') {
            end++;
        }
        if (end >= sql.length() || sql.charAt(end) != '$') {
            next++;
            return;
        }
        String tag = sql.substring(next, end + 1);
        next = after(sql.indexOf(tag, end + 1), tag.length());
    }

    private void comment() {
        int depth = 0;
        do {
            if (sql.startsWith("/*", next)) {
                depth++;
                next += 2;
            } else if (sql.startsWith("*/", next)) {
                depth--;
                next += 2;
            } else {
                next++;
            }
        } while (depth > 0 && next < sql.length());
    }

    private int after(int found, int length) {
        return found < 0 ? sql.length() : found + length;
    }

    private static boolean isNamePart(char c) {
        return c == '_' || c == '$' || c >= 0x80 || Character.isLetterOrDigit(c);
    }
}
