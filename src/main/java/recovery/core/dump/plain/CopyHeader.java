package recovery.core.dump.plain;

import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.ErrorCode.DUMP_DANGEROUS;
import static recovery.core.error.RecoveryException.problem;

import java.util.Optional;
import recovery.core.dump.SqlTokens;
import recovery.core.dump.SqlTokens.Kind;
import recovery.core.dump.SqlTokens.Token;

/**
 * The statement in front of a block of rows: {@code COPY table (columns) FROM stdin}.
 *
 * @param table as the dump writes it
 * @param columns with parentheses, or empty
 * @param encoding of the rows if the statement names one
 */
record CopyHeader(String table, String columns, Optional<String> encoding) {
    private static final int MOST_TOKENS = 10_000;

    /** Reads a statement that begins with COPY; {@code line} is for errors. */
    static CopyHeader of(String sql, long line, boolean standardStrings) {
        return new Parser(sql, line, standardStrings).header();
    }

    private static final class Parser {
        private final String sql;
        private final long line;
        private final SqlTokens tokens;
        private int at = 1;
        private Optional<String> encoding = Optional.empty();

        Parser(String sql, long line, boolean standardStrings) {
            this.sql = sql;
            this.line = line;
            this.tokens = SqlTokens.of(sql, MOST_TOKENS, standardStrings);
        }

        CopyHeader header() {
            if (tokens.get(1).isSymbol('(')) {
                throw dangerous("writes the result of a query to somewhere else");
            }
            SqlTokens.Name name = tokens.name(at).orElseThrow(() -> unsupported("no table"));
            String table = slice(at, name.next());
            at = name.next();
            String columns = columns();
            if (tokens.get(at).is("to")) {
                throw dangerous("writes data to somewhere else");
            }
            if (!tokens.get(at).is("from")) {
                throw unsupported("'%s'".formatted(slice(at, at + 1)));
            }
            at++;
            if (!tokens.get(at).is("stdin")) {
                throw dangerous("reads a file or runs a program on the database server");
            }
            at++;
            options();
            return new CopyHeader(table, columns, encoding);
        }

        private String columns() {
            if (!tokens.get(at).isSymbol('(')) {
                return "";
            }
            int begin = at;
            while (at < tokens.size() && !tokens.get(at).isSymbol(')')) {
                at++;
            }
            at++;
            return slice(begin, at);
        }

        /** Options that change nothing are passed over; those that give the rows another form are refused. */
        private void options() {
            while (at < tokens.size()) {
                Token token = tokens.get(at++);
                switch (token.text()) {
                    case "with", "(", ")", ",", "as", "freeze", "true", "on" -> {}
                    case "format" -> expect("text");
                    case "null" -> expect("\\N");
                    case "delimiter", "delimiters" -> expect("\t");
                    case "encoding" -> encoding = Optional.of(tokens.get(at++).text());
                    default -> throw unsupported("the option '%s'".formatted(token.text()));
                }
            }
        }

        private void expect(String value) {
            if (tokens.get(at).is("as")) {
                at++;
            }
            Token token = tokens.get(at++);
            if (!token.text().equals(value) || token.kind() == Kind.END) {
                throw unsupported("the option '%s'".formatted(slice(at - 2, at)));
            }
        }

        private String slice(int begin, int end) {
            int last = Math.min(end, tokens.size()) - 1;
            return last < begin
                    ? ""
                    : sql.substring(tokens.get(begin).begin(), tokens.get(last).end());
        }

        private RuntimeException unsupported(String what) {
            return problem(
                            BACKUP_UNSUPPORTED,
                            "the COPY statement in line %d has rows in a form that is not read here: %s",
                            line,
                            what)
                    .remedy("Dump the database again with pg_dump, which writes rows in the usual text form.");
        }

        private RuntimeException dangerous(String what) {
            return problem(DUMP_DANGEROUS, "the statement in line %d %s: '%s'", line, what, SqlTokens.summary(sql))
                    .remedy("Take that statement out of the dump if you trust the rest, or restore an older backup.");
        }
    }
}
