package recovery.core.dump.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Locale;
import recovery.core.dump.DumpBytes;

/**
 * Finds the end of a statement by the rules of SQLite's {@code sqlite3_complete}: a semicolon outside of quotes and
 * comments, and for a trigger the one behind its END. Counts on the way what tells how many rows an INSERT adds.
 *
 * <p>Looks ahead only; nothing is taken from the dump. For one thread.
 */
final class StatementScan {
    private static final byte OTHER = 0;
    private static final byte LETTER = 1;
    private static final byte QUOTE = 2;
    private static final byte BRACKET = 3;
    private static final byte DASH = 4;
    private static final byte SLASH = 5;
    private static final byte OPEN = 6;
    private static final byte CLOSE = 7;
    private static final byte SEMICOLON = 8;
    private static final byte[] CLASS = classes();

    /** {@code CREATE TEMPORARY TRIGGER} stands within these first bytes, unless somebody writes a novel between them. */
    private static final int HEAD = 1000;

    private final DumpBytes dump;
    private int ahead;
    private int depth;
    private int groups;
    private int groupsAtLastWord;

    StatementScan(DumpBytes dump) {
        this.dump = dump;
    }

    /** Bytes of the statement at the beginning of {@code dump} with its semicolon; -1 if the dump ends before it. */
    int length() throws IOException {
        begin(0);
        if (!toSemicolon()) {
            return -1;
        }
        if (isTrigger(ahead)) {
            int segment;
            do {
                segment = ahead;
                depth = 0;
                if (!toSemicolon()) {
                    return -1;
                }
            } while (!isEnd(segment, ahead - 1));
        }
        return ahead;
    }

    /** Parentheses outside of all others. */
    int groups() {
        return groups;
    }

    /** How many of {@link #groups} stand before the last word that is outside of all parentheses. */
    int groupsAtLastWord() {
        return groupsAtLastWord;
    }

    /** Bytes of white space, comments and lone semicolons before the next statement; -1 if a comment has no end. */
    int blank() throws IOException {
        begin(0);
        while (true) {
            int next = dump.peek(ahead);
            if (next == ';' || isSpace(next) || (next == 0xEF && isByteOrderMark())) {
                ahead += next == 0xEF ? 3 : 1;
            } else if (next == '-' && dump.peek(ahead + 1) == '-') {
                toLineEnd();
            } else if (next == '/' && dump.peek(ahead + 1) == '*') {
                if (!toCommentEnd()) {
                    return -1;
                }
            } else {
                return ahead;
            }
        }
    }

    private void begin(int offset) {
        ahead = offset;
        depth = 0;
        groups = 0;
        groupsAtLastWord = 0;
    }

    private boolean isByteOrderMark() throws IOException {
        return dump.position() == 0 && ahead == 0 && dump.peek(1) == 0xBB && dump.peek(2) == 0xBF;
    }

    /** Leaves {@code ahead} behind the next semicolon; false if there is none. */
    private boolean toSemicolon() throws IOException {
        while (true) {
            int next = dump.peek(ahead);
            if (next < 0) {
                return false;
            }
            ahead++;
            byte kind = CLASS[next];
            if (kind == SEMICOLON) {
                return true;
            }
            if (kind != OTHER && !behindToken(kind, (byte) next)) {
                return false;
            }
        }
    }

    /** Leaves {@code ahead} behind what {@code first} begins; false if that has no end. */
    private boolean behindToken(byte kind, byte first) throws IOException {
        switch (kind) {
            case LETTER -> {
                if (depth == 0) {
                    groupsAtLastWord = groups;
                }
            }
            case OPEN -> {
                if (depth++ == 0) {
                    groups++;
                }
            }
            case CLOSE -> depth--;
            case QUOTE -> {
                return behind(first);
            }
            case BRACKET -> {
                return behind((byte) ']');
            }
            case DASH -> {
                if (dump.peek(ahead) == '-') {
                    toLineEnd();
                }
            }
            case SLASH -> {
                if (dump.peek(ahead) == '*') {
                    ahead--;
                    return toCommentEnd();
                }
            }
            default -> {}
        }
        return true;
    }

    /** A doubled quote closes one string and opens the next, which comes to the same. */
    private boolean behind(byte mark) throws IOException {
        while (true) {
            byte[] bytes = dump.bytes();
            int begin = dump.begin();
            int end = dump.end();
            int at = begin + ahead;
            while (at < end && bytes[at] != mark) {
                at++;
            }
            ahead = at - begin;
            if (at < end) {
                ahead++;
                return true;
            }
            if (!dump.more()) {
                return false;
            }
        }
    }

    private void toLineEnd() throws IOException {
        int next = dump.peek(ahead);
        while (next >= 0 && next != '\n') {
            next = dump.peek(++ahead);
        }
    }

    private boolean toCommentEnd() throws IOException {
        ahead += 2;
        while (behind((byte) '*')) {
            if (dump.peek(ahead) == '/') {
                ahead++;
                return true;
            }
        }
        return false;
    }

    private boolean isTrigger(int length) {
        int first = dump.bytes()[dump.begin()];
        return (first == 'C' || first == 'c' || first == 'E' || first == 'e')
                && StatementHead.isTrigger(text(0, Math.min(length, HEAD)));
    }

    /** Whether there is nothing but END from {@code from} to {@code to}. */
    private boolean isEnd(int from, int to) {
        String last = text(Math.max(from, to - HEAD), to);
        return to - from <= HEAD
                && StatementHead.withoutComments(last)
                        .strip()
                        .toUpperCase(Locale.ROOT)
                        .equals("END");
    }

    private String text(int from, int to) {
        return new String(dump.bytes(), dump.begin() + from, to - from, UTF_8);
    }

    static boolean isSpace(int next) {
        return next == ' ' || next == '\n' || next == '\r' || next == '\t' || next == '\f';
    }

    private static byte[] classes() {
        byte[] classes = new byte[256];
        for (int i = 0; i < 256; i++) {
            classes[i] = Character.isLetter(i) || i == '_' || i >= 0x80 ? LETTER : OTHER;
        }
        classes['\''] = QUOTE;
        classes['"'] = QUOTE;
        classes['`'] = QUOTE;
        classes['['] = BRACKET;
        classes['-'] = DASH;
        classes['/'] = SLASH;
        classes['('] = OPEN;
        classes[')'] = CLOSE;
        classes[';'] = SEMICOLON;
        return classes;
    }
}
