package recovery.core.target.postgres;

import java.util.Optional;
import recovery.core.dump.SqlTokens;

/**
 * Takes a storage option that the server does not know out of {@code SET (…)} or {@code WITH (…)}. Newer servers and
 * variants of PostgreSQL dump options that others have never heard of. Stateless.
 */
final class UnknownOption {
    private UnknownOption() {}

    /**
     * A statement without one option.
     *
     * @param sql empty if nothing but that option was in the statement
     */
    record Removal(String option, Optional<String> sql) {}

    /** Removes the option that {@code message} names, in whatever language; empty if it names none of {@code sql}'s. */
    static Optional<Removal> from(String sql, String message) {
        SqlTokens tokens = SqlTokens.of(sql, Integer.MAX_VALUE);
        for (int i = 1; i < tokens.size(); i++) {
            boolean list = tokens.get(i - 1).is("set") || tokens.get(i - 1).is("with");
            if (list && tokens.get(i).isSymbol('(')) {
                Optional<Removal> removal = fromList(sql, tokens, i, message);
                if (removal.isPresent()) {
                    return removal;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Removal> fromList(String sql, SqlTokens tokens, int open, String message) {
        int begin = open + 1;
        while (begin < tokens.size()) {
            int end = endOfOption(tokens, begin);
            String option = optionName(tokens, begin);
            boolean last = tokens.get(end).isSymbol(')');
            if (isNamed(message, option)) {
                return Optional.of(new Removal(option, without(sql, tokens, open, begin, end)));
            }
            if (last) {
                return Optional.empty();
            }
            begin = end + 1;
        }
        return Optional.empty();
    }

    /** Index of the comma or parenthesis behind the option. */
    private static int endOfOption(SqlTokens tokens, int begin) {
        int end = begin;
        while (end < tokens.size()
                && !tokens.get(end).isSymbol(',')
                && !tokens.get(end).isSymbol(')')) {
            end++;
        }
        return end;
    }

    /** {@code toast.x} is named {@code x} by the server. */
    private static String optionName(SqlTokens tokens, int begin) {
        return tokens.name(begin).map(SqlTokens.Name::last).orElse("");
    }

    private static boolean isNamed(String message, String option) {
        int at = option.isEmpty() ? -1 : message.indexOf(option);
        int end = at + option.length();
        return at > 0
                && !Character.isLetterOrDigit(message.charAt(at - 1))
                && (end == message.length() || !Character.isLetterOrDigit(message.charAt(end)));
    }

    private static Optional<String> without(String sql, SqlTokens tokens, int open, int begin, int end) {
        boolean first = begin == open + 1;
        boolean last = tokens.get(end).isSymbol(')');
        if (first && last) {
            return tokens.get(open - 1).is("set")
                    ? Optional.empty()
                    : Optional.of(sql.substring(0, tokens.get(open - 1).begin())
                            + sql.substring(tokens.get(end).end()));
        }
        int from = last ? tokens.get(begin - 1).begin() : tokens.get(begin).begin();
        int to = last ? tokens.get(end).begin() : tokens.get(end).end();
        return Optional.of(sql.substring(0, from) + sql.substring(to));
    }
}
