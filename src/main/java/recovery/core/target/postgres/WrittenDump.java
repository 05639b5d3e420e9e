package recovery.core.target.postgres;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.SQLException;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import recovery.core.dump.DumpReader;
import recovery.core.dump.plain.PlainDumpWriter;
import recovery.core.layer.BackupStream;
import recovery.core.target.BringsBack;
import recovery.core.target.LastDump;
import recovery.core.target.LoadResult.TableRows;
import recovery.core.target.LoadWatch;
import recovery.core.target.SafetySource;

/**
 * The live database as one SQL script that this program writes: its rows, with the definitions of the dump from which it
 * was last restored if they fit, else without any.
 */
final class WrittenDump implements SafetySource {
    private static final int BUFFER_BYTES = 1 << 16;

    private final LiveSnapshot snapshot;
    private final LastDump last;
    private final BringsBack bringsBack;

    /** Takes the snapshot over. {@code last}: the definitions are taken from it unless only rows are brought back. */
    WrittenDump(LiveSnapshot snapshot, LastDump last, BringsBack bringsBack) {
        this.snapshot = snapshot;
        this.last = last;
        this.bringsBack = bringsBack;
    }

    @Override
    public String ending() {
        return ".sql.gz";
    }

    @Override
    public String method() {
        return bringsBack.extent() == BringsBack.Extent.ROWS
                ? "COPY of the rows"
                : "COPY of the rows, definitions of '%s'"
                        .formatted(last.backup().orElseThrow().name());
    }

    @Override
    public BringsBack bringsBack() {
        return bringsBack;
    }

    @Override
    public List<TableRows> write(OutputStream file, LoadWatch watch) throws IOException {
        LiveRows rows = new LiveRows(snapshot, watch);
        // buffered, since every line of a script is a write of its own
        OutputStream packed =
                new BufferedOutputStream(new GZIPOutputStream(new Kept(file), BUFFER_BYTES), BUFFER_BYTES);
        watch.cancellation().whenAsked(snapshot::cancel);
        try {
            String encoding = snapshot.encoding().equals("SQL_ASCII") ? "SQL_ASCII" : "UTF8";
            PlainDumpWriter writer = new PlainDumpWriter(packed, encoding);
            if (bringsBack.extent() == BringsBack.Extent.ROWS) {
                writer.write(rows, snapshot.serverVersion());
            } else {
                try (BackupStream definitions = DefinitionCheck.open(last)) {
                    DumpReader both =
                            DefinitionCheck.definitions(last, definitions).around(rows);
                    writer.write(both, snapshot.serverVersion());
                }
            }
        } catch (SQLException e) {
            watch.cancellation().check();
            throw snapshot.failed("reading the live database", e);
        } finally {
            watch.cancellation().whenAsked(() -> {});
        }
        packed.close();
        return rows.counted();
    }

    @Override
    public void close() {
        snapshot.close();
    }

    /** Stays open when what packs is closed. */
    private static final class Kept extends java.io.FilterOutputStream {
        Kept(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
