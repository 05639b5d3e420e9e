package recovery.core.dump.sqlite;

/** Hexadecimal digits, and the escapes of {@code unistr}. */
final class Escapes {
    private Escapes() {}

    /**
     * What {@code unistr} makes of {@code \\} and of control characters, which is all that {@code .dump} writes so; null
     * if there is anything else.
     */
    static String unistr(String escaped) {
        StringBuilder text = new StringBuilder(escaped.length());
        int from = 0;
        for (int mark = escaped.indexOf('\\'); mark >= 0; mark = escaped.indexOf('\\', from)) {
            text.append(escaped, from, mark);
            if (escaped.startsWith("\\", mark + 1)) {
                text.append('\\');
                from = mark + 2;
            } else {
                int code = escaped.startsWith("u00", mark + 1) && mark + 6 <= escaped.length()
                        ? hexByte(escaped.charAt(mark + 4), escaped.charAt(mark + 5))
                        : -1;
                if (code <= 0 || code >= 0x80) {
                    return null;
                }
                text.append((char) code);
                from = mark + 6;
            }
        }
        return text.append(escaped, from, escaped.length()).toString();
    }

    /** The byte that two hexadecimal digits mean; -1 if they are none. */
    static int hexByte(int high, int low) {
        int first = digit(high);
        int second = digit(low);
        return first < 0 || second < 0 ? -1 : first << 4 | second;
    }

    /** Only the digits of ASCII are digits for SQLite. */
    private static int digit(int next) {
        if (next >= '0' && next <= '9') {
            return next - '0';
        }
        int letter = (next | 0x20) - 'a';
        return letter >= 0 && letter < 6 ? letter + 10 : -1;
    }
}
