package recovery.core.backup;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads one JSON object into a flat map: {@code {"a":{"b":1}}} becomes {@code a.b=1}, elements of arrays are numbered
 * from 0. Only for small texts from sidecars; numbers, {@code true} and {@code false} are kept as written, null is
 * left out, of a name given twice the last one counts.
 */
final class FlatJson {
    private static final int DEEPEST = 8;

    private final String text;
    private final Map<String, String> values = new LinkedHashMap<>();
    private int next;

    private FlatJson(String text) {
        this.text = text;
    }

    /** Throws {@link IllegalArgumentException}, which says where, if {@code text} is no JSON object. */
    static Map<String, String> parse(String text) {
        FlatJson json = new FlatJson(text);
        json.skipSpace();
        if (json.peek() != '{') {
            throw json.unexpected("an object");
        }
        json.value("", 1);
        json.skipSpace();
        if (json.next < text.length()) {
            throw json.unexpected("the end");
        }
        return json.values;
    }

    private void value(String name, int depth) {
        if (depth > DEEPEST + 1) {
            throw new IllegalArgumentException("nested more than " + DEEPEST + " deep");
        }
        skipSpace();
        switch (peek()) {
            case '{' -> object(name, depth);
            case '[' -> array(name, depth);
            case '"' -> values.put(name, string());
            default -> word(name);
        }
    }

    private void object(String name, int depth) {
        next++;
        skipSpace();
        if (take('}')) {
            return;
        }
        do {
            skipSpace();
            if (peek() != '"') {
                throw unexpected("a name in quotes");
            }
            String key = string();
            skipSpace();
            expect(':');
            value(name.isEmpty() ? key : name + "." + key, depth + 1);
            skipSpace();
        } while (take(','));
        expect('}');
    }

    private void array(String name, int depth) {
        next++;
        skipSpace();
        if (take(']')) {
            return;
        }
        int index = 0;
        do {
            value(name + "." + index++, depth + 1);
            skipSpace();
        } while (take(','));
        expect(']');
    }

    private void word(String name) {
        int start = next;
        while (next < text.length() && ("+-.".indexOf(peek()) >= 0 || Character.isLetterOrDigit(peek()))) {
            next++;
        }
        String word = text.substring(start, next);
        if (!word.matches("true|false|null|-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?")) {
            next = start;
            throw unexpected("a value");
        }
        if (!word.equals("null")) {
            values.put(name, word);
        }
    }

    private String string() {
        StringBuilder string = new StringBuilder();
        next++;
        while (peek() != '"') {
            char character = take();
            if (character == '\n') {
                throw unexpected("the end of a string");
            }
            string.append(character == '\\' ? escaped() : character);
        }
        next++;
        return string.toString();
    }

    private char escaped() {
        char character = take();
        return switch (character) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> unicode();
            case '"', '\\', '/' -> character;
            default -> throw unexpected("an escape");
        };
    }

    private char unicode() {
        int end = next + 4;
        if (end > text.length() || !text.substring(next, end).matches("[0-9a-fA-F]{4}")) {
            throw unexpected("four hexadecimal digits");
        }
        char character = (char) Integer.parseInt(text.substring(next, end), 16);
        next = end;
        return character;
    }

    private void skipSpace() {
        while (next < text.length() && " \t\r\n\uFEFF".indexOf(text.charAt(next)) >= 0) {
            next++;
        }
    }

    private char peek() {
        if (next >= text.length()) {
            throw new IllegalArgumentException("the JSON ends too early");
        }
        return text.charAt(next);
    }

    private char take() {
        char character = peek();
        next++;
        return character;
    }

    private boolean take(char wanted) {
        boolean there = peek() == wanted;
        if (there) {
            next++;
        }
        return there;
    }

    private void expect(char wanted) {
        if (!take(wanted)) {
            throw unexpected("'" + wanted + "'");
        }
    }

    private IllegalArgumentException unexpected(String wanted) {
        return new IllegalArgumentException("%s was expected at character %d".formatted(wanted, next + 1));
    }
}
