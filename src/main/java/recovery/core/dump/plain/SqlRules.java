package recovery.core.dump.plain;

import java.io.ByteArrayInputStream;
import recovery.core.dump.DumpBytes;

/**
 * How the SQL of a dump is read that states its encoding and its kind of strings once, apart from its statements.
 * Immutable.
 */
public final class SqlRules {
    private final Encoding encoding;
    private final boolean standardStrings;

    private SqlRules(Encoding encoding, boolean standardStrings) {
        this.encoding = encoding;
        this.standardStrings = standardStrings;
    }

    /**
     * @param encoding PostgreSQL's name of it, or an alias
     * @param standardStrings whether a backslash in {@code '…'} is an ordinary character
     * @throws recovery.core.error.RecoveryException BACKUP_UNSUPPORTED for an encoding that is not known
     */
    public static SqlRules of(String encoding, boolean standardStrings) {
        return new SqlRules(Encoding.named(encoding), standardStrings);
    }

    /** PostgreSQL's own name of the encoding, e.g. {@code WIN1252}. */
    public String encoding() {
        return encoding.name();
    }

    public boolean standardStrings() {
        return standardStrings;
    }

    /** The statements in {@code sql}, which nobody else reads from. */
    public SqlPieces pieces(DumpBytes sql) {
        return new SqlPieces(sql, encoding, standardStrings);
    }

    /**
     * The rows that follow in {@code data} for the statement {@code copy}.
     *
     * @throws recovery.core.error.RecoveryException BACKUP_UNSUPPORTED for rows in an unusual form, DUMP_DANGEROUS for a
     *     COPY that is not from standard input
     */
    public CopyPiece rows(String copy, DumpBytes data) {
        return CopyPiece.of(copy, data, encoding, standardStrings);
    }

    /** {@code bytes} as text; those that are none in this encoding are damage. */
    public String text(byte[] bytes) {
        DumpBytes dump = DumpBytes.piece(new ByteArrayInputStream(bytes), () -> 0, new byte[bytes.length + 1]);
        try {
            while (dump.more()) {
                // up to the end
            }
        } catch (java.io.IOException e) {
            throw new IllegalStateException("bytes in memory cannot be read", e);
        }
        return encoding.text(dump, bytes.length);
    }
}
