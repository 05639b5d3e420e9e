package recovery.core.dump.plain;

import static recovery.core.error.ErrorCode.DUMP_DANGEROUS;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import recovery.core.dump.DumpBytes;

/** The statements of a text that holds nothing but SQL, found by psql's rules. For one thread. */
public final class SqlPieces {
    private final DumpBytes dump;
    private final StatementLexer lexer;
    private final Encoding encoding;

    /**
     * One statement.
     *
     * @param sql without its semicolon and without comments before it
     * @param firstWord in lower case; empty if it begins with no word
     * @param rows how many rows an {@code INSERT … VALUES} adds
     */
    public record Piece(String sql, String firstWord, OptionalLong rows) {}

    SqlPieces(DumpBytes dump, Encoding encoding, boolean standardStrings) {
        this.dump = dump;
        this.encoding = encoding;
        this.lexer = new StatementLexer(dump);
        lexer.use(encoding);
        lexer.useStandardStrings(standardStrings);
    }

    /**
     * The next statement; empty at the end. The last one needs no semicolon.
     *
     * @throws recovery.core.error.RecoveryException DUMP_TRUNCATED for an open quote or the like, DUMP_DAMAGED,
     *     DUMP_DANGEROUS for a command of psql
     */
    public Optional<Piece> next() throws IOException {
        while (true) {
            switch (lexer.find()) {
                case COMMENT -> lexer.take();
                case COMMAND ->
                    throw problem(DUMP_DANGEROUS, "line %d of a definition holds a command of psql", dump.line())
                            .at(dump.position())
                            .remedy(MetaCommand.REMEDY);
                case STATEMENT -> {
                    return Optional.of(piece());
                }
                case END -> {
                    return Optional.empty();
                }
            }
        }
    }

    private Piece piece() {
        String sql = encoding.text(dump, lexer.length()).stripTrailing();
        Piece piece = new Piece(sql, lexer.shape().firstWord(), lexer.shape().insertedRows());
        lexer.take();
        return piece;
    }
}
