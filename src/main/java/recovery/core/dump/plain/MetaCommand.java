package recovery.core.dump.plain;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One backslash command of psql, e.g. {@code \connect "my shop"}.
 *
 * @param name with its backslash
 * @param arguments without quotes
 */
record MetaCommand(String name, List<String> arguments) {
    static final String REMEDY =
            "Look at that line: pg_dump does not write it, and psql would run it as a command on your machine.";

    private static final Pattern NAME = Pattern.compile("\\\\[^\\s\\\\]*");

    /** One argument: unquoted and quoted pieces without blank between them. */
    private static final Pattern ARGUMENT =
            Pattern.compile("(?:\"(?:[^\"]|\"\")*\"|'(?:[^'\\\\]|\\\\.|'')*'|[^\\s\"'])+");

    private static final Pattern DATABASE_NAME =
            Pattern.compile("(?:^|\\s)dbname\\s*=\\s*(?:'((?:[^'\\\\]|\\\\.)*)'|(\\S+))");
    private static final Pattern URI = Pattern.compile("postgres(?:ql)?://[^/?]*/([^?]*).*");

    /** Reads the line {@code text}, which begins with the backslash. */
    static MetaCommand of(String text) {
        Matcher name = NAME.matcher(text);
        if (!name.lookingAt()) {
            throw new IllegalArgumentException("no command: " + text);
        }
        List<String> arguments = new ArrayList<>();
        Matcher argument = ARGUMENT.matcher(text).region(name.end(), text.length());
        while (argument.find()) {
            arguments.add(unquoted(argument.group()));
        }
        return new MetaCommand(name.group(), List.copyOf(arguments));
    }

    private static String unquoted(String argument) {
        StringBuilder text = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < argument.length(); i++) {
            char c = argument.charAt(i);
            boolean doubled = c == quote && i + 1 < argument.length() && argument.charAt(i + 1) == quote;
            if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == quote && !doubled) {
                quote = 0;
            } else if (doubled || (quote == '\'' && c == '\\' && i + 1 < argument.length())) {
                text.append(argument.charAt(++i));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    /** It would connect to another database. */
    boolean connects() {
        return name.equals("\\connect") || name.equals("\\c");
    }

    /** The database that {@code \connect} names; empty if it stays where it is. */
    String database() {
        String first = arguments.stream()
                .filter(argument -> !argument.startsWith("-reuse-previous="))
                .findFirst()
                .orElse("-");
        Matcher uri = URI.matcher(first);
        if (uri.matches()) {
            return uri.group(1);
        }
        Matcher field = DATABASE_NAME.matcher(first);
        if (first.contains("=") && field.find()) {
            return field.group(1) == null ? field.group(2) : field.group(1).replaceAll("\\\\(.)", "$1");
        }
        return first.equals("-") ? "" : first;
    }
}
