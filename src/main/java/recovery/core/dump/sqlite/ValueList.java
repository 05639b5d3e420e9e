package recovery.core.dump.sqlite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import recovery.core.dump.sqlite.InsertRows.Form;

/**
 * Reads what stands behind VALUES if it is one row of plain values: integers, numbers, strings, blobs, NULL, and strings
 * in the calls of {@code replace} and {@code unistr} that {@code .dump} writes for line feeds. Everything else is left to
 * SQLite, also what is wrong. For one thread.
 */
final class ValueList {
    /** The bytes end before the statement does. */
    static final int TOO_SHORT = -1;

    /** It is something else. */
    static final int OTHER = -2;

    /** Integers of so many digits fit into a {@code long}. */
    private static final int DIGITS = 18;

    private static final int MOST_COLUMNS = 1000;

    private byte[] bytes = {};
    private int at;
    private int end;
    private Object[] values = new Object[16];
    private Form[] forms = new Form[16];
    private int count;

    /** Reads from {@code begin}; the index behind the semicolon, {@link #TOO_SHORT} or {@link #OTHER}. */
    int read(byte[] source, int begin, int limit) {
        bytes = source;
        at = begin;
        end = limit;
        count = 0;
        if (!take('(')) {
            return failed();
        }
        do {
            if (!value()) {
                return failed();
            }
        } while (take(','));
        return take(')') && take(';') ? at : failed();
    }

    /** Of the row that was read last; more than {@link #count} may stand in it. */
    Object[] values() {
        return values;
    }

    Form[] forms() {
        return forms;
    }

    int count() {
        return count;
    }

    private int failed() {
        return at >= end ? TOO_SHORT : OTHER;
    }

    private boolean take(char mark) {
        skipBlank();
        if (at < end && bytes[at] == mark) {
            at++;
            return true;
        }
        return false;
    }

    private void skipBlank() {
        while (at < end && StatementScan.isSpace(bytes[at])) {
            at++;
        }
    }

    private boolean value() {
        skipBlank();
        if (at >= end || count == MOST_COLUMNS) {
            return false;
        }
        byte first = bytes[at];
        return switch (first) {
            case '\'', 'r', 'R', 'u', 'U' -> add(text(), Form.TEXT_OR_BLOB);
            case 'x', 'X' -> add(blob(), Form.TEXT_OR_BLOB);
            case 'n', 'N' -> takeWord("null") && put(null, Form.ANY);
            default -> (first == '-' || isDigit(first)) && number();
        };
    }

    private boolean add(Object value, Form form) {
        return value != null && put(value, form);
    }

    private boolean put(Object value, Form form) {
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
            forms = Arrays.copyOf(forms, 2 * count);
        }
        values[count] = value;
        forms[count++] = form;
        return true;
    }

    private boolean number() {
        int begin = at;
        boolean negative = bytes[at] == '-';
        at += negative ? 1 : 0;
        int digits = at;
        long number = 0;
        for (; at < end && isDigit(bytes[at]); at++) {
            number = number * 10 + bytes[at] - '0';
        }
        digits = at - digits;
        if (digits == 0 || at >= end) {
            return false;
        }
        if (bytes[at] != '.' && bytes[at] != 'e' && bytes[at] != 'E') {
            return digits <= DIGITS && put(negative ? -number : number, Form.ANY);
        }
        return fraction() && exponent() && put(ascii(begin, at), Form.NUMBER);
    }

    private boolean fraction() {
        if (bytes[at] != '.') {
            return true;
        }
        at++;
        return digits();
    }

    private boolean exponent() {
        if (at >= end || (bytes[at] != 'e' && bytes[at] != 'E')) {
            return at < end;
        }
        at++;
        if (at < end && (bytes[at] == '-' || bytes[at] == '+')) {
            at++;
        }
        return digits();
    }

    private boolean digits() {
        int begin = at;
        while (at < end && isDigit(bytes[at])) {
            at++;
        }
        return at > begin;
    }

    /** A string in quotes or what a function makes of one; null if it is none. */
    private String text() {
        skipBlank();
        if (at < end && bytes[at] == '\'') {
            return literal();
        }
        if (takeCall("replace")) {
            return replaced();
        }
        if (takeCall("unistr")) {
            String escaped = take('\'') ? behindQuote() : null;
            return escaped != null && take(')') ? Escapes.unistr(escaped) : null;
        }
        return null;
    }

    /** {@code replace('a\nb','\n',char(10))} behind its parenthesis. */
    private String replaced() {
        String in = text();
        String what = in != null && take(',') && take('\'') ? behindQuote() : null;
        if (what == null || what.isEmpty() || !take(',')) {
            return null;
        }
        skipBlank();
        if (!takeCall("char")) {
            return null;
        }
        skipBlank();
        int begin = at;
        int code = 0;
        for (; at < end && at < begin + 3 && isDigit(bytes[at]); at++) {
            code = code * 10 + bytes[at] - '0';
        }
        return code > 0 && code < 0x80 && take(')') && take(')') ? in.replace(what, "" + (char) code) : null;
    }

    private String literal() {
        at++;
        return behindQuote();
    }

    /** The string whose first byte is at {@code at}; null if it has no end or is not to be changed by Java. */
    private String behindQuote() {
        int begin = at;
        boolean doubled = false;
        int unusual = 0;
        while (at < end) {
            byte next = bytes[at++];
            if (next == '\'') {
                if (at >= end || bytes[at] != '\'') {
                    return string(begin, at - 1, doubled, unusual < 0);
                }
                doubled = true;
                at++;
            }
            unusual |= next - 1; // negative for zero, and for what is not ASCII
        }
        return null;
    }

    private String string(int begin, int limit, boolean doubled, boolean unusual) {
        String text = unusual ? new String(bytes, begin, limit - begin, UTF_8) : ascii(begin, limit);
        // whether a replacement character is real is found out where the statement is read as a whole
        if (unusual && (text.indexOf(0) >= 0 || text.indexOf('\uFFFD') >= 0)) {
            return null;
        }
        return doubled ? text.replace("''", "'") : text;
    }

    private String ascii(int begin, int limit) {
        return new String(bytes, begin, limit - begin, ISO_8859_1);
    }

    private byte[] blob() {
        at++;
        if (at >= end || bytes[at] != '\'') {
            return null;
        }
        int begin = ++at;
        while (at < end && bytes[at] != '\'') {
            at++;
        }
        if (at >= end || (at - begin) % 2 != 0) {
            return null;
        }
        byte[] blob = new byte[(at - begin) / 2];
        for (int i = 0; i < blob.length; i++) {
            int next = Escapes.hexByte(bytes[begin + 2 * i], bytes[begin + 2 * i + 1]);
            if (next < 0) {
                return null;
            }
            blob[i] = (byte) next;
        }
        at++;
        return blob;
    }

    private boolean takeCall(String function) {
        return takeWord(function) && take('(');
    }

    /** {@code word} in lower case; the case of the script does not matter. */
    private boolean takeWord(String word) {
        if (end - at < word.length()) {
            at = end;
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if ((bytes[at + i] | 0x20) != word.charAt(i)) {
                return false;
            }
        }
        at += word.length();
        return true;
    }

    private static boolean isDigit(byte next) {
        return next >= '0' && next <= '9';
    }
}
