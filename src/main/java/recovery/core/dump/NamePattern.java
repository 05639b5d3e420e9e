package recovery.core.dump;

import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A pattern for names of tables or schemas by the rules of psql, which pg_dump shares (documentation of psql,
 * "Patterns"): {@code *} stands for any text, {@code ?} for any character, a dot ends the name of the schema; letters
 * are folded to lower case; in double quotes everything stands for itself, a double quote is written twice. Character
 * classes and other regular expressions are not understood and stand for themselves. A pattern without a schema fits
 * tables of every schema. Immutable.
 */
public final class NamePattern {
    private final String text;
    private final Optional<Pattern> schema;
    private final Pattern name;

    private NamePattern(String text, Optional<Pattern> schema, Pattern name) {
        this.text = text;
        this.schema = schema;
        this.name = name;
    }

    /** A pattern for tables, with or without a schema. */
    public static NamePattern ofTable(String text) {
        return parse(text, true);
    }

    /** A pattern for schemas, where a dot may only stand in quotes. */
    public static NamePattern ofSchema(String text) {
        return parse(text, false);
    }

    private static NamePattern parse(String text, boolean qualified) {
        Optional<Pattern> schema = Optional.empty();
        StringBuilder regex = new StringBuilder();
        StringBuilder literal = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' && quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                literal.append(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == '*' || c == '?')) {
                flush(literal, regex);
                regex.append(c == '*' ? ".*" : ".");
            } else if (!quoted && c == '.') {
                if (!qualified || schema.isPresent()) {
                    throw unusable(text, qualified ? "has more than one dot" : "has a dot");
                }
                flush(literal, regex);
                schema = Optional.of(compiled(text, regex));
                regex.setLength(0);
            } else {
                literal.append(quoted ? String.valueOf(c) : String.valueOf(c).toLowerCase(Locale.ROOT));
            }
        }
        if (quoted) {
            throw unusable(text, "has a double quote that is not closed");
        }
        flush(literal, regex);
        return new NamePattern(text, schema, compiled(text, regex));
    }

    private static void flush(StringBuilder literal, StringBuilder regex) {
        if (literal.length() > 0) {
            regex.append(Pattern.quote(literal.toString()));
            literal.setLength(0);
        }
    }

    private static Pattern compiled(String text, StringBuilder regex) {
        if (regex.length() == 0) {
            throw unusable(text, "names nothing");
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private static RuntimeException unusable(String text, String why) {
        return problem(REQUEST_UNUSABLE, "the pattern '%s' %s", text, why)
                .remedy("Write the name as in SQL, for example orders, sales.orders, sales.* or \"Odd Table\".");
    }

    /** A table of that name in that schema fits. */
    boolean fits(String ofSchema, String ofName) {
        return schema.map(pattern -> pattern.matcher(ofSchema).matches()).orElse(true) && fits(ofName);
    }

    /** The name alone fits. */
    boolean fits(String ofName) {
        return name.matcher(ofName).matches();
    }

    /** The same where upper and lower case mean the same names, as in SQLite. */
    public boolean fitsInAnyCase(String ofSchema, String ofName) {
        return schema.map(pattern -> matchesInAnyCase(pattern, ofSchema)).orElse(true)
                && matchesInAnyCase(name, ofName);
    }

    private static boolean matchesInAnyCase(Pattern pattern, String text) {
        return Pattern.compile(pattern.pattern(), Pattern.DOTALL | Pattern.CASE_INSENSITIVE)
                .matcher(text)
                .matches();
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
