package recovery.core.dump.plain;

import java.util.Optional;
import java.util.Set;
import recovery.core.dump.SqlTokens;
import recovery.core.dump.SqlTokens.Token;

/** Follows the two settings of a script that change how the rest of it is read. */
final class Settings {
    private static final Set<String> WORDS_FOR_ON = Set.of("on", "true", "t", "yes", "y", "1", "default");

    private final StatementLexer lexer;
    private Encoding encoding = Encoding.UTF8;

    Settings(StatementLexer lexer) {
        this.lexer = lexer;
    }

    Encoding encoding() {
        return encoding;
    }

    /** Looks at a statement that begins with SET or RESET. */
    void follow(String sql) {
        SqlTokens tokens = SqlTokens.of(sql, 8, lexer.standardStrings());
        int at = tokens.has(1, "session") || tokens.has(1, "local") ? 2 : 1;
        Token name = tokens.get(at);
        Token value = tokens.get(at + 2);
        if (tokens.begins("reset")) {
            value = new Token(SqlTokens.Kind.WORD, "default", 0, 0);
        } else if (name.is("names")) {
            value = tokens.get(at + 1);
        }
        if (name.is("client_encoding") || name.is("names")) {
            encoding = value.is("default") ? Encoding.UTF8 : Encoding.named(value.text());
            lexer.use(encoding);
        } else if (name.is("standard_conforming_strings")) {
            lexer.useStandardStrings(WORDS_FOR_ON.contains(value.text().toLowerCase(java.util.Locale.ROOT)));
        }
    }

    /** The command {@code \encoding name}; pg_dump writes SQL_ASCII around {@code \connect}, whose name is in its own. */
    void encoding(String name) {
        if (!name.equalsIgnoreCase("SQL_ASCII")) {
            encoding = Encoding.named(name);
            lexer.use(encoding);
        }
    }

    /** For rows whose statement names an encoding of its own. */
    Encoding encodingOr(Optional<String> named) {
        return named.map(Encoding::named).orElse(encoding);
    }
}
