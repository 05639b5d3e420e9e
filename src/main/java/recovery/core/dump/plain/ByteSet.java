package recovery.core.dump.plain;

/** The bytes at which a scan stops: a table, since this is asked for every byte of a dump. */
final class ByteSet {
    final boolean[] contains = new boolean[256];

    /** A scan stops at a character of two bytes, and does not step over it. */
    private boolean pairs;

    /** These characters and the NUL byte, which may stand nowhere in SQL; and first bytes of pairs. */
    static ByteSet of(String characters, Encoding encoding) {
        ByteSet set = new ByteSet();
        set.contains[0] = true;
        characters.chars().forEach(c -> set.contains[c] = true);
        return set.withLeads(encoding);
    }

    /** Everything that cannot go on a name. */
    static ByteSet endOfName(Encoding encoding) {
        ByteSet set = new ByteSet();
        for (int value = 0; value < 256; value++) {
            set.contains[value] = !isNamePart(value);
        }
        return set.withLeads(encoding);
    }

    /** Everything that means something at the level of statements. */
    static ByteSet ofStatements(Encoding encoding) {
        ByteSet set = of("'\"$-/();\\:", encoding);
        for (int value = 0; value < 256; value++) {
            set.contains[value] |= isNamePart(value);
        }
        set.pairs = true;
        return set;
    }

    boolean stopsAtPairs() {
        return pairs;
    }

    private ByteSet withLeads(Encoding encoding) {
        for (int value = 0x80; value < 256; value++) {
            contains[value] |= encoding.leadsTwoBytes(value);
        }
        return this;
    }

    static boolean isNameStart(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
    }

    static boolean isNamePart(int c) {
        return isNameStart(c) || isDigit(c) || c == '$';
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** What psql's lexer passes over: space, tab, line feed, carriage return, form feed, vertical tab. */
    static boolean isBlank(int c) {
        return c == ' ' || (c >= 0x09 && c <= 0x0D);
    }
}
