package recovery.core.dump.plain;

import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import recovery.core.dump.DumpBytes;
import recovery.core.dump.RowBlock;
import recovery.core.dump.RowSource;

/** The rows of one table, where nothing follows behind their end marker but line feeds. For one thread. */
public final class CopyPiece implements RowSource {
    private final CopyHeader header;
    private final String encoding;
    private final DumpBytes data;
    private final CopyRows rows;
    private boolean ended;

    private CopyPiece(CopyHeader header, Encoding encoding, DumpBytes data) {
        this.header = header;
        this.encoding = encoding.name();
        this.data = data;
        this.rows = new CopyRows(data, header.table(), encoding);
    }

    static CopyPiece of(String copy, DumpBytes data, Encoding encoding, boolean standardStrings) {
        CopyHeader header = CopyHeader.of(copy, 1, standardStrings);
        return new CopyPiece(header, header.encoding().map(Encoding::named).orElse(encoding), data);
    }

    /** As the statement writes it. */
    public String table() {
        return header.table();
    }

    /** With parentheses, or empty. */
    public String columns() {
        return header.columns();
    }

    /** PostgreSQL's name of the encoding of the rows. */
    public String encoding() {
        return encoding;
    }

    @Override
    public boolean read(RowBlock block) throws IOException {
        boolean more = rows.read(block);
        if (rows.ended() && !ended) {
            refuseBytesBehind();
            ended = true;
        }
        return more;
    }

    @Override
    public long rowCount() {
        return rows.rowCount();
    }

    /** The rows were read to their end marker, and nothing stood behind it. */
    public boolean ended() {
        return ended;
    }

    private void refuseBytesBehind() throws IOException {
        while (data.peek(0) == '\n' || data.peek(0) == '\r') {
            data.skip(1);
        }
        if (data.peek(0) >= 0) {
            throw problem(DUMP_DAMAGED, "more data follows behind the end of the rows of table '%s'", table())
                    .at(data.position())
                    .remedy(
                            "Copy the file from its origin again and compare the checksums.",
                            "Restore an older backup instead.");
        }
    }
}
