package recovery.core.target.postgres.postdata;

import java.util.Optional;
import recovery.core.dump.SqlTokens;
import recovery.core.dump.SqlTokens.Kind;
import recovery.core.dump.SqlTokens.Token;

/**
 * Goes through the tokens of one statement and expects something at each. What is not there is no error: from then on
 * nothing is there, and {@link #isWhole} says at the end that the statement is another one. For one thread.
 */
final class Words {
    private final String sql;
    private final SqlTokens tokens;
    private int at;
    private boolean failed;

    /** @param tokens of {@code sql}; if they are not all of them the statement is never whole */
    Words(String sql, SqlTokens tokens) {
        this.sql = sql;
        this.tokens = tokens;
        failed = tokens.size() == 0
                || !sql.substring(Math.min(
                                sql.length(), tokens.get(tokens.size() - 1).end()))
                        .isBlank();
    }

    /** The whole statement. */
    String sql() {
        return sql;
    }

    /** All that was expected was there, and nothing is left. */
    boolean isWhole() {
        return !failed && at >= tokens.size();
    }

    void fail() {
        failed = true;
    }

    boolean has(String words) {
        return !failed && tokens.has(at, words);
    }

    /** Goes behind these words if they stand here. */
    boolean take(String words) {
        boolean here = has(words);
        at += here ? words.split(" ", -1).length : 0;
        return here;
    }

    void need(String words) {
        failed |= !take(words);
    }

    /** One of several words, which is taken; empty if none stands here. */
    String takeOne(String... choice) {
        for (String words : choice) {
            if (take(words)) {
                return words;
            }
        }
        return "";
    }

    /** Like {@link #takeOne}, in the statement's own words. */
    String textOfOne(String... choice) {
        int mark = at;
        takeOne(choice);
        return text(mark);
    }

    /** All of these that stand here, in any order, in the statement's own words. */
    String textOfAny(String... choice) {
        int mark = at;
        String found = takeOne(choice);
        while (!found.isEmpty()) {
            found = takeOne(choice);
        }
        return text(mark);
    }

    boolean hasSymbol(char symbol) {
        return !failed && token().isSymbol(symbol);
    }

    private boolean takeSymbol(char symbol) {
        boolean here = hasSymbol(symbol);
        at += here ? 1 : 0;
        return here;
    }

    /** A name without a qualifier. */
    String name() {
        Token token = token();
        if (failed || !token.isName() || tokens.get(at + 1).isSymbol('.')) {
            failed = true;
            return "";
        }
        at++;
        return token.text();
    }

    /** A name with its schema. */
    Relation relation() {
        Optional<SqlTokens.Name> name = failed
                ? Optional.empty()
                : tokens.name(at).filter(found -> found.parts().size() == 2);
        if (name.isEmpty()) {
            failed = true;
            return new Relation("", "");
        }
        at = name.get().next();
        return new Relation(name.get().parts().get(0), name.get().last());
    }

    /** A number, with its sign. */
    void number() {
        takeSymbol('-');
        failed |= token().kind() != Kind.NUMBER;
        at++;
    }

    /** What stands in parentheses, to the one that closes them; true if it is a list of mere names. */
    boolean parentheses() {
        if (!takeSymbol('(')) {
            failed = true;
            return false;
        }
        boolean plain = true;
        boolean nameNext = true;
        int depth = 1;
        while (depth > 0 && at < tokens.size()) {
            Token token = tokens.get(at++);
            depth += token.isSymbol('(') ? 1 : token.isSymbol(')') ? -1 : 0;
            plain &= depth == 0 ? !nameNext : nameNext ? token.isName() : token.isSymbol(',');
            nameNext = !nameNext;
        }
        failed |= depth > 0;
        return plain && !failed;
    }

    /** Goes to the first of these words outside of parentheses, and behind them. */
    void skipBehind(String words) {
        int found = failed ? -1 : tokens.find(at, words);
        failed |= found < 0;
        at = found < 0 ? at : found;
        take(words);
    }

    /** All that is left, whatever it is, of which there must be something. */
    void rest() {
        failed |= at >= tokens.size();
        at = tokens.size();
    }

    /** Index of the next token, for {@link #text}. */
    int mark() {
        return at;
    }

    /** The statement's own text from a mark to here; empty if nothing was taken since. */
    String text(int mark) {
        return failed || mark >= at
                ? ""
                : sql.substring(tokens.get(mark).begin(), tokens.get(at - 1).end());
    }

    /** Adds a claim on everything from here on that has the form of a relation with its schema, and takes it. */
    void mentioned(Claims claims, Claim claim) {
        for (int i = at; i < tokens.size(); i++) {
            if (tokens.get(i).isName()
                    && tokens.get(i + 1).isSymbol('.')
                    && tokens.get(i + 2).isName()) {
                claims.on(Step.name(tokens.get(i).text(), tokens.get(i + 2).text()), claim);
            }
        }
        rest();
    }

    private Token token() {
        return tokens.get(at);
    }
}
